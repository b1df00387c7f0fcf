"""The submission is a file and no folder.

refused: is not a folder
stock: unnamed
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    folder.rmdir()
    folder.touch()
