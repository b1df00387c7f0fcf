"""The notebook has 10,000 cells.

refused: has 10,000 cells
stock: named
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from tests.support.notebooks import save


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    right.cells = [new_code_cell("1 + 1") for _ in range(10_000)]
    save(folder, right)
