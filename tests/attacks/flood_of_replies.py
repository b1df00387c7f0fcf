"""A cell sends outputs to the examiner as fast as it can, to keep it busy.

graded: 30
note: did not finish within {CELL} seconds
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import SERVER, insert, save

SOURCE = """
while True:
    line.send(server._number, Text("stdout", ""))
    line.send(server._number, Display({}, {}))
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, SERVER + SOURCE, before="zero_pad")
    save(folder, right)
