"""Datagrams wait in sockets whose senders have closed, in 190 sockets of each process.

graded: 30
note: it used more than {MEMORY} MB
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import insert, save

SOURCE = """
import os
import socket
import time

block = bytes(200_000)
for _ in range(8):
    if os.fork() == 0:
        kept = [socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) for _ in range(190)]
        for number, receiver in enumerate(kept):
            receiver.bind(f"\\0{os.getpid()}-{number}")
            for _ in range(12):
                with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
                    sender.setblocking(False)
                    try:
                        sender.sendto(block, receiver.getsockname())
                    except OSError:
                        break
        time.sleep(60)
        os._exit(0)
time.sleep(60)
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, SOURCE, before="zero_pad")
    save(folder, right)
