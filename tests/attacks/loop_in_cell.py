"""A cell never ends.

graded: 30
note: This cell was left out: it did not finish within {CELL} seconds
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import insert, save


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, "while True:\n    pass", before="conv_single_step")
    save(folder, right)
