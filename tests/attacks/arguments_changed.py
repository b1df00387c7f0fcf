"""Functions write their wrong result into their arguments, so that both are equal.

graded: 17
stock: same
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import cell, replace, save

POOL = """
def pool_forward(A_prev, hparameters, mode="max"):
    A_prev[...] = 0
    f, stride = hparameters["f"], hparameters["stride"]
    hparameters.clear()
    hparameters["f"] = 1
    m, n_H, n_W, n_C = A_prev.shape
    shape = (m, (n_H - f) // stride + 1, (n_W - f) // stride + 1, n_C)
    return np.zeros(shape), (A_prev, hparameters)
"""
PAD = """
def zero_pad(X, pad):
    X[...] = 0
    m, n_H, n_W, n_C = X.shape
    return np.zeros((m, n_H + 2 * pad, n_W + 2 * pad, n_C))
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    replace(right, "pool_forward", POOL)
    # conv_forward pads by itself, so that it is right.
    forward = cell(right, "conv_forward")
    own = "np.pad(A_prev, ((0, 0), (pad, pad), (pad, pad), (0, 0)))"
    forward.source = forward.source.replace("zero_pad(A_prev, pad)", own)
    replace(right, "zero_pad", PAD)
    save(folder, right)
