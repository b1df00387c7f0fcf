"""The notebook is a folder.

refused: is not a file but
stock: named
"""

from __future__ import annotations

from pathlib import Path

from malformed.tools import NAME
from nbformat import NotebookNode


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    (folder / NAME).mkdir()
