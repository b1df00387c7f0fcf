"""Tags tell Jupyter not to run the tests, so that nbgrader passes them; pool_forward is unsolved.

graded: 22
stock: same
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.support.notebooks import save, tests, unsolve


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    unsolve(right, release, "pool_forward")
    for test in tests(right):
        test.metadata.tags = ["skip-execution"]
    save(folder, right)
