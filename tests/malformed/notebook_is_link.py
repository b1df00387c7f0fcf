"""The notebook is a link to the master.

refused: is a link
stock: named
"""

from __future__ import annotations

from pathlib import Path

from malformed.tools import NAME
from nbformat import NotebookNode


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    (folder / NAME).symlink_to(folder.parents[2] / "source" / folder.name / NAME)
