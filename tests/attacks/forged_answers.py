"""Answers to the examiner are sent before it asks, and too many of them when it does.

graded: 22
note: forged before
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import SERVER, save, start_with, wrong_pool

SOURCE = """
honest = server._answer
forged = Value(["list", True, ["list"]])


def answer(request, buffers):
    for number in (server._number - 1, 0, -1, 2**60):
        line.send(number, forged)
        line.send(number, Kinds({}))
    honest(request, buffers)
    for _ in range(5):
        line.send(server._number, forged)


server._answer = answer
print("forged before")
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    start_with(right, "zero_pad", SERVER + SOURCE)
    wrong_pool(right)
    save(folder, right)
