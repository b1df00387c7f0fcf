"""Thirty processes share 200 MB, which is counted once; then twelve change them all at a time.

graded: 30
note: it used more than {MEMORY} MB
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import insert, save

SOURCE = """
import os
import time

kept = bytearray(b"x" * 200_000_000)
for number in range(30):
    if os.fork() == 0:
        while not os.path.exists("begin"):
            time.sleep(0.01)
        for place in range(0, len(kept) if number < 12 else 0, 4096):
            kept[place] = 1
        time.sleep(60)
        os._exit(0)
open("begin", "w").close()
time.sleep(60)
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, SOURCE, before="zero_pad")
    save(folder, right)
