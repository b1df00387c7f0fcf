"""nbgrader would take the student's name for a pattern.

refused: reads as a pattern
stock: not run, since it grades classmates in this student's place
"""

from __future__ import annotations

from pathlib import Path

from malformed.tools import save
from nbformat import NotebookNode

STUDENT = "[a-z]*"


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    save(folder, right)
