"""Answers of millions of empty lists, small on their way, large in memory; one is too long.

graded: 22
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import SERVER, save, start_with

SOURCE = """
honest = server._answer
answers = 0


def wide(request, buffers):
    global answers
    if getattr(request, "name", "") != "pool_forward" or not isinstance(request, CallFunction):
        return honest(request, buffers)
    answers += 1
    lists = b"[]," * (25_000_000 if answers == 1 else 2_700_000)
    head = b'[%d, [], "Value", [%s[]]]' % (server._number, lists)
    line._connection.send_bytes(len(head).to_bytes(4, "big") + head)


server._answer = wide
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    start_with(right, "pool_forward", SERVER + SOURCE)
    save(folder, right)
