"""The name is an HTML tag, and nbgrader writes it into its pages unescaped.

refused: takes for code
stock: named
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.support.notebooks import save

STUDENT = "<img src=x onerror=document.title=7>"


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    save(folder, right)
