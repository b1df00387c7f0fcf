"""A test was merged with the solution below it, and the cell kept the metadata of the test.

graded: 30
note: code added to locked cells, which runs before them: zero_pad-reference
stock: same
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.support.notebooks import cell, save


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    test, solution = cell(right, "zero_pad-reference"), cell(right, "conv_single_step")
    test.source += "\n\n" + solution.source
    right.cells.remove(solution)
    save(folder, right)
