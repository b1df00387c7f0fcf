"""A function ends its process for some inputs.

graded: 25
loses: pool_forward-average, pool_forward-stride, pool_forward-reference
note: pool_forward ended the Python process it ran in (it ended itself with exit status 0)
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import cell, save


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    solution = cell(right, "pool_forward")
    leave = "    if stride > 1:\n        __import__('os')._exit(0)\n"
    solution.source = solution.source.replace("    n_H = ", leave + "    n_H = ", 1)
    save(folder, right)
