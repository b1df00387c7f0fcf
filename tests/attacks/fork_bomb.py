"""A process forks without end, and so do all its children.

graded: 30
note: This cell was left out
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import insert, save

SOURCE = """
import os

while True:
    try:
        os.fork()
    except OSError:
        pass
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, SOURCE, before="zero_pad")
    save(folder, right)
