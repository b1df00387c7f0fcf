"""A thread takes the lock of the cell's outputs and never gives it back.

graded: 30
note: it did not finish within {CELL} seconds
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import SERVER, insert, save

SOURCE = """
import threading
import time

taken = threading.Event()


def keep():
    server._outputs._lock.acquire()
    taken.set()
    time.sleep(1000)


threading.Thread(target=keep, daemon=True).start()
taken.wait()
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, SERVER + SOURCE, before="conv_single_step")
    save(folder, right)
