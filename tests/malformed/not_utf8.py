"""The file is a picture.

refused: is not valid JSON
stock: named
"""

from __future__ import annotations

from pathlib import Path

from malformed.tools import NAME
from nbformat import NotebookNode


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    (folder / NAME).write_bytes(b"\x89PNG\r\n\x1a\n\xff\xfe")
