"""The name closes a string in a script, into which nbgrader writes it unescaped.

refused: takes for code
stock: named
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.support.notebooks import save

STUDENT = '";document.title=8;"'


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    save(folder, right)
