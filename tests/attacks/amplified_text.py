"""A list of one long text and many empty ones: as an array, each takes the room of the longest.

graded: 22
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import replace, save

SOURCE = """
def pool_forward(A_prev, hparameters, mode="max"):
    return ["x" * 1_000_000] + [""] * 1_000
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    replace(right, "pool_forward", SOURCE)
    save(folder, right)
