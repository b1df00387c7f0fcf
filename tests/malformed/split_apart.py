"""A solution cell was split, and a note stands between its parts.

graded: 30
note: cells that were split, of which all parts count: pool_forward
stock: same
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode, from_dict
from nbformat.v4 import new_markdown_cell

from tests.support.notebooks import cell, replace, save


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    replace("pool_forward", "return ", "nothing()\n    return ")(right)
    solution = cell(right, "pool_forward")
    part = from_dict(solution)
    part.id, part.source = "part", "def nothing():\n    pass"
    place = right.cells.index(solution) + 1
    right.cells[place:place] = [new_markdown_cell("What I need for it:"), part]
    save(folder, right)
