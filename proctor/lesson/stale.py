"""Find what of a master was changed but not generated, so that grading does not know it yet.

Not seen is what only changes the tests that nbgrader makes of lines with its AUTOTEST mark.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import nbformat
from nbgrader.apps import NbGrader
from nbgrader.preprocessors import ClearSolutions, InstantiateTests
from nbgrader.utils import is_grade, is_locked, is_solution, is_task

from .lesson import Lesson
from .read import lesson_folders, read_cells, read_files

CHANGED = (
    "{folder} has changed since it was released: {changes}. Cells are graded as they were "
    "released; to grade by the changed ones, run `proctor update {name}`."
)


def stale(course: NbGrader, lesson: Lesson) -> str:
    """Return what to say if a master's graded cells or files are not those of the release."""
    source, release = lesson_folders(course, lesson.name)
    now = cells_to_record(course, source / lesson.notebook)
    # nbgrader has made these tests by running the master, which is not done here once more.
    mark = InstantiateTests(parent=course).autotest_delimiter
    made = {name for name, (_, text, _) in now.items() if mark in text}
    recorded = {
        cell.name: (
            cell.cell_type,
            now[cell.name][1] if cell.name in made else cell.source,
            cell.metadata.get("points"),
        )
        for cell in lesson.cells
    }
    files = (read_files(folder, lesson.ignore) for folder in (source, release))
    changes = [
        *differences(now, recorded),
        *differences(*files),
    ]
    if not changes:
        return ""
    folder = f"{course.coursedir.source_directory}/{lesson.name}"
    return CHANGED.format(folder=folder, changes=", ".join(changes), name=lesson.name)


def cells_to_record(course: NbGrader, master: Path) -> dict[str, tuple[str, str, float | None]]:
    """Return type, source and points of the cells that nbgrader would record of a master."""
    nb = nbformat.from_dict({"cells": read_cells(master), "metadata": {}})
    nb, _ = ClearSolutions(parent=course).preprocess(nb, {})
    return {
        cell.metadata.nbgrader.grade_id: (
            cell.cell_type,
            cell.source,
            cell.metadata.nbgrader.get("points"),
        )
        for cell in nb.cells
        if is_grade(cell) or is_solution(cell) or is_locked(cell) or is_task(cell)
    }


def differences(first: Mapping[str, object], second: Mapping[str, object]) -> list[str]:
    """Return the names under which two dictionaries hold different things."""
    return sorted(
        name for name in first.keys() | second.keys() if first.get(name) != second.get(name)
    )
