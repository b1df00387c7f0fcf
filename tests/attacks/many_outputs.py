"""Two hundred cells, each with as much output as one may have.

graded: 30
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import insert, save


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    for _ in range(200):
        insert(right, "print(('x' * 990 + chr(10)) * 900)", before="zero_pad")
    save(folder, right)
