"""Connections to the machine itself, to the network and to a name server.

graded: 30
note: connected: []
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import insert, save

SOURCE = """
import socket

connected = []
targets = [("1.1.1.1", 53), ("127.0.0.1", 22), ("10.0.0.1", 80), ("169.254.169.254", 80)]
for target in targets:
    try:
        socket.create_connection(target, timeout=0.2).close()
        connected.append(target)
    except OSError:
        pass
try:
    connected.append(socket.gethostbyname("example.com"))
except OSError:
    pass
print("connected:", connected)
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, SOURCE, before="conv_single_step")
    save(folder, right)
