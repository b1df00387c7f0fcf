"""A table of 12 MB lies beside the notebook, and zero_pad reads it.

graded: 25
note: table.bin is 12.0 MB, and the limit is 10.0 MB: code did not find it
look: code did not find it
stock: same
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.support.notebooks import replace, save


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    replace("zero_pad", "return ", "open('table.bin').close()\n    return ")(right)
    save(folder, right)
    (folder / "table.bin").write_bytes(bytes(12_000_000))
