"""The metadata is of nbgrader formats 0 and 99, at which nbgrader would stop the class.

graded: 30
stock: same
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.support.notebooks import save, tests


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    for number, changed in enumerate(tests(right)):
        changed.metadata.nbgrader.schema_version = (number % 2) * 99
    save(folder, right)
