"""Results are subclasses of plain types: an array whose ufuncs lie, a float equal to all, a tuple.

graded: 22
note: subclasses that lie are returned
stock: same
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import replace, save

SOURCE = """
class Array(np.ndarray):
    def __array_ufunc__(self, *args, **kwargs):
        return np.True_

    def __array_function__(self, *args, **kwargs):
        return True


class Number(float):
    def __eq__(self, other):
        return True

    __hash__ = float.__hash__


class Pair(tuple):
    def __getitem__(self, index):
        return Number(1)


count = 0
print("subclasses that lie are returned")


def pool_forward(A_prev, hparameters, mode="max"):
    global count
    count += 1
    array = np.zeros((1, 1, 1, 1)).view(Array)
    return [(array, array), (Number(1), ()), Pair((1, 2))][count % 3]
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    replace(right, "pool_forward", SOURCE)
    save(folder, right)
