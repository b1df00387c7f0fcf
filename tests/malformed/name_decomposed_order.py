"""The marks of a letter in the folder's name stand in an order that Unicode does not use.

graded: 30
stock: not run, since it takes the name for another student's
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.support.notebooks import save

# As the gradebook has it.
STUDENT = "\u1ed9n"


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    save(folder, right)
    folder.parent.rename(folder.parent.with_name("o\u0302\u0323n"))
