"""The notebook is of a format to come.

refused: is in notebook format 99
stock: named
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.support.notebooks import save


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    right.nbformat = 99
    save(folder, right)
