"""What late submissions lose: computed anew on every run, since it needs only the gradebook.

A due date or an extension may have changed since somebody was graded, and so may a score that a
person gave.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nbgrader.api import Assignment, Grade, Gradebook, SubmittedAssignment, SubmittedNotebook
from nbgrader.plugins import LateSubmissionPlugin
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy import func, select


class Penalties:
    """The course's penalties for what is handed in late.

    Parameters
    ----------
    course : NbGrader, optional
        The course, with its configuration; nbgrader's defaults without one.
    """

    def __init__(self, course: Any = None) -> None:
        preprocessor = AssignLatePenalties(parent=course)
        preprocessor.init_plugin()
        self.plugin = preprocessor.plugin_inst

    @property
    def are_none(self) -> bool:
        """Whether nobody loses anything, which is nbgrader's default."""
        plugin = self.plugin
        return type(plugin) is LateSubmissionPlugin and plugin.penalty_method == "none"

    def of(self, submission: SubmittedAssignment, score: float) -> float | None:
        """Return what a submission of this score loses, as nbgrader's own step computes it."""
        if submission.assignment.duedate is None or not (late := submission.total_seconds_late):
            return None
        penalty: float | None = self.plugin.late_submission_penalty(
            submission.student_id, score, late
        )
        return None if penalty is None else max(0.0, min(score, penalty))

    def update(
        self, gradebook: Gradebook, lesson: str, students: Sequence[str] | None = None
    ) -> None:
        """Bring the penalties of a lesson up to date.

        Parameters
        ----------
        gradebook : Gradebook
        lesson : str
        students : sequence of str, optional
            Whose; by default everybody's.
        """
        # By itself: PostgreSQL groups nothing that has columns computed from other tables.
        scores = (
            select(SubmittedNotebook.id, func.sum(Grade.score).label("score"))
            .join(Grade, Grade.notebook_id == SubmittedNotebook.id)
            .join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
            .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
            .where(Assignment.name == lesson)
            .group_by(SubmittedNotebook.id)
            .subquery()
        )
        table = (
            select(SubmittedAssignment, SubmittedNotebook, scores.c.score)
            .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
            .join(scores, scores.c.id == SubmittedNotebook.id)
        )
        if students is not None:
            table = table.where(SubmittedAssignment.student_id.in_(students))
        for submission, notebook, score in gradebook.db.execute(table):
            notebook.late_submission_penalty = self.of(submission, score)
        gradebook.db.commit()
