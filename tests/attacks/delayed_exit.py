"""A cell ends at once, and its process a little later. It is hard to say which cell is to blame.

graded: 22 to 30
note: it ended itself with exit status 7
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import insert, save

SOURCE = """
import os
import threading

threading.Timer(0.01, os._exit, [7]).start()
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, SOURCE, before="pool_forward")
    save(folder, right)
