"""Thousands of minibatches, each of which is one array of millions.

lesson: 04_training
graded: 24
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import replace, save

SOURCE = """
def minibatches(X, y, batch_size, seed):
    zeros = np.zeros(15_000_000, np.int8)
    return [zeros.reshape(2, -1), (zeros[:10_000_000], zeros[:10_000_000].astype(bool))]
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    replace(right, "minibatches", SOURCE)
    save(folder, right, "training.ipynb")
