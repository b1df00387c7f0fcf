"""A cell closes all files and sockets of its process.

graded: 30
note: This cell was left out
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import insert, save


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, "import os\n\nos.closerange(0, 256)", before="conv_single_step")
    save(folder, right)
