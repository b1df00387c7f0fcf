"""The exercises of all lessons, with their misconceptions."""

from __future__ import annotations

from pathlib import Path

from proctor.diagnose.exercise import DeclarationError, Exercise
from proctor.diagnose.misconceptions import FILE, read_exercises

from . import gates
from .paths import MASTERS


def read_lesson(master: Path) -> tuple[dict[str, Exercise], dict[str, str]]:
    """Return a master's exercises, and the sources of its graded cells."""
    cells = [cell for cell in gates.read(master).cells if "nbgrader" in cell.metadata]
    sources = {cell.metadata.nbgrader.grade_id: cell.source for cell in cells}
    tests = {cell.metadata.nbgrader.grade_id for cell in cells if gates.is_test(cell)}
    declared = (master.parent / FILE).read_text(encoding="utf-8")
    try:
        return read_exercises(declared, master.parent, tests), sources
    except DeclarationError as error:
        # All lessons are read before any test runs: say which one it is.
        raise DeclarationError(f"source/{master.parent.name}/{error}") from None


EXERCISES = {master: read_lesson(master) for master in MASTERS}
FUNCTIONS = [(master, name) for master, (exercises, _) in EXERCISES.items() for name in exercises]
FUNCTION_IDS = [f"{master.stem}-{name}" for master, name in FUNCTIONS]
DECLARED = [
    (master, name, edit)
    for master, name in FUNCTIONS
    for edit in EXERCISES[master][0][name].declared.edits
]
