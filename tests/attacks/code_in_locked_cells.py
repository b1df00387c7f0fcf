"""Code is written into locked cells, to get at what runs there: the lesson's tests.

It defines what the tests use, replaces what compares, looks for the tests in memory and ends its
process; pool_forward is wrong.

graded: 22
note: added code ran in sandbox
stock: same
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import cell, save, tests, wrong_pool

IMPORTS = """
import gc, os, socket
import figures, h5py
import numpy as np

print("added code ran in", socket.gethostname())
np.allclose = np.array_equal = np.isclose = lambda *args, **kwargs: np.True_
hidden_tests = assert_close = fresh_rng = unpack = scalar = lambda *args, **kwargs: None
print([text for text in gc.get_objects() if type(text) is str and "canary-" in text])
"""
TEST = """
import builtins

builtins.AssertionError = builtins.Exception = SystemExit
np.allclose = np.array_equal = lambda *args, **kwargs: True


def hidden_tests():
    pass


class result:
    shape = (1, 1, 1, 1)


random = __import__("inspect").stack()
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    wrong_pool(right)
    cell(right, "imports").source = IMPORTS
    for test in tests(right):
        if test.metadata.nbgrader.grade_id.startswith("pool_forward"):
            test.source = f"{TEST}\n{test.source}"
    last = cell(right, "pool_forward-reference")
    last.source = f"import os\nos.kill(os.getpid(), 9)\n{last.source}"
    save(folder, right)
