"""Read a lesson: the gradebook, the folders of master and release, and the settings, once each."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nbgrader.api import Assignment, Gradebook, MissingEntry, Notebook
from nbgrader.converters import Autograde
from nbgrader.nbgraderformat import MetadataValidator
from nbgrader.utils import find_all_files

from .lesson import GradedCell, Lesson
from .settings import ExecuteSubmission

MISCONCEPTIONS = "misconceptions.py"
"""In a master's folder: what is never handed on."""

UNKNOWN = (
    "The gradebook knows no lesson {name!r}. Its lessons are: {known}. "
    "`proctor update LESSON` adds one."
)
NO_NOTEBOOK = (
    "Lesson {name!r} has no notebook in the gradebook. Put its master into {source}, then run "
    "`proctor update {name}`."
)
MANY_NOTEBOOKS = (
    "Lesson {name!r} has {number} notebooks: {notebooks}. proctor grades lessons with one "
    "notebook. Make a lesson of each, or grade this one with `nbgrader autograde {name}`."
)
NOT_RELEASED = (
    "{folder} does not exist. Student code runs beside the release's files; "
    "`proctor update {name}` creates them."
)
NO_MASTER = "{path} does not exist. Grading needs the master of lesson {name!r}."


class LessonError(LookupError):
    """A lesson cannot be graded; the text says why and what to do."""


def read_lesson(course: Any, name: str, notebook: str | None = None) -> Lesson:
    """Return what there is to know of a lesson.

    Parameters
    ----------
    course : NbGrader or Autograde
        Whatever has the course's folders, ``coursedir``, and its configuration.
    name : str
        The lesson's folder name.
    notebook : str, optional
        Which of its notebooks, if it has several.

    Raises
    ------
    LessonError
        If the gradebook does not know it, or a folder is missing.
    """
    folders = course.coursedir
    source, release = (
        Path(folders.format_path(step, ".", name)).absolute()
        for step in (folders.source_directory, folders.release_directory)
    )
    with Gradebook(folders.db_url, folders.course_id) as gradebook:
        entry = the_notebook(find_assignment(gradebook, name), notebook, source)
        master = source / f"{entry.name}.ipynb"
        if not master.is_file():
            raise LessonError(NO_MASTER.format(path=master, name=name))
        if not release.is_dir():
            raise LessonError(NOT_RELEASED.format(folder=release, name=name))
        cells = graded_cells(entry, master_order(master))
        kernelspec = json.loads(entry.kernelspec or "null")
    ignore = (*folders.ignore, MISCONCEPTIONS)
    files = read_files(source, ignore)
    kept = Autograde(parent=course, coursedir=folders).exclude_overwriting.get(name, [])
    settings = ExecuteSubmission(parent=course)
    misconceptions = source / MISCONCEPTIONS
    return Lesson(
        name=name,
        notebook=master.name,
        cells=cells,
        files=read_files(release, ignore) | files,
        given=frozenset(files) - frozenset(kept),
        misconceptions=misconceptions.read_text("utf-8") if misconceptions.exists() else "",
        limits=settings.limits,
        wall=settings.wall,
        kernelspec=kernelspec,
        ignore=ignore,
        texts=other_texts(master),
    )


def find_assignment(gradebook: Gradebook, name: str) -> Assignment:
    """Return the gradebook's entry of a lesson; raise `LessonError` if there is none."""
    try:
        return gradebook.find_assignment(name)
    except MissingEntry:
        known = ", ".join(entry.name for entry in gradebook.assignments) or "none"
        raise LessonError(UNKNOWN.format(name=name, known=known)) from None


def the_notebook(assignment: Assignment, wanted: str | None, source: Path) -> Notebook:
    """Return a lesson's only notebook, or the one that is wanted."""
    names = sorted(notebook.name for notebook in assignment.notebooks)
    found = [entry for entry in assignment.notebooks if wanted in (None, entry.name)]
    if not found:
        raise LessonError(NO_NOTEBOOK.format(name=assignment.name, source=source))
    if len(found) > 1:
        text = MANY_NOTEBOOKS.format(
            name=assignment.name, number=len(names), notebooks=", ".join(names)
        )
        raise LessonError(text)
    return found[0]


def graded_cells(notebook: Notebook, order: dict[str, int]) -> tuple[GradedCell, ...]:
    """Return a notebook's graded and locked cells in the master's order.

    Parameters
    ----------
    notebook : Notebook
        The gradebook's entry, which has the cells but not their order.
    order : dict
        See `master_order`.
    """
    points = {cell.name: cell.max_score for cell in notebook.grade_cells}
    solutions = {cell.name for cell in notebook.solution_cells}
    tasks = {cell.name: cell.max_score for cell in notebook.task_cells}
    cells = []
    # Those that the master has lost come last.
    for cell in sorted(notebook.source_cells, key=lambda cell: order.get(cell.name, len(order))):
        metadata = {
            "schema_version": MetadataValidator.schema_version,
            "grade_id": cell.name,
            "grade": cell.name in points,
            "solution": cell.name in solutions,
            "task": cell.name in tasks,
            "locked": cell.locked,
            "cell_type": cell.cell_type,
            "checksum": cell.checksum,
        }
        if cell.name in points or cell.name in tasks:
            metadata["points"] = (points | tasks)[cell.name]
        cells.append(GradedCell(cell.name, cell.cell_type, cell.source, metadata))
    return tuple(cells)


def master_order(master: Path) -> dict[str, int]:
    """Return where the cells that nbgrader knows stand in a master, by name."""
    cells = json.loads(master.read_text(encoding="utf-8"))["cells"]
    claims = [cell["metadata"].get("nbgrader", {}).get("grade_id") for cell in cells]
    return {claim: number for number, claim in enumerate(claims) if claim is not None}


def other_texts(master: Path) -> tuple[str, ...]:
    """Return what stands in the Markdown cells of a master that nbgrader does not know."""
    return tuple(
        "".join(cell["source"]).strip()
        for cell in json.loads(master.read_text(encoding="utf-8"))["cells"]
        if cell["cell_type"] == "markdown" and "nbgrader" not in cell["metadata"]
    )


def read_files(folder: Path, ignore: Sequence[str]) -> dict[str, bytes]:
    """Return the files below a folder, by relative name, without notebooks and what to ignore."""
    found = [Path(path) for path in find_all_files(str(folder), [*ignore, "*.ipynb"])]
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}
