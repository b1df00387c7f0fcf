"""The notebook was saved in the format of 2013.

graded: 30
stock: same
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode, convert, writes

from tests.support.notebooks import NAME


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    (folder / NAME).write_text(writes(convert(right, 3)), encoding="utf-8")
