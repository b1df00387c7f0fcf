"""A solution cell was split into its helper, its function and two lines that try it.

graded: 30
note: cells that were split, of which all parts count: conv_single_step
stock: same
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode, from_dict

from tests.support.notebooks import cell, replace, save

BEFORE = "def total(products):\n    return np.sum(products)"
AFTER = "ones = np.ones((2, 2, 1))\nprint(conv_single_step(ones, ones, np.ones((1, 1, 1))))"


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    replace("conv_single_step", "return ", "total(np.ones(1))\n    return ")(right)
    solution = cell(right, "conv_single_step")
    place = right.cells.index(solution)
    for name, source, where in [("last", AFTER, place + 1), ("first", BEFORE, place)]:
        part = from_dict(solution)
        part.id, part.source = name, source
        right.cells.insert(where, part)
    save(folder, right)
