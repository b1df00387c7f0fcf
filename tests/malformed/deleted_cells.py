"""The test cells, the imports and one solution cell were deleted.

graded: 22
note: missing cells, restored from the release: pool_forward, imports, zero_pad-shape
stock: same
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.support.notebooks import cell, save, tests


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    deleted = [*tests(right), cell(right, "imports"), cell(right, "pool_forward")]
    right.cells = [kept for kept in right.cells if kept not in deleted]
    save(folder, right)
