"""Notebooks: their cells, changes to them, and what students hand in of the first lesson."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import cast

import nbformat
from nbformat import NotebookNode

from examples.build_submissions import fill_in, read_student

from .paths import EXAMPLES

LESSON = "01_convolutional_layer"
NAME = "convolutional_layer.ipynb"


def save(folder: Path, content: object, name: str = NAME) -> None:
    """Write a notebook, or the text of its file, into a folder."""
    text = content if isinstance(content, str) else json.dumps(content)
    (folder / name).write_text(text, encoding="utf-8")


def cell(notebook: NotebookNode, grade_id: str) -> NotebookNode:
    """Return the cell with this grade_id."""
    cells = cast(list[NotebookNode], notebook.cells)
    return next(c for c in cells if c.metadata.get("nbgrader", {}).get("grade_id") == grade_id)


def tests(notebook: NotebookNode) -> list[NotebookNode]:
    """Return the test cells."""
    return [c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade")]


def unsolve(notebook: NotebookNode, release: NotebookNode, function: str) -> None:
    """Put the release's stub in the place of a solution."""
    cell(notebook, function).source = cell(release, function).source


def edit(path: Path, change: Callable[[NotebookNode], None]) -> None:
    """Change a notebook in place, without any of the repairs that nbformat makes."""
    notebook = nbformat.from_dict(json.loads(path.read_text(encoding="utf-8")))
    for edited in notebook.cells:
        edited.source = "".join(edited.source)
    change(notebook)
    path.write_text(json.dumps(notebook), encoding="utf-8")


def replace(grade_id: str, old: str, new: str) -> Callable[[NotebookNode], None]:
    """Return a change that replaces text in one cell."""

    def change(notebook: NotebookNode) -> None:
        target = cell(notebook, grade_id)
        assert old in target.source
        target.source = target.source.replace(old, new, 1)

    return change


def leave_out_demonstrations(notebook: NotebookNode) -> None:
    """Take from a lesson what costs most time and no points: code that is not nbgrader's."""
    notebook.cells = [
        cell
        for cell in notebook.cells
        if cell.cell_type == "markdown" or "nbgrader" in cell.metadata
    ]


def answered(course: Path, student: str) -> NotebookNode:
    """Return the release of a course, filled in with an example student's answers."""
    release = nbformat.read(course / "release" / LESSON / NAME, as_version=4)
    return fill_in(release, read_student(EXAMPLES / LESSON / f"{student}.py").answers)


def right_submission(course: Path) -> tuple[NotebookNode, NotebookNode]:
    """Return the release, and a submission that earns full marks, without what is not graded."""
    release = nbformat.read(course / "release" / LESSON / NAME, as_version=4)
    right = answered(course, "right_loops")
    leave_out_demonstrations(release)
    leave_out_demonstrations(right)
    return release, right


def submit(course: Path, student: str) -> Path:
    """Make a student's folder and return it."""
    folder = course / "submitted" / student / LESSON
    folder.mkdir(parents=True)
    return folder
