"""Two arrays of 28 million small numbers, of which a test makes as many pairs of objects.

lesson: 04_training
graded: 24
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import replace, save

SOURCE = """
def minibatches(X, y, batch_size, seed):
    zeros = np.zeros(28_000_000, np.int8)
    return [(zeros, zeros)]
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    replace(right, "minibatches", SOURCE)
    save(folder, right, "training.ipynb")
