"""Messages whose content is of the wrong kind, nested deep, or no JSON.

graded: 30
note: what it sent to the grader cannot be read
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import SERVER, insert, save

SEND = """
def send(head):
    line._connection.send_bytes(len(head).to_bytes(4, "big") + head)


"""
SOURCES = [
    """
line._connection.send_bytes(b"")
""",
    """
for body in (b"7", b"[]", b"null", b'[1, [], "Text", "stdout"]', b'{"text": 1}'):
    send(body)
""",
    """
number = server._number
line.send(number, Display({"text/plain": [1], "image/png": 7}, {"image/png": "x"}))
line.send(number, Error("x", "y", [[1], None, {"a": 1}]))
line.send(number, Text("no such stream", "shown all the same"))
send(b'[%d, [], "Display", [1], {}]' % number)
""",
    """
send(b"[" * 100_000)
""",
    """
send(b'[1, [1' + b"0" * 10_000 + b'], "Value", 1]')
""",
]


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    for source in SOURCES:
        insert(
            right, f"{SERVER}{SEND}{source}import time\ntime.sleep(1)", before="conv_single_step"
        )
    save(folder, right)
