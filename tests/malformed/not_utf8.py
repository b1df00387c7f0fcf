"""The file is a picture.

refused: is not valid JSON
stock: named
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.support.notebooks import NAME


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    (folder / NAME).write_bytes(b"\x89PNG\r\n\x1a\n\xff\xfe")
