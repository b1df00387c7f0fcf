"""The submission waits for processes that sleep, forty of them, again and again.

graded: 0
note: it had slept for {SLEEP} seconds
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import insert, save

SOURCE = """
import os
import time

for _ in range(40):
    if os.fork() == 0:
        time.sleep(100)
        os._exit(0)
while True:
    try:
        os.wait()
    except ChildProcessError:
        break
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    for _ in range(7):  # three are enough, but on a busy machine the forty wait as well
        insert(right, SOURCE, before="zero_pad")
    save(folder, right)
