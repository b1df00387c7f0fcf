"""The source of the third cell is a number.

refused: the source of cell 3 is not text
stock: named
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.support.notebooks import save


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    right.cells[2].source = 7
    save(folder, right)
