"""A function never ends for some inputs, and only a test's call shows it.

graded: 25
loses: pool_forward-average, pool_forward-stride, pool_forward-reference
note: pool_forward did not finish within {CALL} seconds. Does a loop never end, in it
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import cell, save


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    solution = cell(right, "pool_forward")
    endless = "    while stride > 1:\n        pass\n"
    solution.source = solution.source.replace("    n_H = ", endless + "    n_H = ", 1)
    save(folder, right)
