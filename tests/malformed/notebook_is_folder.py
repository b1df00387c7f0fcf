"""The notebook is a folder.

refused: is a folder, pipe, socket or device
stock: named
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.support.notebooks import NAME


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    (folder / NAME).mkdir()
