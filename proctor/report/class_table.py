"""The class table: who scored what, and which behaviours were lost."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..submission.clean import named
from .entries import Entry

LEAST_LOST = 30
"""How many letters wide the column of lost behaviours has to be, to be read with ease."""
EXTRA = "+ is extra credit, which a person gave."
OLDER = "not known: graded by an earlier version of the lesson"
"""Since a test may have been worth less then."""


@dataclass
class FunctionScore:
    """What one student's function scored in its test cells, and what a person has yet to read.

    Attributes
    ----------
    points, maximum : float
        Extra credit not included.
    lost, to_grade : list of str
        Behaviours.
    extra : float
        Extra credit.
    overridden : list of str
        Where a person gave other points than the tests do, in words.
    """

    points: float = 0.0
    maximum: float = 0.0
    lost: list[str] = field(default_factory=list)
    to_grade: list[str] = field(default_factory=list)
    extra: float = 0.0
    overridden: list[str] = field(default_factory=list)


def function_scores(entry: Entry) -> dict[str, FunctionScore]:
    """Return what a student's functions scored, by function."""
    functions: dict[str, FunctionScore] = {}
    for grade in entry.grades:
        score = functions.setdefault(grade.function, FunctionScore())
        score.points += grade.points - grade.extra
        score.maximum += grade.maximum
        score.extra += grade.extra
        if grade.override:
            score.overridden.append(grade.override)
        if grade.to_grade and not grade.override:
            score.to_grade.append(grade.behaviour)
        elif grade.points < grade.maximum:
            score.lost.append(grade.behaviour)
    return functions


def class_table(
    lesson: str,
    scores: Mapping[str, Mapping[str, FunctionScore]],
    penalties: Mapping[str, float] | None = None,
    width: int | None = None,
    names: Mapping[str, str] | None = None,
    older: Collection[str] = (),
) -> Table:
    """Return the class report as a table: students in rows, functions in columns.

    Parameters
    ----------
    lesson : str
    scores : mapping
        By student and function.
    penalties : mapping of str to float, optional
        What being late cost, by student.
    width : int, optional
        How many letters fit on a line. If they are too few for a column for each function, lost
        points stand in words beside the total.
    names : mapping of str to str, optional
        What students are called, by id.
    older : collection of str
        Whose grades are by an earlier version of the lesson.
    """
    functions = list(dict.fromkeys(name for row in scores.values() for name in row))
    penalties, names = penalties or {}, names or {}
    wide = _table(lesson, scores, penalties, names, older, functions)
    if width is None or Console(width=1000).measure(wide).minimum <= width:
        return wide
    return _table(lesson, scores, penalties, names, older, [])


def _table(
    lesson: str,
    scores: Mapping[str, Mapping[str, FunctionScore]],
    penalties: Mapping[str, float],
    names: Mapping[str, str],
    older: Collection[str],
    functions: list[str],
) -> Table:
    """Return the table with a column for each of some functions, or with none."""
    table = Table(title=lesson, title_justify="left", box=box.SIMPLE_HEAD)
    table.add_column("student", no_wrap=bool(functions), overflow="fold")
    for function in functions:
        table.add_column(function, justify="right", no_wrap=True)
    table.add_column("total", justify="right", no_wrap=True)
    table.add_column(
        "lost behaviours", overflow="fold", min_width=LEAST_LOST if functions else None
    )
    for student, row in scores.items():
        cells = [_points([row.get(function, FunctionScore())]) for function in functions]
        penalty = penalties.get(student, 0.0)
        lost = OLDER if student in older else _lost(row, penalty, with_points=not functions)
        total = _points(row.values(), penalty)
        table.add_row(Text(named(student, names.get(student))), *cells, total, Text(lost))
    if any(score.extra for row in scores.values() for score in row.values()):
        table.caption, table.caption_justify = EXTRA, "left"
    return table


def _points(scores: Iterable[FunctionScore], penalty: float = 0.0) -> Text:
    """Return points of maximum: green and plain when full, red when none, else yellow."""
    scores = list(scores)
    points = max(0.0, sum(score.points for score in scores) - penalty)
    maximum = sum(score.maximum for score in scores)
    extra = sum(score.extra for score in scores)
    style = "green" if points >= maximum else "yellow" if points else "red"
    return Text(f"{points:g}{f'+{extra:g}' if extra else ''}/{maximum:g}", style=style)


def _lost(row: Mapping[str, FunctionScore], penalty: float, with_points: bool) -> str:
    """Name the lost behaviours of each function; a function that lost all says so."""
    parts = [f"{penalty:g} off for being late"] if penalty else []
    for function, score in row.items():
        if score.lost:
            what = "all" if not score.points else ", ".join(score.lost)
            points = f" {score.points:g}/{score.maximum:g}" if with_points else ""
            parts.append(f"{function}{points}: {what}")
        if score.to_grade:
            parts.append(f"{function}: to be graded by hand")
        parts += score.overridden
    return "; ".join(parts)
