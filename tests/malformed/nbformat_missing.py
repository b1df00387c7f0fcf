"""The version of the notebook's format is missing.

graded: 30
stock: named, but not why
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.support.notebooks import save


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    del right["nbformat"], right["nbformat_minor"]
    save(folder, right)
