"""The notebook is one folder too deep, and beside it are links and a hidden folder.

refused: it contains no notebook, and 01_convolutional_layer/convolutional_layer.ipynb is one
stock: unnamed
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.support.notebooks import NAME, save


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    for name in (".hidden", folder.name):
        (folder / name).mkdir()
        save(folder / name, right)
    (folder / "0").symlink_to(folder.parents[2] / "source" / folder.name)
    assert (folder / "0" / NAME).exists()
