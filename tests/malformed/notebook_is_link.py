"""The notebook is a link to the master.

refused: is a link
stock: named
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.support.notebooks import NAME


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    (folder / NAME).symlink_to(folder.parents[2] / "source" / folder.name / NAME)
