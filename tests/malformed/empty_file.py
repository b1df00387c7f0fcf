"""The file is empty.

refused: is empty
stock: named
"""

from __future__ import annotations

from pathlib import Path

from malformed.tools import save
from nbformat import NotebookNode


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    save(folder, "")
