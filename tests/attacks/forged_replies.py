"""The end of a cell is forged while the cell runs on.

graded: 30
note: forged
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import SERVER, insert, save

SOURCE = """
import time

print("forged", flush=True)
for _ in range(3):
    line.send(server._number, Done())
time.sleep(0.5)
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, SERVER + SOURCE, before="zero_pad")
    save(folder, right)
