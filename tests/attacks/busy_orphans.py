"""Busy processes end before anybody looks twice, and nobody waits for them.

What Linux counts for them is lost, as nobody gets their times.

graded: 30
note: This cell was left out
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import insert, save

SOURCE = """
import os
import signal
import time

signal.signal(signal.SIGCHLD, signal.SIG_IGN)
for _ in range(6):
    if os.fork() == 0:
        while True:
            if os.fork() == 0:
                end = time.monotonic() + 0.06
                while time.monotonic() < end:
                    pass
                os._exit(0)
            time.sleep(0.01)
while True:
    pass
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, SOURCE, before="zero_pad")
    save(folder, right)
