"""A recursion without end, where Python was told not to mind.

graded: 30
note: This cell was left out: it ended the Python process it ran in
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import insert, save

SOURCE = """
import sys

sys.setrecursionlimit(10**9)


def again(number):
    return sum(map(again, [number]))


again(0)
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, SOURCE, before="conv_single_step")
    save(folder, right)
