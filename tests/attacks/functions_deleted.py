"""Functions are deleted, or replaced by what is no function, before their tests run.

graded: 22
stock: same
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import insert, save


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, "del pool_forward", before="pool_forward-max")
    insert(right, "pool_forward = np.zeros((1, 1, 1, 1))", before="pool_forward-average")
    insert(right, "pool_forward = object()", before="pool_forward-stride")
    insert(right, "pool_forward = In", before="pool_forward-cache")
    insert(right, "globals().clear()", before="pool_forward-reference")
    save(folder, right)
