"""A cell hangs up the line to the examiner, politely.

graded: 30
note: This cell was left out
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import SERVER, insert, save

SOURCE = """
import socket

socket.socket(fileno=line.fileno()).shutdown(socket.SHUT_RDWR)
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, SERVER + SOURCE, before="conv_single_step")
    save(folder, right)
