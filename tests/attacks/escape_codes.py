"""Colour codes, which take long to turn into a page.

graded: 30
note: 1m
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import insert, save


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, "print((chr(27) + '[1m') * 100 * 9 + chr(10), end='')", before="zero_pad")
    insert(right, "for _ in range(140):\n    print((chr(27) + '[1m') * 900)", before="zero_pad")
    save(folder, right)
