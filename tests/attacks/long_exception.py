"""Exceptions with a text of 30 MB, in a cell and in a function.

graded: 22
note: ValueError: xxxx
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import insert, replace, save


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, "raise ValueError('x' * 30_000_000)", before="zero_pad")
    header = "def pool_forward(A_prev, hparameters, mode='max'):"
    replace(right, "pool_forward", f"{header}\n    raise ValueError('x' * 30_000_000)")
    save(folder, right)
