"""The name holds marks that turn its order around, or that nobody sees.

graded: 30
stock: same
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.support.notebooks import save

STUDENT = "e-u202eannau3164u200b"


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    save(folder, right)
