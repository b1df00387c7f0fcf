"""Tens of thousands of displays, each of them small.

graded: 30
note: The output of this cell was cut here
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import insert, save

SOURCE = """
from IPython.display import display

for number in range(12_000):
    display(f"{number} " + "." * 5_000)
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, SOURCE, before="zero_pad")
    save(folder, right)
