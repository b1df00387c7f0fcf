"""A result that is slow to compare: one long text among short ones, and a thousand models.

graded: 18
note: larger than 4 MB as one array
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import replace, save

SOURCE = """
def conv_forward(A_prev, W, b, hparameters):
    return [["x" * 100_000] + [""] * 1000, 0]
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    replace(right, "conv_forward", SOURCE)
    save(folder, right)
