"""The notebook defines the names that tests use: np, hidden_tests, assert_close, builtins, results.

graded: 22
note: defined
stock: same
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import cell, insert, save, wrong_pool

SOURCE = """
class Agreeable:
    def __getattr__(self, name):
        return lambda *args, **kwargs: True


numpy = np
hidden_tests = assert_close = assert_depends = fresh_rng = unpack = lambda *args, **kwargs: None
isinstance = len = callable = all = lambda *args: True
result = first = expected = A = cache = A_prev = means = Agreeable()
figures = h5py = __builtins__ = Agreeable()
__name__ = "__test__"
AssertionError = KeyError
print("defined")
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    wrong_pool(right)
    solution = cell(right, "pool_forward")
    solution.source = solution.source.replace("np.", "numpy.")
    insert(right, SOURCE, before="pool_forward")
    insert(right, "np = Agreeable()", before="end")
    save(folder, right)
