"""The file is a number.

refused: is not a notebook
stock: named
"""

from __future__ import annotations

from pathlib import Path

from malformed.tools import save
from nbformat import NotebookNode


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    save(folder, "42")
