"""Every call of a function sleeps a little less than it may.

What was tested before counts, and what comes after the time is up is not run.

graded: 10 to 29
note: it had slept for {SLEEP} seconds
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import save, start_with

SOURCE = """
import select
import time


def sleeps(function):
    def call(*args, **kwargs):
        select.select([], [], [], 4.5)
        return function(*args, **kwargs)

    return call
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    start_with(right, "pool_forward", SOURCE)
    for cell in right.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "pool_forward":
            cell.source += "\n\n\npool_forward = sleeps(pool_forward)"
    save(folder, right)
