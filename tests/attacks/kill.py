"""Signals that cannot be caught: to pid 1, to its parent, to all processes, to itself.

graded: 30
note: it was ended by SIGKILL
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import insert, save

SOURCE = """
import os
import signal

for target in (1, os.getppid(), -1, os.getpid()):
    try:
        os.kill(target, signal.SIGKILL)
    except OSError:
        pass
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, SOURCE, before="conv_single_step")
    save(folder, right)
