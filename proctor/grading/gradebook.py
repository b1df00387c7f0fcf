"""The one writer of the gradebook: many submissions in one transaction.

nbgrader commits cell by cell, and reads a student's total over the whole table of grades each
time, which takes longer the larger the class is. Here are the same rows, with the same values,
by nbgrader's own tables; tests/test_cluster.py holds them to what nbgrader writes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import SimpleNamespace
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
    new_uuid,
)
from nbgrader.preprocessors import AssignLatePenalties
from nbgrader.utils import compute_checksum, determine_grade, is_grade, is_solution, is_task
from sqlalchemy import func, insert, select, update

NO_STUDENT = "the gradebook has no student of this name, and Autograde.create_student is off"


@dataclass(frozen=True)
class Graded:
    """What one submission's graded notebook says.

    Attributes
    ----------
    student : str
    timestamp : datetime or None
        When it was handed in, in UTC, if that is known.
    scores : dict
        Points by test cell; None where a person has to grade.
    comments : dict
        nbgrader's own comments by cell, such as "No response.".
    """

    student: str
    timestamp: datetime | None
    scores: dict[str, float | None]
    comments: dict[str, str | None]


def read_grades(student: str, timestamp: datetime | None, nb: NotebookNode) -> Graded:
    """Return what a graded notebook says, as nbgrader's ``SaveAutoGrades`` reads it."""
    scores, comments = {}, {}
    for cell in nb.cells:
        if is_grade(cell):
            scores[cell.metadata.nbgrader.grade_id] = determine_grade(cell)[0]
        if is_solution(cell) or is_task(cell):
            metadata = cell.metadata.nbgrader
            same = metadata.get("checksum") == compute_checksum(cell) and not is_task(cell)
            comments[metadata.grade_id] = "No response." if same else None
    return Graded(student, timestamp, scores, comments)


class GradebookWriter:
    """Writes the grades of one lesson with one notebook.

    Parameters
    ----------
    gradebook : Gradebook
        Open as long as the writer is used.
    lesson : str
        The lesson's name, which the gradebook knows.
    late : AssignLatePenalties
        Configured; its plugin says what a late submission loses.
    create_student : bool
        Whether a student who is not known is added.
    """

    def __init__(
        self, gradebook: Gradebook, lesson: str, late: AssignLatePenalties, create_student: bool
    ) -> None:
        self._db = gradebook.db
        self._late = late
        self._late.init_plugin()
        self._create_student = create_student
        assignment = gradebook.find_assignment(lesson)
        (notebook,) = assignment.notebooks
        self._assignment, self._notebook = assignment.id, notebook.id
        self._duedate: datetime | None = assignment.duedate
        graded = [*notebook.grade_cells, *notebook.task_cells]
        self._grade_cells = {cell.name: cell.id for cell in graded}
        commented = [*notebook.solution_cells, *notebook.task_cells]
        self._comment_cells = {cell.name: cell.id for cell in commented}
        self.maximum = sum(cell.max_score for cell in graded)
        self._db.rollback()

    def points(self, students: Sequence[str]) -> dict[str, float]:
        """Return the points of those of `students` who have a grade."""
        table = (
            select(SubmittedAssignment.student_id, func.sum(Grade.score))
            .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
            .join(Grade, Grade.notebook_id == SubmittedNotebook.id)
            .where(
                SubmittedAssignment.assignment_id == self._assignment,
                SubmittedAssignment.student_id.in_(students),
                SubmittedNotebook.notebook_id == self._notebook,
                # These two are the order of the table's index.
                Grade.cell_id.in_(self._grade_cells.values()),
            )
            .group_by(SubmittedAssignment.student_id)
        )
        found = {student: points for student, points in self._db.execute(table)}
        self._db.rollback()
        return found

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

    def _write(self, batch: Sequence[Graded]) -> None:
        self._add_students([graded.student for graded in batch])
        submissions = self._add_submissions(batch)
        notebooks = self._add_notebooks(submissions)
        known = self._rows(Grade, self._grade_cells.values(), notebooks.values())
        grades, comments = [], []
        for graded in batch:
            notebook = notebooks[graded.student]
            for name, cell in self._grade_cells.items():
                row = known.get((notebook, cell), {"notebook_id": notebook, "cell_id": cell})
                if name in graded.scores:
                    row["auto_score"] = graded.scores[name]
                    by_hand = row.pop("manual_score", None) is not None
                    row["needs_manual_grade"] = by_hand or graded.scores[name] is None
                    grades.append(row)
                elif "id" not in row:
                    grades.append(row)
        self._save(Grade, grades)
        known = self._rows(Comment, self._comment_cells.values(), notebooks.values())
        for graded in batch:
            notebook = notebooks[graded.student]
            for name, cell in self._comment_cells.items():
                row = known.get((notebook, cell), {"notebook_id": notebook, "cell_id": cell})
                if name in graded.comments:
                    row["auto_comment"] = graded.comments[name]
                if len(row) > 3 or "id" not in row:
                    comments.append(row)
        self._save(Comment, comments)
        self._set_penalties(submissions, notebooks)

    def _add_students(self, students: list[str]) -> None:
        """Add the students who are not known."""
        known = set(self._db.scalars(select(Student.id).where(Student.id.in_(students))))
        new = [student for student in students if student not in known]
        if new and not self._create_student:
            raise MissingEntry(NO_STUDENT)
        if new:
            self._db.execute(insert(Student), [{"id": student} for student in new])

    def _add_submissions(self, batch: Sequence[Graded]) -> dict[str, dict[str, Any]]:
        """Return the entries of the submissions, by student; what is missing is added."""
        names = ("id", "student_id", "timestamp", "extension")
        columns = [getattr(SubmittedAssignment, name) for name in names]
        table = select(*columns).where(
            SubmittedAssignment.assignment_id == self._assignment,
            SubmittedAssignment.student_id.in_([graded.student for graded in batch]),
        )
        known = {row.student_id: dict(row._mapping) for row in self._db.execute(table)}
        new, handed_in_again = [], []
        for graded in batch:
            row = known.get(graded.student)
            if row is None:
                row = {"id": new_uuid(), "student_id": graded.student, "extension": None}
                row |= {"assignment_id": self._assignment, "timestamp": graded.timestamp}
                known[graded.student] = row
                new.append(row)
            elif graded.timestamp is not None:
                row["timestamp"] = graded.timestamp
                handed_in_again.append({"id": row["id"], "timestamp": graded.timestamp})
        if new:
            self._db.execute(insert(SubmittedAssignment), new)
        if handed_in_again:
            self._db.execute(update(SubmittedAssignment), handed_in_again)
        return known

    def _add_notebooks(self, submissions: dict[str, dict[str, Any]]) -> dict[str, str]:
        """Return the ids of the submitted notebooks, by student; what is missing is added."""
        students = {row["id"]: student for student, row in submissions.items()}
        columns = (SubmittedNotebook.id, SubmittedNotebook.assignment_id)
        table = select(*columns).where(
            SubmittedNotebook.notebook_id == self._notebook,
            SubmittedNotebook.assignment_id.in_(students),
        )
        found = {students[row.assignment_id]: row.id for row in self._db.execute(table)}
        new = [
            {"id": new_uuid(), "notebook_id": self._notebook, "assignment_id": row["id"]}
            for student, row in submissions.items()
            if student not in found
        ]
        if new:
            self._db.execute(insert(SubmittedNotebook), new)
        return found | {students[row["assignment_id"]]: row["id"] for row in new}

    def _rows(
        self, table: Any, cells: Iterable[str], notebooks: Iterable[str]
    ) -> dict[tuple[str, str], dict[str, Any]]:
        """Return what is known of grades or comments, by notebook and cell."""
        manual = [Grade.manual_score] if table is Grade else []
        found = self._db.execute(
            select(table.id, table.notebook_id, table.cell_id, *manual).where(
                table.cell_id.in_(list(cells)), table.notebook_id.in_(list(notebooks))
            )
        )
        return {(row.notebook_id, row.cell_id): dict(row._mapping) for row in found}

    def _save(self, table: Any, rows: list[dict[str, Any]]) -> None:
        """Insert the rows without an id, which they get, and update the others."""
        old = [row for row in rows if "id" in row]
        new = [row for row in rows if "id" not in row]
        for row in new:
            row["id"] = new_uuid()
        for group in _same_keys(new):
            self._db.execute(insert(table), group)
        for group in _same_keys(old):
            self._db.execute(update(table), group)

    def _set_penalties(
        self, submissions: dict[str, dict[str, Any]], notebooks: dict[str, str]
    ) -> None:
        """Take from late submissions what the course's plugin says."""
        rows = []
        for student, row in submissions.items():
            penalty = None
            if late := self._seconds_late(row):
                penalty = self._penalty(student, notebooks[student], late)
            rows.append({"id": notebooks[student], "late_submission_penalty": penalty})
        self._db.execute(update(SubmittedNotebook), rows)

    def _seconds_late(self, submission: dict[str, Any]) -> float:
        """Return by how much a submission is late, extensions considered."""
        if submission["timestamp"] is None or self._duedate is None:
            return 0
        due = self._duedate + (submission["extension"] or timedelta())
        late: timedelta = submission["timestamp"] - due
        return max(0, late.total_seconds())

    def _penalty(self, student: str, notebook: str, late: float) -> float | None:
        """Return what a late submission loses, as nbgrader's ``AssignLatePenalties`` does."""
        cells = list(self._grade_cells.values())
        score = self._db.scalar(
            select(func.sum(Grade.score)).where(
                Grade.cell_id.in_(cells), Grade.notebook_id == notebook
            )
        )
        plugin = self._late.plugin_inst
        penalty: float | None = plugin.late_submission_penalty(student, score, late)
        if penalty is not None:
            penalty = self._late._check_late_penalty(SimpleNamespace(score=score), penalty)
        return penalty


def _same_keys(rows: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Return rows in groups that set the same columns, as a statement for many rows needs."""
    groups: dict[frozenset[str], list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(frozenset(row), []).append(row)
    return list(groups.values())
