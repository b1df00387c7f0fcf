"""Nothing is in the folder but a text.

refused: it contains no notebook
stock: unnamed
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    (folder / "sorry.txt").touch()
