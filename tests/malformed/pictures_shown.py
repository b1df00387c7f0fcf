"""A function shows a picture whenever it is called.

graded: 30
stock: same
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.support.notebooks import replace, save

DRAW = "import matplotlib.pyplot as plt; plt.plot(np.ravel(X)); plt.show()"


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    replace("zero_pad", "return ", f"{DRAW}\n    return ")(right)
    save(folder, right)
