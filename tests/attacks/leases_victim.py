"""A right submission that imports a module which nobody has loaded yet.

graded: 30
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import insert, save, start_with


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, "import time; time.sleep(6)", before="zero_pad")
    start_with(right, "pool_forward", "from matplotlib import animation")
    save(folder, right)
