"""Exceptions that lie about their name, hang when shown, or would end the process.

graded: 22
note: Error in your code
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import replace, save

SOURCE = """
import time

count = 0


class Meta(type):
    @property
    def __name__(cls):
        return "AssertionError"


class Hang(Exception, metaclass=Meta):
    def __str__(self):
        raise KeyboardInterrupt

    __repr__ = __str__


def pool_forward(A_prev, hparameters, mode="max"):
    global count
    count += 1
    kinds = [SystemExit, KeyboardInterrupt, GeneratorExit, StopIteration, Hang, MemoryError]
    raise kinds[count % len(kinds)]("<b>bold</b>\\ud800")
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    replace(right, "pool_forward", SOURCE)
    save(folder, right)
