"""Folders within folders, 1,000 deep, with a file at the bottom.

graded: 30
note: is a folder, pipe, socket or device
stock: not run, since it depends on the version of Python whether nbgrader gives up there
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from nbformat import NotebookNode

from tests.support.notebooks import save


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    save(folder, right)
    with contextlib.chdir(folder):
        for _ in range(1000):
            Path("d").mkdir()
            os.chdir("d")
        Path("bottom.txt").touch()
