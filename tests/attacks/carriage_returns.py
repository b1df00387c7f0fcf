"""A line of 900,000 characters, just below the limit of output, without a line break.

graded: 30
note: its end
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import insert, save


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    source = "print('x' * 900_000, 'its end')"
    insert(right, source, before="conv_single_step")
    save(folder, right)
