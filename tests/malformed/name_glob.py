"""nbgrader would take the student's name for a pattern.

refused: reads as a pattern
stock: not run, since it grades classmates in this student's place
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.support.notebooks import save

STUDENT = "[a-z]*"


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    save(folder, right)
