"""A cell lowers the limits of its own process: no more files, no more memory.

graded: 30
note: lowered
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import insert, save

SOURCE = """
import resource

# What the shell needs to print, it opens the first time.
print("lowering", flush=True)
resource.setrlimit(resource.RLIMIT_NOFILE, (60, 60))
resource.setrlimit(resource.RLIMIT_NPROC, (1, 1))
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
print("lowered")
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, SOURCE, before="zero_pad")
    save(folder, right)
