"""An editor dropped all metadata, and the tests were edited; pool_forward is unsolved.

One edited test can be recognised by its first line. The other is an ordinary cell and does no harm.

graded: 22
note: cells without metadata, recognized by their content: imports, zero_pad-shape
stock: same
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.support.notebooks import cell, save, unsolve


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    unsolve(right, release, "pool_forward")
    test = cell(right, "pool_forward-max")
    test.source = test.source.splitlines()[0] + "\npass"
    cell(right, "pool_forward-stride").source = "print('passed')"
    for stripped in right.cells:
        stripped.metadata = {}
    save(folder, right)
