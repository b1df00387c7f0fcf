"""Read a lesson: the gradebook, the folders of master and release, and the settings, once each."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from nbgrader.api import Assignment, Gradebook, MissingEntry, Notebook
from nbgrader.converters import Autograde
from nbgrader.nbgraderformat import MetadataValidator
from nbgrader.utils import find_all_files

from .lesson import GradedCell, Lesson
from .marks import unpaired_mark
from .packages import imported_packages
from .settings import AUTO, INSIDE, OUTSIDE, ExecuteSubmission

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
NOT_RELEASED = (
    "{folder} does not exist. Student code runs beside the release's files; "
    "`proctor update {name}` creates them."
)
NO_NOTEBOOK_FILE = "{path} is no notebook: {error}. Save it again in Jupyter."
OTHER_LANGUAGE = (
    "{path} is a notebook for the kernel {kernel!r}, whose language is {language}. proctor grades "
    "Python alone. If it is Python, choose a Python kernel in Jupyter and save it; if not, grade "
    "it with nbgrader, without proctor in nbgrader_config.py."
)
NO_PLACE = (
    '{path}, cell {name}: its metadata ask for proctor.run = {place!r}. It may be "auto", '
    '"outside" or "inside".'
)
UNPAIRED = "{path}: {what}. Then run `make build`, or `proctor update {name}`."
NO_MASTER = "{path} does not exist. Grading needs the master of lesson {name!r}."


class LessonError(LookupError):
    """A lesson cannot be graded; the text says why and what to do."""


def read_lessons(course: Any, name: str, notebook: str | None = None) -> tuple[Lesson, ...]:
    """Return what there is to know of a lesson, for each of its notebooks by itself.

    Parameters
    ----------
    course : NbGrader or Autograde
        Whatever has the course's folders, ``coursedir``, and its configuration.
    name : str
        The lesson's folder name.
    notebook : str, optional
        Which of its notebooks alone.

    Raises
    ------
    LessonError
        If the gradebook does not know it, or a folder is missing.
    """
    folders = course.coursedir
    source, release = lesson_folders(course, name)
    with Gradebook(folders.db_url, folders.course_id) as gradebook:
        assignment = find_assignment(gradebook, name)
        if not release.is_dir() and assignment.notebooks:
            raise LessonError(NOT_RELEASED.format(folder=release, name=name))
        ignore = (*folders.ignore, MISCONCEPTIONS)
        files = read_files(source, ignore)
        kept = Autograde(parent=course, coursedir=folders).exclude_overwriting.get(name, [])
        settings = ExecuteSubmission(parent=course)
        misconceptions = source / MISCONCEPTIONS
        parts = {
            "name": name,
            "files": read_files(release, ignore) | files,
            "given": frozenset(files) - frozenset(kept),
            "misconceptions": misconceptions.read_text("utf-8") if misconceptions.exists() else "",
            "limits": settings.limits,
            "wall": settings.wall,
            "ignore": ignore,
        }
        names = frozenset(f"{entry.name}.ipynb" for entry in assignment.notebooks)
        return tuple(
            read_notebook(
                entry, source, release, {**parts, "others": names - {f"{entry.name}.ipynb"}}
            )
            for entry in wanted_notebooks(assignment, notebook, source)
        )


def lesson_folders(course: Any, name: str) -> tuple[Path, Path]:
    """Return where a lesson's master is, and its release; neither need be there."""
    folders = course.coursedir
    source, release = (
        Path(folders.format_path(step, ".", name)).absolute()
        for step in (folders.source_directory, folders.release_directory)
    )
    return source, release


def read_notebook(entry: Notebook, source: Path, release: Path, parts: Mapping[str, Any]) -> Lesson:
    """Return what there is to know of a notebook; `parts` is what all of a lesson share."""
    master = source / f"{entry.name}.ipynb"
    if not master.is_file():
        raise LessonError(NO_MASTER.format(path=master, name=parts["name"]))
    masters = read_cells(master)
    cells, given = graded_cells(entry, master_order(masters)), given_imports(masters)
    released = released_cells(release / master.name)
    return Lesson(
        notebook=master.name,
        cells=cells,
        kernelspec=json.loads(entry.kernelspec or "null"),
        texts=other_texts([*masters, *released]),
        given_imports=given,
        wishes=wishes(masters, master),
        whole=whole_tests(cells, released),
        packages=imported_packages(
            [*(cell.source for cell in cells), *given, parts["misconceptions"]], parts["files"]
        ),
        **parts,
    )


def find_assignment(gradebook: Gradebook, name: str) -> Assignment:
    """Return the gradebook's entry of a lesson; raise `LessonError` if there is none."""
    try:
        return gradebook.find_assignment(name)
    except MissingEntry:
        known = ", ".join(entry.name for entry in gradebook.assignments) or "none"
        raise LessonError(UNKNOWN.format(name=name, known=known)) from None


def wanted_notebooks(assignment: Assignment, wanted: str | None, source: Path) -> list[Notebook]:
    """Return a lesson's notebooks, or the one that is wanted, by name."""
    found = [entry for entry in assignment.notebooks if wanted in (None, entry.name)]
    if not found:
        raise LessonError(NO_NOTEBOOK.format(name=assignment.name, source=source))
    return sorted(found, key=lambda entry: str(entry.name))


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


def read_cells(master: Path) -> list[dict[str, Any]]:
    """Return the cells of a master, their sources as texts.

    Raises
    ------
    LessonError
        If it is no notebook of Python, or a mark of a solution or of hidden tests has no other.
    """
    try:
        notebook = json.loads(master.read_text(encoding="utf-8"))
        cells: list[dict[str, Any]] = notebook["cells"]
    except (ValueError, KeyError, TypeError) as error:
        raise LessonError(NO_NOTEBOOK_FILE.format(path=master, error=error)) from None
    check_language(notebook.get("metadata", {}), master)
    if what := unpaired_mark(cells):
        raise LessonError(UNPAIRED.format(path=master, what=what, name=master.parent.name))
    return [{**cell, "source": "".join(cell["source"])} for cell in cells]


def check_language(metadata: Mapping[str, Any], master: Path) -> None:
    """Refuse a notebook whose kernel runs another language than Python."""
    kernel = metadata.get("kernelspec", {})
    language = kernel.get("language") or metadata.get("language_info", {}).get("name")
    if language and not re.match(r"i?python", language, re.IGNORECASE):
        name = kernel.get("display_name") or kernel.get("name") or language
        raise LessonError(OTHER_LANGUAGE.format(path=master, kernel=name, language=language))


def master_order(cells: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Return where the cells that nbgrader knows stand in a master, by name."""
    claims = [cell["metadata"].get("nbgrader", {}).get("grade_id") for cell in cells]
    return {claim: number for number, claim in enumerate(claims) if claim is not None}


def released_cells(release: Path) -> list[dict[str, Any]]:
    """Return the cells of a released notebook, or none if it cannot be read.

    nbgrader adds to a master's what the course's header and footer hold.
    """
    try:
        return read_cells(release)
    except (OSError, LessonError):
        return []


def whole_tests(
    cells: Sequence[GradedCell], released: Sequence[Mapping[str, Any]]
) -> frozenset[str]:
    """Return the test cells of which the release has every line.

    Told from the release itself: a course may mark hidden lines in a way of its own.
    """
    texts = {
        cell["metadata"].get("nbgrader", {}).get("grade_id"): cell["source"] for cell in released
    }
    return frozenset(
        cell.name for cell in cells if cell.is_test and texts.get(cell.name) == cell.source
    )


def other_texts(cells: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Return what stands in the cells that nbgrader does not know, once each."""
    texts = (cell["source"].strip() for cell in cells if "nbgrader" not in cell["metadata"])
    return tuple(dict.fromkeys(texts))


def given_imports(cells: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Return the import statements at the top level of the cells that students are given.

    Test cells may use their names wherever they run. Those of the `imports` cell come with it.
    """
    statements: dict[str, None] = {}
    for cell in cells:
        known = cell["metadata"].get("nbgrader", {})
        theirs = known.get("solution") or known.get("grade") or known.get("grade_id") == "imports"
        if cell["cell_type"] != "code" or theirs:
            continue
        plain = [line for line in cell["source"].splitlines() if not line.startswith(("%", "!"))]
        with suppress(SyntaxError, ValueError):
            for statement in ast.parse("\n".join(plain)).body:
                if isinstance(statement, ast.Import | ast.ImportFrom):
                    statements.setdefault(ast.unparse(statement))
    return tuple(statements)


def wishes(cells: Sequence[Mapping[str, Any]], master: Path) -> dict[str, str]:
    """Return where the author wants test cells to run, by name, as the cells' metadata say.

    Raises
    ------
    LessonError
        If a cell is to run elsewhere.
    """
    found = {}
    for cell in cells:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        ours = cell["metadata"].get("proctor")
        place = ours.get("run") if isinstance(ours, dict) else None
        if place is not None and place not in (AUTO, OUTSIDE, INSIDE):
            raise LessonError(NO_PLACE.format(path=master, name=name, place=place))
        if place is not None:
            found[name] = place
    return found


def read_files(folder: Path, ignore: Sequence[str]) -> dict[str, bytes]:
    """Return the files below a folder, by relative name, without notebooks and what to ignore."""
    found = [Path(path) for path in find_all_files(str(folder), [*ignore, "*.ipynb"])]
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}
