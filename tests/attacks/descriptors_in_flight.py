"""500 descriptors lie unread in a socket of one submission.

Linux counts them for the user, and lets no process of that user that may have fewer files open
send any: no other submission could start if it had to send one, and none could start a process
with `multiprocessing`'s forkserver.

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

pair = socket.socketpair()
file = os.open("/dev/null", os.O_RDONLY)
sent = 0
for number in (253, 250):
    descriptors = array.array("i", [file] * number)
    try:
        pair[0].sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, descriptors)])
        sent += number
    except OSError as error:
        print(error)
print(sent, "in flight", flush=True)
time.sleep(SECONDS)
"""
SECONDS = 12


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, SOURCE.replace("SECONDS", str(SECONDS)), before="zero_pad")
    save(folder, right)
