"""The only notebook is one of another course.

refused: contains no exercise of this lesson
stock: named, but not why
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from tests.support.notebooks import save


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    save(folder, new_notebook(cells=[new_code_cell("print('hello')")]), "hello.ipynb")
