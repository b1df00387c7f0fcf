"""A draft stands above one solution; an empty stub was pasted below all tests of another.

graded: 30
note: exercises solved in one cell and untouched in another, which does not count: pool_forward
stock: same
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode, from_dict

from tests.support.notebooks import cell, save


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    solution = cell(right, "zero_pad")
    draft = from_dict(solution)
    draft.source = "def zero_pad(X, pad):\n    return 'a draft'"
    right.cells.insert(right.cells.index(solution), draft)
    right.cells.append(from_dict(cell(release, "pool_forward")))
    save(folder, right)
