"""The name looks like another one: it ends with a no-break space.

refused: begins or ends with a blank
stock: named
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.support.notebooks import save

STUDENT = "blank\u00a0"


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    save(folder, right)
