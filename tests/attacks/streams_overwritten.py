"""Standard output and error are replaced by what raises.

graded: 30
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import insert, save

SOURCE = """
import sys


class Broken:
    def __getattr__(self, name):
        raise RuntimeError(name)


sys.stdout = sys.stderr = sys.__stdout__ = Broken()
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, SOURCE, before="zero_pad")
    save(folder, right)
