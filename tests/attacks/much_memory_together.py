"""Five processes ask for much more memory than one submission may have.

graded: 30
note: This cell was left out: it
"""

from __future__ import annotations

from pathlib import Path

from attacks.tools import insert, save
from nbformat import NotebookNode

SOURCE = """
import os
import time

for _ in range(5):
    if os.fork() == 0:
        kept = np.ones(87_500_000)
        time.sleep(60)
        os._exit(0)
time.sleep(60)
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, SOURCE, before="conv_forward")
    save(folder, right)
