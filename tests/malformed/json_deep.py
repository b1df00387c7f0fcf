"""Lists within lists, 100,000 deep.

refused: is nested more than 100 levels deep
stock: named
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.support.notebooks import save


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    save(folder, "[" * 100_000 + "]" * 100_000)
