"""The class report: who scored what, and which behaviours were lost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from nbgrader.api import Gradebook
from rich import box
from rich.table import Table
from rich.text import Text

from ..lesson.read import find_assignment
from ..submission.clean import shown


@dataclass
class FunctionScore:
    """What one student's function scored in its test cells, and what a person has yet to read."""

    points: float = 0.0
    maximum: float = 0.0
    lost: list[str] = field(default_factory=list)
    to_grade: list[str] = field(default_factory=list)


def class_scores(gradebook: Gradebook, lesson: str) -> dict[str, dict[str, FunctionScore]]:
    """Return what each student's functions scored, by student and function.

    A test cell ``conv_forward-stride`` checks the behaviour ``stride`` of ``conv_forward``.

    Raises
    ------
    LessonError
        If the gradebook does not know the lesson.
    """
    submissions = find_assignment(gradebook, lesson).submissions
    scores: dict[str, dict[str, FunctionScore]] = {}
    for submission in sorted(submissions, key=lambda entry: entry.student.id):
        functions = scores.setdefault(submission.student.id, {})
        for notebook in submission.notebooks:
            places = [cell.name for cell in notebook.notebook.source_cells]
            for grade in sorted(notebook.grades, key=lambda grade: places.index(grade.name)):
                function, _, behaviour = grade.name.partition("-")
                score = functions.setdefault(function, FunctionScore())
                score.points += grade.score or 0.0
                score.maximum += grade.max_score
                if grade.needs_manual_grade:
                    score.to_grade.append(behaviour or function)
                elif (grade.score or 0.0) < grade.max_score:
                    score.lost.append(behaviour or function)
    return scores


def class_table(lesson: str, scores: dict[str, dict[str, FunctionScore]]) -> Table:
    """Return the class report as a table: students in rows, functions in columns."""
    functions = list(dict.fromkeys(name for row in scores.values() for name in row))
    table = Table(title=lesson, title_justify="left", box=box.SIMPLE_HEAD)
    table.add_column("student", no_wrap=True)
    for function in functions:
        table.add_column(function, justify="right", no_wrap=True)
    table.add_column("total", justify="right", no_wrap=True)
    table.add_column("lost behaviours")
    for student, row in scores.items():
        cells = [_points([row.get(function, FunctionScore())]) for function in functions]
        table.add_row(Text(shown(student)), *cells, _points(row.values()), _lost(row))
    return table


def _points(scores: Iterable[FunctionScore]) -> Text:
    """Return points of maximum: green and plain when full, red when none, else yellow."""
    scores = list(scores)
    points = sum(score.points for score in scores)
    maximum = sum(score.maximum for score in scores)
    style = "green" if points == maximum else "yellow" if points else "red"
    return Text(f"{points:g}/{maximum:g}", style=style)


def _lost(row: dict[str, FunctionScore]) -> str:
    """Name the lost behaviours of each function; a function that lost all says so."""
    parts = []
    for function, score in row.items():
        if score.lost:
            what = "all" if not score.points else ", ".join(score.lost)
            parts.append(f"{function}: {what}")
        if score.to_grade:
            parts.append(f"{function}: to be graded by hand")
    return "; ".join(parts)
