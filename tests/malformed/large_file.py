"""The file has 100 MB.

refused: is 100.0 MB, and the limit is 20.0 MB
stock: named
"""

from __future__ import annotations

import os
from pathlib import Path

from nbformat import NotebookNode

from tests.support.notebooks import NAME, save


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    save(folder, right)
    os.truncate(folder / NAME, 100_000_000)
