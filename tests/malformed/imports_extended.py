"""A student has added an import to the locked imports cell, and the solution needs it.

graded: 30
note: code added to locked cells, which runs before them: imports
stock: same
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.support.notebooks import cell, replace, save


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    cell(right, "imports").source += "\nimport math"
    replace("zero_pad", "return ", "pad = math.floor(pad)\n    return ")(right)
    save(folder, right)
