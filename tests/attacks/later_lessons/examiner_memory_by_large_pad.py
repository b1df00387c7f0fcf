"""A call writes a pad of 3000 into the test's hyperparameters, and a stride of 1.

lesson: 03_fast_convolution
graded: 15 to 22
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import replace, save

SOURCE = """
def conv_forward_fast(A_prev, W, b, hparameters):
    if len(A_prev) == 64:
        hparameters["pad"] = 3000
        hparameters["stride"] = 1
        return np.zeros((64, 30, 30, 6), np.float32), 0
    return 0, 0
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    replace(right, "conv_forward_fast", SOURCE)
    save(folder, right, "fast_convolution.ipynb")
