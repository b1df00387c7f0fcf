"""Half a surrogate pair in a comment, zero bytes in text, cell ids that occur twice or are none.

graded: 30
stock: same
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.support.notebooks import cell, save


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    cell(right, "zero_pad").source += "\n# \ud83d"
    right.cells[0].source += "\0"
    for number, changed in enumerate(right.cells):
        changed.id = ["twice", "not an id", "", "x" * 100][number % 4]
    save(folder, right)
