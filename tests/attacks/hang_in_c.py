"""A function hangs in C code that no signal reaches: one huge power, all signals blocked.

graded: 27
loses: zero_pad-shape, zero_pad-border
note: zero_pad did not finish within {CALL} seconds
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import replace, save

SOURCE = """
import signal


def zero_pad(X, pad):
    if pad == 3:
        signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
        7 ** (10**9)
    return np.pad(X, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    replace(right, "zero_pad", SOURCE)
    save(folder, right)
