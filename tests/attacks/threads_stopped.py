"""The kernel's threads that send output and heartbeats are ended.

graded: 30
"""

from __future__ import annotations

from pathlib import Path

from attacks.tools import insert, save
from nbformat import NotebookNode

SOURCE = """
kernel = get_ipython().kernel
kernel.iopub_thread.io_loop.add_callback(kernel.iopub_thread.io_loop.stop)
kernel.iopub_thread.stop()
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, SOURCE, before="pool_forward")
    save(folder, right)
