"""Processes whose first thread has ended hold 4 GB; Linux shows none for them by their number.

graded: 30
note: it used more than {MEMORY} MB
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import insert, save

SOURCE = """
import ctypes
import os
import threading
import time


def hold():
    kept = b"x" * 330_000_000
    time.sleep(60)
    os._exit(len(kept))


for _ in range(12):
    if os.fork() == 0:
        threading.Thread(target=hold).start()
        ctypes.CDLL(None).pthread_exit(None)
time.sleep(60)
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, SOURCE, before="zero_pad")
    save(folder, right)
