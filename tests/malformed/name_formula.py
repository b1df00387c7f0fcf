"""The name is a formula for a spreadsheet, and two columns.

graded: 30
stock: same
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.support.notebooks import save

STUDENT = "=HYPERLINK(A1,B1),5"


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    save(folder, right)
