"""A student has copied a test and written a helper into the copy, which does not run.

graded: 30
note: code added to locked cells, which runs before them: zero_pad-shape
stock: same
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from tests.support.notebooks import cell, replace, save


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    test = cell(right, "zero_pad-shape")
    copy = new_code_cell(f"{test.source}\nimport math")
    right.cells.insert(right.cells.index(test), copy)
    replace("zero_pad", "return ", "pad = math.floor(pad)\n    return ")(right)
    save(folder, right)
