"""A function displays a figure, and what it works on, whenever it is called.

graded: 30
stock: same
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.support.notebooks import replace, save

DRAW = (
    "from matplotlib.figure import Figure; from IPython.display import display; "
    "figure = Figure(); figure.subplots().imshow(X[0, :, :, 0]); "
    "display(figure, X)"
)


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    replace("zero_pad", "return ", f"{DRAW}\n    return ")(right)
    save(folder, right)
