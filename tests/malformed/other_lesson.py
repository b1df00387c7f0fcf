"""The notebook of another lesson was handed in under the name of this one's.

refused: has the cells of another lesson
stock: named
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode, reads

from tests.support.notebooks import save
from tests.support.paths import ROOT


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    other = ROOT / "release" / "02_backpropagation" / "backpropagation.ipynb"
    save(folder, reads(other.read_text(encoding="utf-8"), as_version=4))
