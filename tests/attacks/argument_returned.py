"""The argument itself is the result; the cache is as it should be, and that is one point's worth.

graded: 23
stock: same
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import replace, save

SOURCE = """
def pool_forward(A_prev, hparameters, mode="max"):
    return A_prev, (A_prev, hparameters)
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    replace(right, "pool_forward", SOURCE)
    save(folder, right)
