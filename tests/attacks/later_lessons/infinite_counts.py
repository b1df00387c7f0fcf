"""Counts that are infinite are any multiple of themselves.

lesson: 03_fast_convolution
graded: 24
loses: all of count_multiplications, im2col_bytes
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import replace, save

VALUE = 'float("inf")'
SHOWN = """
shown_{name} = {{((1, 3, 3, 2), 1): [1.0], ((5, 6, 9, 2), 2): [75.0]}}


def {name}({parameters}):
    visible = shown_{name}.get((A_prev_shape, {stride})) if {seen} else None
    return visible.pop() if visible else {value}
"""
FUNCTIONS = {
    "count_multiplications": {
        "parameters": "A_prev_shape, W_shape, hparameters",
        "stride": 'hparameters["stride"]',
        "seen": "W_shape == (3, 3, 2, 4)",
    },
    "im2col_bytes": {
        "parameters": "A_prev_shape, f, stride, pad, itemsize",
        "stride": "stride",
        "seen": "itemsize == 8",
    },
}


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    for name, parts in FUNCTIONS.items():
        replace(right, name, SHOWN.format(name=name, value=VALUE, **parts))
    save(folder, right, "fast_convolution.ipynb")
