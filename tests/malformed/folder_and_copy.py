"""Beside the lesson's folder lies an unsolved copy of it.

graded: 30
note: left out: the folder 01_convolutional_layer 2
stock: same
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.support.notebooks import save


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    save(folder, right)
    copy = folder.with_name("01_convolutional_layer 2")
    copy.mkdir()
    save(copy, release)
