"""Everything of Python's and of the lesson's is locked for writing, and stays so.

graded: 30
note: locked
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import insert, save

SOURCE = """
import fcntl
import glob
import os
import sys
import time

names = glob.glob(sys.prefix + "/lib/python*/site-packages/matplotlib/*.py")[:150]
kept = []
for name in [*names, "/lesson", "/opt", "/usr/lib", "/dev/null", "/dev/urandom", sys.executable]:
    descriptor = os.open(name, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    kept.append(descriptor)
print("locked", len(kept), flush=True)
time.sleep(10)
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, SOURCE, before="zero_pad")
    save(folder, right)
