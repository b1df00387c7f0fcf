"""The class report as facts: what to teach again, who needs help, which test is bad."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import numpy as np
from nbgrader.api import Gradebook
from nbgrader.apps import NbGrader

from ..grading.coordinator import Grader
from ..grading.penalties import Penalties
from ..lesson.read import LessonError, find_assignment, lesson_folders
from .about import read_titles
from .entries import Entry, read_entries
from .graded import GradedWork, read_notebooks
from .items import Item, items_of
from .similar import Likeness, find_alike
from .states import GRADED, NOTHING, State, read_states
from .usage import Outlier, Used, outliers_of, read_usage

LOW = 0.5
"""Who has less than this share of the points needs help."""
FALL = 0.25
"""Who has so much less of the share than in the lessons before, too."""
LONGEST_EXAMPLE = 3_000
NOBODY = (
    "Nobody has a grade for {lesson} yet: {number} handed in something. "
    "`proctor autograde {lesson}` grades it."
)


@dataclass(frozen=True)
class Misconception:
    """A mistake that has a name: the sentence that students read, and whose it is."""

    function: str
    sentence: str
    students: tuple[str, ...]
    example: str = ""


@dataclass
class Summary:
    """A lesson, as a class did on it.

    Attributes
    ----------
    lesson, title : str
    due : datetime or None
        In UTC.
    maximum : float
    entries : dict of str to Entry
        Of all students whom the gradebook knows.
    states : dict of str to State
    misconceptions : list of Misconception
        The most frequent first.
    unnamed : dict of str to int
        How many lost points of a function for reasons without a name.
    items : list of Item
    helped : dict of str to tuple of str
        Who needs help, and why.
    alike : Likeness
    usage : dict of str to Used
        What the submissions of those who have a grade used, as far as it is known.
    """

    lesson: str
    title: str
    due: datetime | None
    maximum: float
    entries: dict[str, Entry]
    states: dict[str, State]
    misconceptions: list[Misconception] = field(default_factory=list)
    unnamed: dict[str, int] = field(default_factory=dict)
    items: list[Item] = field(default_factory=list)
    helped: dict[str, tuple[str, ...]] = field(default_factory=dict)
    alike: Likeness = field(default_factory=lambda: Likeness((), float("nan")))
    usage: dict[str, Used] = field(default_factory=dict)

    @property
    def graded(self) -> list[Entry]:
        """Those who have a grade, by id."""
        return [entry for entry in self.entries.values() if entry.graded]

    @property
    def names(self) -> dict[str, str]:
        """What students are called, by id."""
        return {student: entry.name for student, entry in self.entries.items()}

    def share(self, student: str) -> float:
        """Return a student's share of the points; NaN without a grade.

        What a person has yet to grade counts for nothing.
        """
        entry = self.entries.get(student)
        if entry is None or not entry.graded:
            return math.nan
        maximum = self.possible(student)
        return entry.points / maximum if maximum > 0 else math.nan

    def possible(self, student: str) -> float:
        """Return the points that a student may have, without those that are yet to be given."""
        entry = self.entries.get(student)
        grades = entry.grades if entry is not None and entry.graded else []
        return self.maximum - sum(grade.maximum for grade in grades if grade.is_open)

    def in_few_letters(self, student: str) -> str:
        """Return a student's share, or why there is none.

        A star says that it is of earlier work, and "late" that being so cost something.
        """
        state, share = self.states.get(student, State(NOTHING)), self.share(student)
        if math.isnan(share):
            return state.status
        late = " late" if self.entries[student].penalty else ""
        return f"{share:.0%}{late}" + ("" if state.status == GRADED else " *")

    def overrides(self) -> list[tuple[str, str]]:
        """Return where a person gave other points than the tests do, by student."""
        return [
            (entry.student, grade.override)
            for entry in self.graded
            for grade in entry.grades
            if grade.override
        ]

    def outliers(self) -> list[Outlier]:
        """Return who used far more time or memory than the class."""
        return outliers_of(self.usage)

    def by_hand(self) -> dict[str, list[str]]:
        """Return of whom a person has yet to grade a part, by graded cell."""
        found: dict[str, list[str]] = {}
        for entry in self.graded:
            for grade in (grade for grade in entry.grades if grade.to_grade):
                found.setdefault(grade.name, []).append(entry.student)
        return found

    def functions(self) -> dict[str, list[float]]:
        """Return the share of points that each student has of each exercise."""
        shares: dict[str, list[float]] = {}
        for entry in self.graded:
            points: dict[str, float] = {}
            most: dict[str, float] = {}
            for grade in (grade for grade in entry.grades if not grade.is_open):
                points[grade.function] = points.get(grade.function, 0) + grade.points
                most[grade.function] = most.get(grade.function, 0) + grade.maximum
            for name, maximum in most.items():
                if maximum:
                    shares.setdefault(name, []).append(points[name] / maximum)
        return shares


def share_of_all(summaries: Sequence[Summary], student: str) -> float:
    """Return a student's share of the points of several lessons; what has no grade counts as 0."""
    entries = [one.entries[student] for one in summaries if student in one.entries]
    possible = sum(one.possible(student) for one in summaries)
    points = sum(entry.points for entry in entries if entry.graded)
    return points / possible if possible > 0 else 0.0


def read_class(course: NbGrader, lesson: str) -> tuple[Grader, Summary]:
    """Return what reads a lesson, and the beginning of its summary: points, or why there are none.

    What being late costs is computed anew. `add_findings` fills in the rest.

    Parameters
    ----------
    course : NbGrader
    lesson : str

    Raises
    ------
    LessonError
        If the lesson cannot be read, or nobody has a grade.
    """
    grader, folders = Grader(course, lesson), course.coursedir
    with Gradebook(folders.db_url, folders.course_id) as gradebook:
        due = find_assignment(gradebook, lesson).duedate
        Penalties(course).update(gradebook, lesson)
        entries = read_entries(gradebook, lesson)
    states = read_states(grader, entries.values())
    source, _ = lesson_folders(course, lesson)
    title = read_titles(source / grader.lesson.notebook).lesson or lesson
    summary = Summary(lesson, title, due, grader.maximum, entries, states)
    students = [entry.student for entry in summary.graded]
    if not students:
        number = len(grader.handed_in)
        raise LessonError(NOBODY.format(lesson=lesson, number=number))
    summary.usage = read_usage(folders, lesson, students)
    return grader, summary


def read_graded(course: NbGrader, grader: Grader, summary: Summary) -> dict[str, GradedWork]:
    """Return what the graded notebooks of those who have a grade say, by student."""
    folders, found = course.coursedir, {}
    for student in (entry.student for entry in summary.graded):
        path = folders.format_path(folders.autograded_directory, student, summary.lesson)
        found[student] = read_notebooks(sorted(Path(path).glob("*.ipynb")), len(grader.lessons))
    return found


def add_findings(
    course: NbGrader,
    grader: Grader,
    summary: Summary,
    work: Mapping[str, GradedWork],
    earlier: list[Summary],
) -> Summary:
    """Add to a summary what graded notebooks and tests say, and return it.

    Parameters
    ----------
    course : NbGrader
    grader, summary
        See `read_class`.
    work
        See `read_graded`.
    earlier : list of Summary
        Of the lessons before.
    """
    summary.misconceptions = misconceptions_of(work)
    summary.unnamed = Counter(
        function for one in work.values() for function in dict.fromkeys(one.unnamed)
    )
    summary.items = items_of(summary.graded)
    summary.helped = who_needs_help(summary, earlier)
    _, release = lesson_folders(course, summary.lesson)
    released = read_notebooks(release / part.notebook for part in grader.lessons)
    codes = {student: one.all_code for student, one in work.items()}
    summary.alike = find_alike(codes, released.all_code)
    return summary


def misconceptions_of(work: Mapping[str, GradedWork]) -> list[Misconception]:
    """Return the named mistakes of a class, the most frequent first."""
    found: dict[tuple[str, str], list[str]] = {}
    for student, one in work.items():
        for loss in dict.fromkeys(one.named):
            found.setdefault(loss, []).append(student)
    made = [
        Misconception(
            function,
            sentence,
            tuple(students),
            min((work[student].code.get(function, "") for student in students), key=len)[
                :LONGEST_EXAMPLE
            ],
        )
        for (function, sentence), students in found.items()
    ]
    return sorted(made, key=lambda one: (-len(one.students), one.function, one.sentence))


def who_needs_help(summary: Summary, earlier: list[Summary]) -> dict[str, tuple[str, ...]]:
    """Return who needs help and why: those without a grade first, then the lowest."""
    found = []
    for student, state in summary.states.items():
        reasons = []
        share = summary.share(student)
        if state.status != GRADED:
            reasons.append(f"{state.status}: {state.text}" if state.text else state.status)
        if share < LOW:
            points = summary.entries[student].points
            reasons.append(f"{points:g} of {summary.maximum:g} points")
        before = [value for value in (one.share(student) for one in earlier) if value == value]
        if before and float(np.mean(before)) - share >= FALL:
            reasons.append(f"{share:.0%}, after {np.mean(before):.0%} on average")
        if reasons:
            found.append((not math.isnan(share), share, student, tuple(reasons)))
    found.sort(key=lambda one: (one[0], one[1] if one[0] else 0, one[2]))
    return {student: reasons for _, _, student, reasons in found}
