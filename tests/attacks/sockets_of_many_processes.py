"""Small buffers, but many: 120 pairs in each of forty processes are filled from both ends.

graded: 30
note: This cell was left out
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import insert, save

SOURCE = """
import os
import socket
import time

block = bytes(60_000)
for _ in range(40):
    if os.fork() == 0:
        kept = []
        for _ in range(120):
            kept.append(socket.socketpair())
            for end in kept[-1]:
                end.setblocking(False)
                try:
                    while True:
                        end.send(block)
                except OSError:
                    pass
        time.sleep(60)
        os._exit(0)
time.sleep(60)
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, SOURCE, before="zero_pad")
    save(folder, right)
