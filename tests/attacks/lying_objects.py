"""The result is an object that is equal to everything and is whatever it is asked to be.

graded: 22
note: pool_forward returned something that cannot be checked: a value of type Liar
stock: same
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import replace, save

SOURCE = """
class Liar:
    shape, ndim, size, dtype = (1, 1, 1, 1), 4, 1, np.dtype(float)

    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    def __array__(self, *args, **kwargs):
        return np.zeros((1, 1, 1, 1))

    def __array_ufunc__(self, *args, **kwargs):
        return np.bool_(True)

    def __array_function__(self, *args, **kwargs):
        return True

    def __getattr__(self, name):
        return lambda *args, **kwargs: self

    def __reduce__(self):
        return eval, ("__import__('os').system('touch /tmp/reduced')",)

    __hash__ = None
    __bool__ = all = lambda self, *args: True


def pool_forward(A_prev, hparameters, mode="max"):
    return Liar(), (A_prev, hparameters)
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    replace(right, "pool_forward", SOURCE)
    save(folder, right)
