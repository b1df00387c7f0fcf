"""Answers to the examiner are sent before it asks: with guessed ids, old nonces and other keys.

graded: 22
note: forged before
"""

from __future__ import annotations

from pathlib import Path

from attacks.tools import save, start_with, wrong_pool
from nbformat import NotebookNode

SOURCE = """
import copy
import threading
import time

kernel = get_ipython().kernel
session = kernel.session
honest = kernel.shell_handlers["proctor_call_request"]
asked = []


async def spy(stream, ident, parent):
    if asked:
        forge(stream, ident, asked[-1])
        forge(stream, ident, parent, nonce="0" * 32)
        forge(stream, ident, parent, key=b"another key")
        forge(stream, ident, {**parent, "header": {**parent["header"], "msg_id": "guessed"}})
    asked.append(parent)
    await honest(stream, ident, parent)
    for _ in range(5):
        forge(stream, ident, parent)


def forge(stream, ident, parent, nonce=None, key=None):
    kept, session.key = session.key, key or session.key
    content = {"status": "ok", "value": ["list", True, ["list"]]}
    content["nonce"] = nonce or parent["content"]["nonce"]
    content["kinds"] = {}
    session.send(stream, "proctor_call_reply", content, parent=parent, ident=ident)
    session.key = kept


kernel.shell_handlers["proctor_call_request"] = spy
print("forged before")
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    start_with(right, "zero_pad", SOURCE)
    wrong_pool(right)
    save(folder, right)
