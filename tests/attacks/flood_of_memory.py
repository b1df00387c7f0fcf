"""Large messages that nobody asked for go to the examiner, before its own answers.

graded: 30
note: sent them all
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import SERVER, insert, save

SOURCE = """
block = bytes(70_000_000)
for _ in range(20):
    line.send(0, Value(None), [block])
print("sent them all")
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, SERVER + SOURCE, before="pool_forward")
    save(folder, right)
