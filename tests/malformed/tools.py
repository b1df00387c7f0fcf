"""What the malformed submissions are made with."""

from __future__ import annotations

import json
from pathlib import Path

from nbformat import NotebookNode

NAME = "convolutional_layer.ipynb"


def save(folder: Path, content: object, name: str = NAME) -> None:
    """Write a notebook, or the text of its file, into a folder."""
    text = content if isinstance(content, str) else json.dumps(content)
    (folder / name).write_text(text, encoding="utf-8")


def cell(notebook: NotebookNode, grade_id: str) -> NotebookNode:
    """Return the cell with this grade_id."""
    cells = notebook.cells
    return next(c for c in cells if c.metadata.get("nbgrader", {}).get("grade_id") == grade_id)


def tests(notebook: NotebookNode) -> list[NotebookNode]:
    """Return the test cells."""
    return [c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade")]


def unsolve(notebook: NotebookNode, release: NotebookNode, function: str) -> None:
    """Put the release's stub in the place of a solution."""
    cell(notebook, function).source = cell(release, function).source
