"""The lesson's folder is written in other letters.

refused: the folder is named 01_Convolutional_Layer: rename it to 01_convolutional_layer
stock: unnamed
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.support.notebooks import save


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    save(folder.rename(folder.with_name("01_Convolutional_Layer")), right)
