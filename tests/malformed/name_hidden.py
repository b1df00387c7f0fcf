"""The student's name begins with dots.

refused: begins with a dot
stock: unnamed
"""

from __future__ import annotations

from pathlib import Path

from malformed.tools import save
from nbformat import NotebookNode

STUDENT = "..hidden"


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    save(folder, right)
