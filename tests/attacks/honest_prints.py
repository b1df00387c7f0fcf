"""An honest submission that prints in loops and in a tested function, and warns.

graded: 30
note: line 998
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import cell, insert, save

SOURCE = """
import sys
import warnings

for number in range(2000):
    print("line", number)
print("to stderr", file=sys.stderr)
warnings.warn("as one does")


def noisy(function):
    def call(*args, **kwargs):
        for number in range(300):
            print("debug", number, [np.shape(value) for value in args])
        return function(*args, **kwargs)

    return call
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, SOURCE, before="zero_pad")
    for name in ("zero_pad", "conv_forward"):
        cell(right, name).source += f"\n\n\n{name} = noisy({name})"
    save(folder, right)
