"""The submission's folder is a link to a classmate's.

refused: is a link
stock: named
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    folder.rmdir()
    folder.symlink_to(folder.parents[1] / "right-1" / folder.name)
