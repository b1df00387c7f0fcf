"""A function computes once for each shape and gives that answer ever after. What is
asked only once for a shape, it answers right.

graded: 26
loses: pool_forward-average, pool_forward-cache, pool_forward-reference
stock: same
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import replace, save

SOURCE = """
known = {}


def pool_forward(A_prev, hparameters, mode="max"):
    f, stride = hparameters["f"], hparameters["stride"]
    key = (A_prev.shape, f)
    if key not in known:
        windows = np.lib.stride_tricks.sliding_window_view(A_prev, (f, f), axis=(1, 2))
        pool = np.max if mode == "max" else np.mean
        known[key] = pool(windows[:, ::stride, ::stride], axis=(4, 5))
    return known[key], (A_prev, hparameters)
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    replace(right, "pool_forward", SOURCE)
    save(folder, right)
