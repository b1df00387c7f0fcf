"""Right functions return subclasses: a masked array, a long double, a namedtuple, a matrix's row.

graded: 30
stock: same
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.support.notebooks import cell, replace, save

NAMED = """
from collections import OrderedDict, namedtuple

Cache = namedtuple("Cache", "A_prev W b hparameters")
Pooled = namedtuple("Pooled", "A cache")

"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    solution = cell(right, "zero_pad")
    solution.source = solution.source.replace("return ", "return np.ma.array(") + ")"
    replace("conv_single_step", "return ", "return np.longdouble(1) * ")(right)
    convolution = cell(right, "conv_forward")
    convolution.source = NAMED + convolution.source.replace(
        "cache = (A_prev, W, b, hparameters)",
        "cache = Cache(A_prev.view(np.memmap), W, b, OrderedDict(hparameters))",
    )
    assert "np.memmap" in convolution.source
    replace("pool_forward", "return A, cache", "return Pooled(A, cache)")(right)
    save(folder, right)
