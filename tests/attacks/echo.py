"""The examiner's own message is sent back: the arguments as result and as what they became.

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


async def echo(stream, ident, parent):
    content = parent["content"]
    if content.get("name") != "pool_forward":
        return await honest(stream, ident, parent)
    answer = {"status": "ok", "nonce": content["nonce"], "value": content["args"]}
    rest = {"parent": parent, "ident": ident, "buffers": parent["buffers"]}
    kernel.session.send(stream, "proctor_call_reply", answer, **rest)


kernel.shell_handlers["proctor_call_request"] = echo
print("replaced")
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    start_with(right, "zero_pad", SOURCE)
    save(folder, right)
