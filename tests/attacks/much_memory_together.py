"""Ten processes together hold more memory than one submission may have.

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

for _ in range(10):
    if os.fork() == 0:
        kept = np.ones(43_750_000)
        time.sleep(60)
        os._exit(0)
time.sleep(60)
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, SOURCE, before="conv_forward")
    save(folder, right)
