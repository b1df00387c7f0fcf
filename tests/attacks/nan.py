"""A constant that differs from itself.

graded: 17
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import replace, save

POOL = """
def pool_forward(A_prev, hparameters, mode="max"):
    return float("nan"), (A_prev, hparameters)
"""
STEP = """
def conv_single_step(a_slice_prev, W, b):
    return float("nan")
"""
FORWARD = """
def conv_forward(A_prev, W, b, hparameters):
    windows = np.lib.stride_tricks.sliding_window_view
    pad, stride = hparameters["pad"], hparameters["stride"]
    padded = np.pad(A_prev, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    cut = windows(padded, W.shape[:3], axis=(1, 2, 3))[:, ::stride, ::stride, 0]
    return np.tensordot(cut, W, axes=3) + b.reshape(-1), (A_prev, W, b, hparameters)
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    replace(right, "pool_forward", POOL)
    replace(right, "conv_single_step", STEP)
    replace(right, "conv_forward", FORWARD)
    save(folder, right)
