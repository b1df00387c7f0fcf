"""The cells stand in reverse order.

graded: 30
note: cells moved to where they can be graded: imports, zero_pad-shape
stock: same
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.support.notebooks import save


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    right.cells.reverse()
    save(folder, right)
