"""Test cells were copied, and one copy was changed so that it passes; pool_forward is unsolved.

graded: 22
note: copied cells, whose copies are not graded: zero_pad-border, pool_forward-max
stock: same
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode, from_dict

from tests.support.notebooks import cell, save, unsolve


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    unsolve(right, release, "pool_forward")
    for name in ("zero_pad-border", "pool_forward-max"):
        position = right.cells.index(cell(right, name))
        right.cells.insert(position, from_dict(right.cells[position]))
        right.cells.append(from_dict(right.cells[position]))
        right.cells[-1].source = "pass"
    save(folder, right)
