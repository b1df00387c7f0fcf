"""Code that only Python 3.14 and later can read, in a cell of its own.

graded: 30
look: made with Python 3.14, and graded with Python 3.
stock: same
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from tests.support.notebooks import save

SOURCES = ['text = t"{1}"', "try:\n    pass\nexcept ValueError, TypeError:\n    pass"]


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    right.cells += map(new_code_cell, SOURCES)
    right.metadata["language_info"] = {"name": "python", "version": "3.14.0"}
    save(folder, right)
