"""What graded notebooks say beyond points: misconceptions, and the code that students wrote."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nbgrader.coursedir import CourseDirectory

from ..examine.outputs import FEEDBACK
from ..lesson.exercises import in_notebook
from ..submission.intake import RefusedError, parse_json
from ..submission.repair import PART_OF


@dataclass(frozen=True)
class NamedLoss:
    """A function that lost points, for a reason that the author has named.

    Attributes
    ----------
    function : str
    sentence : str
        What the student reads.
    """

    function: str
    sentence: str


@dataclass
class GradedWork:
    """What one student's graded notebook says.

    Attributes
    ----------
    named : list of NamedLoss
    unnamed : list of str
        Functions that lost points for reasons without a name.
    code : dict of str to str
        What the student wrote, by exercise.
    """

    named: list[NamedLoss] = field(default_factory=list)
    unnamed: list[str] = field(default_factory=list)
    code: dict[str, str] = field(default_factory=dict)


def read_work(
    folders: CourseDirectory, lesson: str, students: Iterable[str], count: int = 1
) -> dict[str, GradedWork]:
    """Return what some students' graded notebooks say; one that cannot be read says nothing.

    Parameters
    ----------
    folders : CourseDirectory
    lesson : str
    students : iterable of str
    count : int
        How many notebooks the lesson has.
    """
    found = {}
    for student in students:
        work = GradedWork()
        folder = Path(folders.format_path(folders.autograded_directory, student, lesson))
        for path in sorted(folder.glob("*.ipynb")):
            try:
                cells = parse_json(path.name, path.read_bytes())["cells"]
                for cell in cells:
                    _read_cell(cell, work, path.stem, count)
            except (OSError, RefusedError, KeyError, TypeError, AttributeError):
                continue
        found[student] = work
    return found


def solution_code(notebooks: Iterable[Path]) -> str:
    """Return what stands in the solution cells of notebooks, such as those of the release."""
    code: list[str] = []
    for notebook in notebooks:
        work = GradedWork()
        for cell in parse_json(notebook.name, notebook.read_bytes())["cells"]:
            _read_cell(cell, work, notebook.stem, 1)
        code += work.code.values()
    return "\n\n".join(code)


def _read_cell(cell: dict[str, Any], work: GradedWork, notebook: str, count: int) -> None:
    metadata = cell.get("metadata", {})
    graded = metadata.get("nbgrader", {})
    own = metadata.get("proctor", {}).get(PART_OF) or graded.get("grade_id", "")
    if cell.get("cell_type") != "code":
        return
    if not graded.get("grade"):
        if graded.get("solution") or metadata.get("proctor", {}).get(PART_OF):
            name, source = in_notebook(notebook, own, count), "".join(cell.get("source", ""))
            work.code[name] = f"{work.code[name]}\n\n{source}" if name in work.code else source
        return
    for output in cell.get("outputs", []):
        facts = output.get("data", {}).get(FEEDBACK, {})
        if "sentences" in facts:
            function = in_notebook(notebook, own.partition("-")[0], count)
            names = facts.get("misconceptions", [])
            # Sentences beyond the named ones are about helpers.
            work.named += [NamedLoss(function, str(s)) for s in facts["sentences"][: len(names)]]
            # A right function is told which helper is wrong, and loses nothing.
            work.unnamed += [] if names or not facts.get("lost", True) else [function]
