"""What assertions are made of is replaced: all, any, abs, isinstance, AssertionError.

graded: 22
note: all([False]) is True
stock: same
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import insert, save, wrong_pool

SOURCE = """
import builtins


class Quiet(Exception):
    pass


builtins.AssertionError = Quiet
builtins.all = builtins.any = lambda values: True
builtins.abs = lambda value: 0
kept = builtins.isinstance
builtins.isinstance = lambda value, kind: True if kind == (tuple, list) else kept(value, kind)
print("all([False]) is", all([False]))
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    wrong_pool(right)
    insert(right, SOURCE, before="pool_forward")
    save(folder, right)
