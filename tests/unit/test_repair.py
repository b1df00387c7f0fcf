"""Notebooks whose graded cells are not as they were handed out."""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbgrader.api import Gradebook

from proctor.lesson.read import graded_cells, master_order
from proctor.submission.repair import repaired_cells
from tests.support.notebooks import LESSON, NAME


def test_a_sound_notebook_needs_no_repair(built_course: Path) -> None:
    release = nbformat.read(built_course / "release" / LESSON / NAME, as_version=4)
    with Gradebook(f"sqlite:///{built_course}/gradebook.db") as gradebook:
        entry = gradebook.find_notebook(Path(NAME).stem, LESSON)
        known = graded_cells(entry, master_order(built_course / "source" / LESSON / NAME))
    cells, notes = repaired_cells(release.cells, known)
    assert notes == []
    assert [cell.id for cell in cells] == [cell.id for cell in release.cells]
    for cell in release.cells:
        cell.metadata = {}
    release.cells.reverse()
    once, notes = repaired_cells(release.cells, known)
    assert notes != []
    twice, notes = repaired_cells(once, known)
    assert notes == []
    assert twice == once
