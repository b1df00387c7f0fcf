"""The file is an empty JSON object, which Jupyter takes for an empty notebook.

refused: does not state its format
stock: named
"""

from __future__ import annotations

from pathlib import Path

from malformed.tools import save
from nbformat import NotebookNode


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    save(folder, {})
