"""The notebook asks for a kernel that nobody has, and says that it is written in Fortran.

graded: 30
stock: same
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.support.notebooks import save


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    right.metadata = {"kernelspec": {"name": "no_such", "display_name": 7}, "language_info": 3}
    save(folder, right)
