"""Frames of 8 MB that are millions of empty lists come by themselves, and as answers.

graded: 30
note: what it sent to the grader cannot be read
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import SERVER, insert, save

SOURCE = """
def send(head):
    line._connection.send_bytes(len(head).to_bytes(4, "big") + head)


for _ in range(30):
    send(b"[0, [], " + b"[]," * 2_700_000 + b"[]]")
send(b'[%d, [], "Text", "stdout", [' % server._number + b"[]," * 2_700_000 + b"[]]]")
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, SERVER + SOURCE, before="zero_pad")
    save(folder, right)
