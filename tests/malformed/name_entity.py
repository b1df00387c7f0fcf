"""The name holds a character as HTML spells it; the formgrader's links make a tag of it.

refused: takes for code
stock: named
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.support.notebooks import save

STUDENT = "&lt;img src=x onerror=document.title=7>"


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    save(folder, right)
