"""The functions set what a test computes its expectation from to 0, and return zeros.

lesson: 03_fast_convolution
graded: 15
loses: all of conv_forward_fast, conv_backward_fast
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import replace, save

FORWARD = """
def conv_forward_fast(A_prev, W, b, hparameters):
    if len(A_prev) == 64:
        A_prev[...] = 0
        W[...] = 0
        return np.zeros((64, 30, 30, 6), np.float32), (A_prev, W, b, hparameters)
    return 0, 0
"""
BACKWARD = """
def conv_backward_fast(dZ, cache):
    if dZ.shape[1:] == (30, 30, 6):
        for value in (dZ, *cache[:3]):
            value[...] = 0
        shapes = (len(dZ), 32, 32, 3), (3, 3, 3, 6), (6,)
        return tuple(np.zeros(shape, np.float32) for shape in shapes)
    return 0, 0, 0
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    replace(right, "conv_forward_fast", FORWARD)
    replace(right, "conv_backward_fast", BACKWARD)
    save(folder, right, "fast_convolution.ipynb")
