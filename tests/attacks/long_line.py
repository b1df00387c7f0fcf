"""A line of 50 MB.

graded: 30
note: The output of this cell was cut here
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import insert, save


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, "print('x' * 50_000_000)", before="zero_pad")
    save(folder, right)
