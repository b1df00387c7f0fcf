"""A function draws on axes of its own, large ones, and closes none.

graded: 30
stock: same
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.support.notebooks import replace, save

DRAW = (
    "from matplotlib import pyplot; "
    "figure, axes = pyplot.subplots(2, 2, figsize=(9, 9)); axes[0, 0].imshow(X[0, :, :, 0])"
)


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    replace("zero_pad", "return ", f"{DRAW}\n    return ")(right)
    save(folder, right)
