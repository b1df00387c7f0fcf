"""The student's name begins with dots.

refused: begins with a dot
stock: unnamed
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.support.notebooks import save

STUDENT = "..hidden"


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    save(folder, right)
