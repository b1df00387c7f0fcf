"""Two notebooks, and neither has the lesson's name.

refused: none of its 2 notebooks is named
stock: named, but not why
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.support.notebooks import save


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    save(folder, right, "first.ipynb")
    save(folder, right, "second.ipynb")
