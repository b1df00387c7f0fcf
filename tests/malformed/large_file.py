"""The file has 100 MB.

refused: is 100.0 MB, and the limit is 20.0 MB
stock: named
"""

from __future__ import annotations

import os
from pathlib import Path

from malformed.tools import NAME, save
from nbformat import NotebookNode


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    save(folder, right)
    os.truncate(folder / NAME, 100_000_000)
