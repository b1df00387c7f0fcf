"""The class report as numbers, for a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from ..files import naming
from ..submission.clean import shown_in_table
from .entries import CellGrade, Entry
from .export import BY_HAND
from .states import GRADED
from .summary import Summary
from .usage import KINDS

PERSON = ["id", "last_name", "first_name", "email"]
REST = ["lesson", "status", "points", "maximum", "penalty", "handed_in_utc"]
USAGE = ["cpu_seconds", "seconds", "memory_mb", "far_above_class"]


def write_numbers(path: Path, summaries: Sequence[Summary], anonymous: bool = False) -> None:
    """Write a row for each student and lesson, with the points of each behaviour.

    Below stand, for each lesson, the share and the discrimination of its behaviours.

    Parameters
    ----------
    path : Path
    summaries : sequence of Summary
    anonymous : bool, optional
        Whether names and ids are left out, and rows are in the order of points.
    """
    names = list(dict.fromkeys(item.name for one in summaries for item in _cells(one)))
    person = [] if anonymous else PERSON
    with naming(path), path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*person, *REST, *USAGE, *names])
        for summary in summaries:
            known = {
                student: summary.entries.get(student, Entry(student)) for student in summary.states
            }
            entries = list(known.values())
            if anonymous:
                entries.sort(key=lambda entry: -entry.points)
            above = _far_above(summary)
            for entry in entries:
                writer.writerow([*_person(entry, anonymous), *_row(summary, entry, above, names)])
            for label in ("facility", "discrimination"):
                values = {item.name: getattr(item, label) for item in summary.items}
                cells = [_number(values.get(name)) for name in names]
                blank = [""] * (len(REST) - 2 + len(USAGE))
                writer.writerow([*[""] * len(person), summary.lesson, label, *blank, *cells])


def _cells(summary: Summary) -> list[CellGrade]:
    graded = summary.graded
    return list(graded[0].grades) if graded else []


def _person(entry: Entry, anonymous: bool) -> list[str]:
    if anonymous:
        return []
    texts = (entry.student, entry.last_name, entry.first_name, entry.email)
    return [shown_in_table(text) for text in texts]


def _far_above(summary: Summary) -> dict[str, str]:
    """Return of what students used far more than the class, in words, by student."""
    found: dict[str, list[str]] = {}
    for one in summary.outliers():
        found.setdefault(one.student, []).append(KINDS[one.kind][0])
    return {student: ", ".join(kinds) for student, kinds in found.items()}


def _row(
    summary: Summary, entry: Entry, above: Mapping[str, str], names: Sequence[str]
) -> list[str]:
    """Return lesson, status, points and use; no points where there is no grade."""
    status = summary.states[entry.student].status
    if status == GRADED and entry.to_grade:
        status = BY_HAND
    given = [grade for grade in entry.grades if not grade.is_open] if entry.graded else []
    points = {grade.name: grade.points for grade in given}
    total = [f"{entry.points:g}", f"{summary.maximum:g}", f"{entry.penalty:g}"]
    when = f"{entry.handed_in:%Y-%m-%d %H:%M:%S}" if entry.handed_in else ""
    cells = [_number(points.get(name)) for name in names]
    used = summary.usage.get(entry.student, {})
    use = [_number(used[kind] / KINDS[kind][2] if kind in used else None) for kind in KINDS]
    points_or_none = total if entry.graded else [""] * 3
    far = above.get(entry.student, "")
    return [summary.lesson, status, *points_or_none, when, *use, far, *cells]


def _number(value: float | None) -> str:
    return "" if value is None or value != value else f"{value:.4g}"
