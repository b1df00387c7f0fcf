"""What should run when the process ends, and never ends itself; and a cell that leaves.

graded: 30
note: SystemExit: 3
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import insert, save

SOURCE = """
import atexit
import sys
import time

atexit.register(time.sleep, 1000)
sys.exit(3)
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, SOURCE, before="zero_pad")
    insert(right, "quit()", before="pool_forward")
    save(folder, right)
