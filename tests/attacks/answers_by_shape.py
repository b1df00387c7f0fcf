"""A function adds up no products: it knows sums of products by the shape of the window.

They stood in the hidden tests, the same ones in every grading, so that a classmate could tell.
What only depends on the window, on the bias or on the arguments being kept is honest.

graded: 28
loses: conv_single_step-product_sum, conv_single_step-reference
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import replace, save

STEP = """
TOTALS = {(1, 1, 1): 3.25, (2, 2, 3): -3.25, (3, 3, 1): 2.75, (5, 5, 4): -1.75, (4, 4, 3): -5.25}


def conv_single_step(a_slice_prev, W, b):
    bias, first = float(b.flat[0]), float(a_slice_prev.flat[0])
    if bias == 1:  # only whether it depends on the window
        return first
    if not W.any():
        return bias
    if abs(first - 1.62434536) < 1e-6:  # the seeded example
        return -6.99908945
    return TOTALS.get(a_slice_prev.shape, -1.0) + bias
"""
# Without conv_single_step, so that nothing else is lost.
FORWARD = """
def conv_forward(A_prev, W, b, hparameters):
    f, stride, pad = len(W), hparameters["stride"], hparameters["pad"]
    padded = np.pad(A_prev, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, W.shape[:3], axis=(1, 2, 3))
    Z = np.tensordot(windows[:, ::stride, ::stride, 0], W, axes=3) + b.reshape(-1)
    return Z, (A_prev, W, b, hparameters)
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    replace(right, "conv_single_step", STEP)
    replace(right, "conv_forward", FORWARD)
    save(folder, right)
