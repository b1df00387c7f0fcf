"""The lesson's folder is a copy's, as a second download or an upload names it.

refused: the folder is named 01 convolutional layer (2): rename it to 01_convolutional_layer
stock: unnamed
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.support.notebooks import save


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    save(folder.rename(folder.with_name("01 convolutional layer (2)")), right)
