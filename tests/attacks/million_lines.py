"""A million lines, in one piece and one by one.

graded: 30
note: Output truncated
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import insert, save


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, "print('a line\\n' * 1_000_000)", before="zero_pad")
    insert(right, "for number in range(1_000_000):\n    print(number)", before="conv_forward")
    save(folder, right)
