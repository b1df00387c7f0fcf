"""An endless loop that catches every exception, KeyboardInterrupt included.

graded: 30
note: This cell was left out: it did not finish within {CELL} seconds
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import insert, save

SOURCE = """
import time

while True:
    try:
        time.sleep(60)
    except BaseException:
        pass
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, SOURCE, before="conv_single_step")
    save(folder, right)
