"""What answers the examiner's calls answers with constants, and with other kinds.

graded: 22
note: replaced
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import SERVER, save, start_with

SOURCE = """
honest = server._find
values = [True, ["tuple", True, True], ["list", ["list", True], ["list"]], ["dict", 1], None]
values += [["list", 30, ["list", 30, 30]], ["list", ["array", "float64", [0], ""], ["list"]]]
count = 0


def constant(request, buffers):
    global count
    if getattr(request, "name", "") != "pool_forward" or not isinstance(request, CallFunction):
        return honest(request, buffers)
    count += 1
    return Value(values[count % len(values)]), []


server._find = constant
print("replaced")
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    start_with(right, "zero_pad", SERVER + SOURCE)
    save(folder, right)
