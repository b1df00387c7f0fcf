"""A student has written the imports cell anew, with a magic and what only runs after its imports.

graded: 30
note: code added to locked cells, which runs before them: imports
stock: same
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.support.notebooks import cell, replace, save

SOURCE = """
%matplotlib inline
import figures, numpy
import numpy as np
zeros = np.zeros
np.set_printoptions(precision=3)
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    cell(right, "imports").source = SOURCE.strip()
    replace("zero_pad", "return ", "zeros(numpy.size(pad))\n    return ")(right)
    save(folder, right)
