"""Each call takes almost as long as it may, so that a submission would take minutes.

graded: 0 to 25
note: had slept for {SLEEP} seconds
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import cell, save, start_with


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    start_with(right, "zero_pad", "import time")
    solution = cell(right, "zero_pad")
    solution.source = solution.source.replace("return", "time.sleep(4); return")
    save(folder, right)
