"""Beside the notebook lie others: a copy, one that is not JSON, and what macOS adds.

graded: 30
note: is not the lesson's notebook
stock: same
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.support.notebooks import NAME, save


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    save(folder, right)
    save(folder, right, "copy.ipynb")
    save(folder, "not JSON", "broken.ipynb")
    save(folder, "\0\5\26\7", f"._{NAME}")
