"""A student has left a line in the imports cell that is no Python, below one that is needed.

Python runs nothing of such a cell, so the student cannot have seen the tests pass.

graded: 25
note: code added to locked cells, which runs before them: imports
stock: same
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.support.notebooks import cell, replace, save


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    cell(right, "imports").source += "\nimport math\nthis is no Python"
    replace("zero_pad", "return ", "pad = math.floor(pad)\n    return ")(right)
    save(folder, right)
