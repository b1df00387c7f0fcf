"""What the gradebook says of a class in one lesson, read in a few queries whatever its size."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from nbgrader.api import (
    Comment,
    Grade,
    Gradebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)
from sqlalchemy import select

from ..grading.gradebook import override
from ..lesson.exercises import behaviour_of, exercises_of, in_notebook
from ..lesson.read import find_assignment
from ..submission.clean import full_name


@dataclass(frozen=True)
class CellGrade:
    """What one graded cell scored.

    Attributes
    ----------
    name : str
        Of the cell, such as ``conv_forward-stride``; with its notebook's if the lesson has several.
    points, maximum : float
    automatic, by_hand : float or None
        What the tests say, and what a person gave instead.
    extra : float
        What a person gave beyond that.
    to_grade : bool
        Whether a person has yet to look at it.
    exercise : str
        The exercise that it belongs to, if its name does not say it.
    """

    name: str
    points: float
    maximum: float
    automatic: float | None = None
    by_hand: float | None = None
    extra: float = 0.0
    to_grade: bool = False
    exercise: str = ""

    @property
    def function(self) -> str:
        """The exercise that it belongs to."""
        return self.exercise or self.name.partition("-")[0]

    @property
    def behaviour(self) -> str:
        """What of the exercise it checks."""
        return behaviour_of(self.name, self.function)

    @property
    def is_open(self) -> bool:
        """Whether there are no points yet: a person has to give them."""
        return self.automatic is None and self.by_hand is None

    @property
    def override(self) -> str:
        """Which points a person gave in place of which, in words; empty if none."""
        return override(self.name, self.by_hand, self.automatic)


@dataclass
class Entry:
    """What the gradebook says of one student in one lesson.

    Attributes
    ----------
    student, first_name, last_name, email : str
    handed_in : datetime or None
        When, in UTC.
    due : datetime or None
        Until when it had to be, extension included.
    penalty : float
        What being late cost.
    grades : list of CellGrade
        In the order of the lesson; empty if nothing was graded.
    comments : list of tuple
        Cell and comment.
    """

    student: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    handed_in: datetime | None = None
    due: datetime | None = None
    penalty: float = 0.0
    grades: list[CellGrade] = field(default_factory=list)
    comments: list[tuple[str, str]] = field(default_factory=list)

    @property
    def name(self) -> str:
        """First and last name, or the id if the gradebook has none."""
        return full_name(self.first_name, self.last_name) or self.student

    @property
    def graded(self) -> bool:
        """Whether anything was graded: an extension alone makes an entry, too."""
        return any(g.automatic is not None or g.by_hand is not None for g in self.grades)

    @property
    def points(self) -> float:
        """What counts in the end, as nbgrader exports it."""
        return max(0.0, sum(grade.points for grade in self.grades) - self.penalty)

    @property
    def maximum(self) -> float:
        """What the lesson has to give, without extra credit."""
        return sum(grade.maximum for grade in self.grades)

    @property
    def to_grade(self) -> bool:
        """Whether a person has yet to look at a part."""
        return any(grade.to_grade for grade in self.grades)

    @property
    def late(self) -> timedelta:
        """How much too late it came."""
        if self.handed_in is None or self.due is None:
            return timedelta(0)
        return max(timedelta(0), self.handed_in - self.due)


def read_entries(gradebook: Gradebook, lesson: str) -> dict[str, Entry]:
    """Return what the gradebook says of everybody in a lesson, by student.

    Raises
    ------
    LessonError
        If it does not know the lesson.
    """
    assignment = find_assignment(gradebook, lesson)
    db = gradebook.db
    entries = {
        student: Entry(student, first or "", last or "", email or "")
        for student, first, last, email in db.execute(
            select(Student.id, Student.first_name, Student.last_name, Student.email).order_by(
                Student.id
            )
        )
    }
    cells = _cells(assignment)
    owners: dict[str, Entry] = {}
    table = (
        select(
            SubmittedAssignment.student_id,
            SubmittedAssignment.timestamp,
            SubmittedAssignment.extension,
            SubmittedNotebook.id,
            SubmittedNotebook.late_submission_penalty,
        )
        .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .where(SubmittedAssignment.assignment_id == assignment.id)
    )
    for student, handed_in, extension, notebook, penalty in db.execute(table):
        owners[notebook] = entry = entries[student]
        entry.handed_in = handed_in
        if assignment.duedate is not None:
            entry.due = assignment.duedate + (extension or timedelta(0))
        entry.penalty += penalty or 0.0
    places = {name: place for name, _, place, _ in cells.values()}
    _read_grades(db, assignment.id, cells, owners)
    for entry in entries.values():
        entry.grades.sort(key=lambda grade: places[grade.name])
        entry.comments.sort()
    db.rollback()
    return entries


def _cells(assignment: Any) -> dict[str, tuple[str, float, int, str]]:
    """Return name, maximum, place and exercise of each graded cell, by id."""
    found: dict[str, tuple[str, float, int, str]] = {}
    count, before = len(assignment.notebooks), 0
    for notebook in assignment.notebooks:
        names = [cell.name for cell in notebook.source_cells]
        places = {name: place for place, name in enumerate(names, start=before)}
        before += len(names) + 1
        solutions = {cell.name for cell in notebook.solution_cells}
        exercises = exercises_of((name, name in solutions) for name in names)
        for cell in [*notebook.grade_cells, *notebook.task_cells]:
            name = in_notebook(notebook.name, cell.name, count)
            own = exercises.get(cell.name) or cell.name.partition("-")[0]
            exercise = in_notebook(notebook.name, own, count)
            place = places.get(cell.name, before - 1)
            found[cell.id] = (name, cell.max_score, place, exercise)
    return found


def _read_grades(
    db: Any,
    assignment: str,
    cells: dict[str, tuple[str, float, int, str]],
    owners: dict[str, Entry],
) -> None:
    """Put grades and comments into the entries of their owners, by notebook."""
    scores = (Grade.score, Grade.auto_score, Grade.manual_score, Grade.extra_credit)
    kinds = ((Grade, (*scores, Grade.needs_manual_grade)), (Comment, (Comment.comment,)))
    for kind, columns in kinds:
        table = (
            select(kind.notebook_id, kind.cell_id, *columns)
            .join(SubmittedNotebook, SubmittedNotebook.id == kind.notebook_id)
            .join(SubmittedAssignment, SubmittedAssignment.id == SubmittedNotebook.assignment_id)
            .where(SubmittedAssignment.assignment_id == assignment)
        )
        for notebook, cell, *values in db.execute(table):
            entry = owners[notebook]
            if kind is Grade and cell not in cells:
                continue  # of a cell that the lesson has no more
            if kind is Comment:
                entry.comments.append((cell, values[0] or ""))
                continue
            points, automatic, by_hand, extra, to_grade = values
            name, maximum, _, exercise = cells[cell]
            extra = extra or 0.0
            entry.grades.append(
                CellGrade(name, points, maximum, automatic, by_hand, extra, to_grade, exercise)
            )
