"""Every message of the examiner, the history and the variables are searched for the canary.

graded: 30
note: calls heard: True, canaries: set()
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import SERVER, insert, save

LISTEN = """
import re

connection = line._connection
honest = connection.recv_bytes
heard = []


class Listening:
    fileno, close, send_bytes = connection.fileno, connection.close, connection.send_bytes

    def recv_bytes(self, limit):
        heard.append(honest(limit))
        return heard[-1]


line._connection = Listening()
"""
SHOW = """
text = b"".join(heard) + repr(In).encode() + repr(sorted(globals())).encode()
found = set(re.findall(rb"canary-[0-9a-f]{32}", text))
found |= {word for word in (b"hidden" b"_tests", b"assert" b"_close") if word in b"".join(heard)}
print("calls heard:", b"zero_pad" in text and len(heard) > 100, end="")
print(", canaries:", found)
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, SERVER + LISTEN, before="zero_pad")
    insert(right, SHOW, before="end")
    save(folder, right)
