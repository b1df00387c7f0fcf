"""Each cell sleeps a little less than it may, until the submission's time is used up.

Sleeping takes no CPU core, but a place on a worker, so it has a limit of its own.

graded: 0
note: it had slept for {SLEEP} seconds
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import insert, save

SECONDS = 2.7


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    for _ in range(200):
        insert(right, f"import time; time.sleep({SECONDS})", before="zero_pad")
    save(folder, right)
