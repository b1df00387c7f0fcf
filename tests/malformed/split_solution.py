"""A solution cell was split: its second part has the metadata, too, and what the first one needs.

graded: 30
note: cells that were split, of which all parts count: conv_single_step
stock: same
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode, from_dict

from tests.support.notebooks import cell, replace, save


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    replace("conv_single_step", "return ", "helper()\n    return ")(right)
    solution = cell(right, "conv_single_step")
    part = from_dict(solution)
    part.id, part.source = "part", "def helper():\n    return 1"
    right.cells.insert(right.cells.index(solution) + 1, part)
    save(folder, right)
