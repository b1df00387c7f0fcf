"""A cell asks for memory until there is none.

graded: 30
note: MemoryError
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import insert, save


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    # Address space is what is limited: none of it need be touched.
    source = "kept = []\nwhile True:\n    kept.append(np.empty(10_000_000))"
    insert(right, source, before="conv_forward")
    insert(right, "del kept", before="conv_forward")
    save(folder, right)
