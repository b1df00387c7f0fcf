"""Nothing is in the folder but a text.

refused: there is no notebook in it
stock: unnamed
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    (folder / "sorry.txt").touch()
