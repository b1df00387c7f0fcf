"""The file is an empty JSON object, which Jupyter takes for an empty notebook.

refused: does not state its format
stock: named
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.support.notebooks import save


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    save(folder, {})
