"""The one writer of the gradebook: many submissions in one transaction.

nbgrader commits cell by cell, and reads a student's total over the whole table of grades each
time, which takes longer the larger the class is. Here its own classes make the same rows, with
the same values, for a batch of submissions; tests/grading/test_cluster.py holds them to what
nbgrader writes. In one thing they differ: an answer that has not changed since a person graded
it does not need grading again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nbformat import NotebookNode
from nbgrader.api import (
    Comment,
    Grade,
    Gradebook,
    MissingEntry,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)
from nbgrader.utils import (
    compute_checksum,
    determine_grade,
    is_grade,
    is_locked,
    is_solution,
    is_task,
)
from sqlalchemy import func, or_, select

from .penalties import Penalties

OVERRIDDEN = "{cell}: overridden by hand: {by_hand:g}, by the tests {automatic:g}"
TO_GRADE = "{cell}: to be graded by hand, in the formgrader"
NO_STUDENT = (
    "the gradebook has no student {student!r}, and Autograde.create_student is off: add the "
    "student with `nbgrader db student add`, or switch it on"
)


def override(cell: str, by_hand: float | None, automatic: float | None) -> str:
    """Return in words which points a person gave in place of a test's; empty if none other."""
    if by_hand is None or automatic is None or by_hand == automatic:
        return ""
    return OVERRIDDEN.format(cell=cell, by_hand=by_hand, automatic=automatic)


@dataclass(frozen=True)
class Graded:
    """What one submission's graded notebook says.

    Attributes
    ----------
    student : str
    timestamp : datetime or None
        When it was handed in, in UTC, if that is known.
    scores : dict
        Points by graded cell; None where a person has to grade.
    comments : dict
        nbgrader's own comments by cell, such as "No response.".
    unchanged : set of str
        Graded cells whose answer is the one that has a grade already.
    notebook : str
        Which of the lesson's notebooks; empty if it has one.
    """

    student: str
    timestamp: datetime | None
    scores: dict[str, float | None]
    comments: dict[str, str | None]
    unchanged: frozenset[str] = frozenset()
    notebook: str = ""


@dataclass(frozen=True)
class Standing:
    """What a student has in the gradebook.

    Attributes
    ----------
    points : float
        What counts in the end, without what being late cost.
    by_hand : bool
        Whether a person gave some of them.
    penalty : float
        What being late cost.
    handed_in : datetime or None
        When, in UTC, if that is known.
    """

    points: float
    by_hand: bool
    penalty: float = 0.0
    handed_in: datetime | None = None


def read_grades(
    student: str,
    timestamp: datetime | None,
    nb: NotebookNode,
    earlier: NotebookNode | None = None,
    notebook: str = "",
    same_files: bool = True,
) -> Graded:
    """Return what a graded notebook says, as nbgrader's ``SaveAutoGrades`` reads it.

    Parameters
    ----------
    student : str
    timestamp : datetime or None
    nb : NotebookNode
    earlier : NotebookNode, optional
        The graded notebook that the gradebook's grades are of.
    notebook : str
        Which of the lesson's notebooks; empty if it has one.
    same_files : bool
        Whether the files beside it are those of before.
    """
    scores, comments = {}, {}
    for cell in nb.cells:
        if is_grade(cell):
            scores[cell.metadata.nbgrader.grade_id] = determine_grade(cell)[0]
        if is_solution(cell) or is_task(cell):
            metadata = cell.metadata.nbgrader
            same = metadata.get("checksum") == compute_checksum(cell) and not is_task(cell)
            comments[metadata.grade_id] = "No response." if same else None
    unchanged = unchanged_answers(nb, earlier, same_files) if earlier else frozenset()
    return Graded(student, timestamp, scores, comments, unchanged, notebook)


def unchanged_answers(
    nb: NotebookNode, earlier: NotebookNode, same_files: bool = True
) -> frozenset[str]:
    """Return the graded cells whose answer is the same in both notebooks.

    The answer to a test is whatever the student wrote, in files beside the notebook, too.
    """
    texts, before = (
        [answer_in(cell) for cell in n.cells if not is_locked(cell)] for n in (nb, earlier)
    )
    same = same_files and texts == before
    answers = {
        cell.metadata.nbgrader.grade_id: answer_in(cell)
        for cell in earlier.cells
        if is_grade(cell) and is_solution(cell)
    }
    return frozenset(
        cell.metadata.nbgrader.grade_id
        for cell in nb.cells
        if is_grade(cell)
        and (same or answers.get(cell.metadata.nbgrader.grade_id) == answer_in(cell))
    )


def answer_in(cell: NotebookNode) -> tuple[str, Any]:
    """Return what a student wrote in a cell, and the pictures that were pasted into it."""
    return cell.source, cell.get("attachments") or {}


class GradebookWriter:
    """Writes the grades of one lesson.

    Parameters
    ----------
    gradebook : Gradebook
        Open as long as the writer is used.
    lesson : str
        The lesson's name, which the gradebook knows.
    late : Penalties
    create_student : bool
        Whether a student who is not known is added.

    Attributes
    ----------
    has_due_date : bool
        Whether it matters when something was handed in.
    """

    def __init__(
        self, gradebook: Gradebook, lesson: str, late: Penalties, create_student: bool
    ) -> None:
        self._gradebook, self._lesson = gradebook, lesson
        self._db = gradebook.db
        self._late = late
        self._create_student = create_student
        assignment = gradebook.find_assignment(lesson)
        self._assignment = assignment.id
        self.has_due_date = assignment.duedate is not None
        self._notebooks = {entry.name: entry.id for entry in assignment.notebooks}
        self._cells: dict[str, dict[Any, dict[str, str]]] = {}
        for entry in assignment.notebooks:
            tasks = list(entry.task_cells)
            self._cells[entry.name] = {
                Grade: {cell.name: cell.id for cell in [*entry.grade_cells, *tasks]},
                Comment: {cell.name: cell.id for cell in [*entry.solution_cells, *tasks]},
            }
        self._graded_cells = {
            cell: name for cells in self._cells.values() for name, cell in cells[Grade].items()
        }
        self._db.rollback()

    def standings(self, students: Sequence[str]) -> dict[str, Standing]:
        """Return what those of `students` have who have a grade."""
        table = (
            select(
                SubmittedAssignment.student_id,
                func.sum(Grade.score),
                func.count(Grade.manual_score),
                func.max(SubmittedNotebook.late_submission_penalty),
                func.max(SubmittedAssignment.timestamp),
            )
            .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
            .join(Grade, Grade.notebook_id == SubmittedNotebook.id)
            .where(
                SubmittedAssignment.assignment_id == self._assignment,
                SubmittedAssignment.student_id.in_(students),
                SubmittedNotebook.notebook_id.in_(self._notebooks.values()),
                # These two are the order of the table's index.
                Grade.cell_id.in_(self._graded_cells),
            )
            .group_by(SubmittedAssignment.student_id, SubmittedNotebook.id)
            # An extension makes entries for somebody who has handed in nothing yet.
            .having(func.count(Grade.auto_score) + func.count(Grade.manual_score) > 0)
        )
        found: dict[str, Standing] = {}
        for student, points, manual, penalty, handed_in in self._db.execute(table):
            known = found.get(student, Standing(0.0, False))
            found[student] = Standing(
                known.points + max(0.0, points - (penalty or 0)),
                known.by_hand or manual > 0,
                known.penalty + (penalty or 0.0),
                handed_in,
            )
        self._db.rollback()
        return found

    def for_a_person(self, students: Sequence[str]) -> dict[str, list[str]]:
        """Return which points wait for a person, or differ from what the tests say since then.

        nbgrader marks such a grade as one that needs a person, and keeps the person's points.
        """
        table = (
            select(
                SubmittedAssignment.student_id, Grade.cell_id, Grade.manual_score, Grade.auto_score
            )
            .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
            .join(Grade, Grade.notebook_id == SubmittedNotebook.id)
            .where(
                SubmittedAssignment.assignment_id == self._assignment,
                SubmittedAssignment.student_id.in_(students),
                Grade.needs_manual_grade,
                or_(Grade.auto_score.is_(None), Grade.manual_score != Grade.auto_score),
            )
        )
        found: dict[str, list[str]] = {}
        for student, number, by_hand, automatic in self._db.execute(table):
            # The lesson may have lost the cell.
            cell = self._graded_cells.get(number, number)
            text = override(cell, by_hand, automatic) or TO_GRADE.format(cell=cell)
            found.setdefault(student, []).append(text)
        self._db.rollback()
        return found

    def update_penalties(self, students: Sequence[str]) -> None:
        """Bring what being late costs up to date."""
        self._late.update(self._gradebook, self._lesson, students)
        self._db.expunge_all()

    def missing(self, student: str, timestamp: datetime | None, notebook: str) -> Graded:
        """Return what somebody has who did not hand in a notebook: no points, as in nbgrader."""
        scores: dict[str, float | None] = dict.fromkeys(self._cells[notebook][Grade], 0.0)
        return Graded(student, timestamp, scores, {}, notebook=notebook)

    def write(self, batch: Sequence[Graded]) -> None:
        """Write the grades of some submissions, all or none.

        Raises
        ------
        MissingEntry
            If a student is not known and must not be added.
        """
        try:
            self._write(batch)
            self._db.commit()
        except BaseException:
            self._db.rollback()
            raise
        finally:
            # Or the session would look through all that it has ever seen.
            self._db.expunge_all()

    def _write(self, batch: Sequence[Graded]) -> None:
        students = list(dict.fromkeys(graded.student for graded in batch))
        self._entries(Student.id, students, add=self._create_student)
        submissions = self._entries(
            SubmittedAssignment.student_id, students, assignment_id=self._assignment
        )
        for name in self._notebooks:
            of_it = [graded for graded in batch if (graded.notebook or name) == name]
            self._write_notebook(name, of_it, submissions)

    def _write_notebook(
        self, name: str, batch: Sequence[Graded], submissions: Mapping[str, Any]
    ) -> None:
        """Write what some submissions have in one notebook."""
        ids = [submissions[graded.student].id for graded in batch]
        notebooks = self._entries(
            SubmittedNotebook.assignment_id, ids, notebook_id=self._notebooks[name]
        )
        ids = [notebook.id for notebook in notebooks.values()]
        grades, comments = (
            {
                cell: self._entries(kind.notebook_id, ids, cell_id=number)
                for cell, number in self._cells[name][kind].items()
            }
            for kind in (Grade, Comment)
        )
        for graded in batch:
            submission = submissions[graded.student]
            notebook = notebooks[submission.id]
            submission.timestamp = graded.timestamp or submission.timestamp
            for cell, text in graded.comments.items():
                comments[cell][notebook.id].auto_comment = text
            for cell, score in graded.scores.items():
                set_score(grades[cell][notebook.id], score, cell in graded.unchanged)
            total = sum(points_of(of_cell[notebook.id]) for of_cell in grades.values())
            notebook.late_submission_penalty = self._late.of(submission, total)

    def _entries(
        self, column: Any, keys: Sequence[str], add: bool = True, **values: str
    ) -> dict[str, Any]:
        """Return entries of the column's table by what stands in the column.

        Those that have other `values` are left out, and those that are missing are added.
        """
        kind = column.class_
        own = [getattr(kind, name) == value for name, value in values.items()]
        found = self._db.scalars(select(kind).where(column.in_(keys), *own))
        entries = {getattr(entry, column.key): entry for entry in found}
        missing = [key for key in keys if key not in entries]
        if missing and not add:
            raise MissingEntry(NO_STUDENT.format(student=missing[0]))
        new = {key: kind(**{column.key: key}, **values) for key in missing}
        self._db.add_all(new.values())
        # Now they have ids.
        self._db.flush()
        return entries | new


def set_score(grade: Grade, score: float | None, unchanged: bool) -> None:
    """Set what a cell scored, and whether a person has to look at it."""
    if not unchanged or grade.auto_score != score or grade.manual_score is None:
        grade.needs_manual_grade = score is None or grade.manual_score is not None
    grade.auto_score = score


def points_of(grade: Grade) -> float:
    """Return what a grade is worth, as nbgrader's ``Grade.score`` does in the database."""
    score = grade.auto_score if grade.manual_score is None else grade.manual_score
    return 0.0 if score is None else float(score + (grade.extra_credit or 0.0))
