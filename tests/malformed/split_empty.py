"""A solution cell was split behind its end: its second part is empty.

graded: 30
stock: same
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode, from_dict

from tests.support.notebooks import cell, save


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    solution = cell(right, "conv_single_step")
    part = from_dict(solution)
    part.id, part.source = "part", ""
    right.cells.insert(right.cells.index(solution) + 1, part)
    save(folder, right)
