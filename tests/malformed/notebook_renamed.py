"""The notebook was handed in under another name.

graded: 30
note: as convolutional_layer.ipynb: it is the only notebook
stock: named, but not why
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.support.notebooks import save


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    save(folder, right, "Lösung (1).ipynb")
