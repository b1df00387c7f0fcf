"""Metadata was changed: more points, open tests, locked solutions; pool_forward is unsolved.

graded: 22
stock: same
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.support.notebooks import cell, save, tests, unsolve


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    unsolve(right, release, "pool_forward")
    for test in tests(right):
        test.metadata.nbgrader.update(points=1000, solution=True, locked=False)
    cell(right, "zero_pad").metadata.nbgrader.update(locked=True, grade=True, points=-1)
    cell(right, "conv_forward").metadata.nbgrader = {"grade_id": "conv_forward"}
    odd = [cell(right, f"pool_forward-{name}") for name in ("max", "stride", "cache")]
    odd[0].source = "pass"
    odd[1].metadata.nbgrader = "not a dictionary"
    odd[2].metadata.nbgrader = {"grade_id": ["not", "a", "string"]}
    save(folder, right)
