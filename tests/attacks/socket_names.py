"""Names of sockets that Linux prints over several lines, for whoever counts sockets to stumble.

graded: 30
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import insert, save

SOURCE = """
import socket
import time

named = []
for name in ("a\\nb", "a\\r\\n", "\\n0000: 00000002 0 0 zz 0 x /", "\\n" * 100):
    named.append(socket.socket(socket.AF_UNIX))
    named[-1].bind("\\0" + name)
time.sleep(1)
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, SOURCE, before="zero_pad")
    save(folder, right)
