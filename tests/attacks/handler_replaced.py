"""The kernel's handler of the examiner's calls answers with constants, and with other kinds.

graded: 22
note: replaced
"""

from __future__ import annotations

from pathlib import Path

from attacks.tools import save, start_with
from nbformat import NotebookNode

SOURCE = """
kernel = get_ipython().kernel
honest = kernel.shell_handlers["proctor_call_request"]
values = [True, ["tuple", True, True], ["list", ["list", True], ["list"]], ["dict", 1], None]
values += [["list", 30, ["list", 30, 30]], ["list", ["array", "float64", [0], ""], ["list"]]]
count = 0


async def constant(stream, ident, parent):
    global count
    content = parent["content"]
    if content.get("name") != "pool_forward":
        return await honest(stream, ident, parent)
    count += 1
    answer = {"status": "ok", "nonce": content["nonce"], "value": values[count % len(values)]}
    kernel.session.send(stream, "proctor_call_reply", answer, parent=parent, ident=ident)


kernel.shell_handlers["proctor_call_request"] = constant
print("replaced")
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    start_with(right, "zero_pad", SOURCE)
    save(folder, right)
