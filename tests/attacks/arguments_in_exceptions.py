"""A function raises an exception whose text is what the hidden test called it with.

graded: 22
note: stolen-by-exception
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import replace, save

SOURCE = """
def pool_forward(A_prev, hparameters, mode="max"):
    raise ValueError(f"stolen-by-exception {A_prev.tolist()}")
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    replace(right, "pool_forward", SOURCE)
    save(folder, right)
