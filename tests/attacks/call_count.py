"""A function is right when it is called for the first time, and wrong in every second call.

graded: 22
stock: same
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import replace, save

SOURCE = """
calls = 0


def pool_forward(A_prev, hparameters, mode="max"):
    global calls
    calls += 1
    f, stride = hparameters["f"], hparameters["stride"]
    windows = np.lib.stride_tricks.sliding_window_view(A_prev, (f, f), axis=(1, 2))
    pool = np.max if mode == "max" else np.mean
    A = pool(windows[:, ::stride, ::stride], axis=(4, 5))
    return A * (calls % 2), (A_prev * (calls % 2), hparameters)
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    replace(right, "pool_forward", SOURCE)
    save(folder, right)
