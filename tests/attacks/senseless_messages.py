"""Messages for a running cell whose content is of the wrong kind, nested deep, or no JSON.

graded: 30
note: what it sent to the grader cannot be read
"""

from __future__ import annotations

from pathlib import Path

from attacks.tools import insert, save
from nbformat import NotebookNode

SOURCE = """
import time

kernel = get_ipython().kernel
session, parent = kernel.session, kernel.get_parent("shell")
for kind, content in [
    ("display_data", {"data": [1], "metadata": 5, "transient": 7}),
    ("stream", {"name": ["x"], "text": {"a": 1}}),
    ("error", {"traceback": [[1], None], "ename": 3}),
    ("clear_output", {}),
    ("comm_open", {"comm_id": [], "target_name": 3, "data": 1}),
    ("update_display_data", {"transient": {"display_id": [1]}, "data": {"text/html": 5}}),
    ("status", {}),
    ("no such kind", None),
]:
    session.send(kernel.iopub_socket, kind, content, parent=parent)
message = session.msg("stream", {}, parent=parent)
parts = [session.pack(message[part]) for part in ("header", "parent_header", "metadata")]
for body in (b"[" * 100_000, b"{", b'{"text": 1' + b"0" * 10_000 + b"}", b"7"):
    signed = [*parts, body]
    kernel.iopub_thread.send_multipart([b"x", b"<IDS|MSG>", session.sign(signed), *signed])
time.sleep(1)
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, SOURCE, before="conv_single_step")
    save(folder, right)
