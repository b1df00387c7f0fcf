"""The examiner's own message is sent back: the arguments as result and as what they became.

graded: 22
note: replaced
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import SERVER, save, start_with

SOURCE = """
honest = server._find


def echo(request, buffers):
    if getattr(request, "name", "") != "pool_forward" or not isinstance(request, CallFunction):
        return honest(request, buffers)
    return Value(request.args), buffers


server._find = echo
print("replaced")
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    start_with(right, "zero_pad", SERVER + SOURCE)
    save(folder, right)
