"""A student has written helpers into test cells: above, below and between what is the test's.

What a student looks at in a test, such as its result, is not run.

graded: 30
note: code added to locked cells, which runs before them: zero_pad-shape, conv_single_step-reference
stock: same
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.support.notebooks import cell, replace, save

DECORATED = """
from functools import (
    cache,
)


@cache
def floor(pad):
    "Not the test's."
    return int(pad)
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    test = cell(right, "conv_single_step-reference")
    test.source = f"%%time\n{DECORATED}{test.source}\nprint(result)\nassert result == 3"
    lines = cell(right, "zero_pad-shape").source.split("\n")
    cell(right, "zero_pad-shape").source = "\n".join([lines[0], "%pylab_is_no_magic", *lines[1:]])
    replace("conv_forward", "    return", "    floor(1)\n    return")(right)
    save(folder, right)
