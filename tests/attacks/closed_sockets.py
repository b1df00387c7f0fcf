"""A cell closes the sockets of its kernel, politely.

graded: 30
note: This cell was left out
"""

from __future__ import annotations

from pathlib import Path

from attacks.tools import insert, save
from nbformat import NotebookNode

SOURCE = """
import gc

import zmq

for thing in gc.get_objects():
    if isinstance(thing, zmq.Socket):
        thing.close(linger=0)
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, SOURCE, before="conv_single_step")
    save(folder, right)
