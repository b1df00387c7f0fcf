"""A notebook with an output that is 500 dictionaries deep.

refused: is nested more than 100 levels deep
stock: named
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.support.notebooks import cell, save


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    output: dict[str, object] = {}
    for _ in range(500):
        output = {"deeper": output}
    cell(right, "zero_pad").outputs = [output]
    save(folder, right)
