"""Two solutions were merged into one cell, which kept the metadata of the first.

graded: 30
note: exercises whose code stands in another exercise's cell: conv_single_step
stock: same
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.support.notebooks import cell, save


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    first, second = cell(right, "zero_pad"), cell(right, "conv_single_step")
    first.source += "\n\n" + second.source
    right.cells.remove(second)
    save(folder, right)
