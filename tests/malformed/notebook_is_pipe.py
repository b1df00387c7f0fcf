"""The notebook is a pipe, which nobody writes to.

refused: is a folder, pipe, socket or device
stock: named
"""

from __future__ import annotations

import os
from pathlib import Path

from nbformat import NotebookNode

from tests.support.notebooks import NAME


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    os.mkfifo(folder / NAME)
