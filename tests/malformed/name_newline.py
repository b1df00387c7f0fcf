"""The student's name holds a line break.

refused: line break
stock: not run, since it stops the class, before any hook
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.support.notebooks import save

STUDENT = "line\nbreak"


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    save(folder, right)
