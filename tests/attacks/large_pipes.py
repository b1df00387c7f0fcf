"""Pipes are made as large as Linux allows, and filled, until there are no more.

graded: 30
note: larger: 0
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import insert, save

SOURCE = """
import fcntl
import os
import time

larger, kept = 0, []
try:
    while True:
        ends = os.pipe()
        kept.append(ends)
        try:
            fcntl.fcntl(ends[1], 1031, 1 << 20)
            larger += 1
        except OSError:
            pass
        os.set_blocking(ends[1], False)
        os.write(ends[1], bytes(1 << 20))
except OSError as error:
    print(len(kept), error)
print("larger:", larger, flush=True)
time.sleep(2)
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, SOURCE, before="zero_pad")
    save(folder, right)
