"""NumPy's comparisons find everything right.

graded: 22
note: np.allclose(1, 2) is True
stock: same
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import insert, save, wrong_pool

SOURCE = """
import numpy.testing


def yes(*args, **kwargs):
    return True


for name in ("allclose", "array_equal", "isclose", "array_equiv"):
    setattr(np, name, yes)
    setattr(np.core.numeric, name, yes)
for name in dir(np.testing):
    if name.startswith("assert"):
        setattr(np.testing, name, yes)
print("np.allclose(1, 2) is", np.allclose(1, 2))
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    wrong_pool(right)
    insert(right, SOURCE, before="pool_forward")
    save(folder, right)
