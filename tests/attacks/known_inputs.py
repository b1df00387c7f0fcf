"""A function recognises the seeded input and the visible ones, and is right for these alone.

graded: 22
stock: same
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import replace, save

SOURCE = """
seeded = np.random.RandomState(1).randn(2, 5, 5, 3)


def right_pool(A_prev, hparameters, mode):
    f, stride = hparameters["f"], hparameters["stride"]
    windows = np.lib.stride_tricks.sliding_window_view(A_prev, (f, f), axis=(1, 2))
    pool = np.max if mode == "max" else np.mean
    return pool(windows[:, ::stride, ::stride], axis=(4, 5))


def pool_forward(A_prev, hparameters, mode="max"):
    A = right_pool(A_prev, hparameters, mode)
    known = A_prev.shape == seeded.shape and np.allclose(A_prev, seeded)
    if not known and (A_prev != A_prev.round()).any():
        A = A * 0
    return A, (A_prev, hparameters)
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    replace(right, "pool_forward", SOURCE)
    save(folder, right)
