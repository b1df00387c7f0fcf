"""A cell ends its process.

graded: 30
note: it ended itself with exit status 7
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import insert, save


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, "import os\n\nos._exit(7)", before="conv_single_step")
    save(folder, right)
