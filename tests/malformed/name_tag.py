"""The name is a tag of HTML, which nbgrader writes into its pages as it is.

refused: take for code
stock: named
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.support.notebooks import save

STUDENT = "<img src=x onerror=document.title=7>"


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    save(folder, right)
