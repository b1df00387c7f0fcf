"""The student's name holds a line break.

refused: line break
stock: not run, since it stops the class, before any hook
"""

from __future__ import annotations

from pathlib import Path

from malformed.tools import save
from nbformat import NotebookNode

STUDENT = "line\nbreak"


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    save(folder, right)
