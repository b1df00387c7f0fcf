"""Results of every odd kind: objects, generators, huge, nested, circular, NaN, dates, text, types.

graded: 22
note: pool_forward returned something that cannot be checked
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import replace, save

SOURCE = """
import datetime

count = 0
circular = []
circular.append(circular)
nested = []
for _ in range(1000):
    nested = [nested]


def pool_forward(A_prev, hparameters, mode="max"):
    global count
    count += 1
    odd = [
        np.array([A_prev, None], dtype=object),
        (value for value in A_prev),
        np.zeros(30_000_000),
        circular,
        nested,
        float("nan"),
        np.full((1, 1, 1, 2), np.nan),
        np.broadcast_to(np.zeros(1), (10**6, 10**6)),
        datetime.date(2000, 1, 1),
        np.datetime64("2000"),
        np.zeros(2, dtype=[("a", float)]),
        np.array(["text"]),
        10**10_000,
        {1: 2, (3, (4,)): [None]},
        float,
        pool_forward,
        b"x" * 70_000_000,
        range(10**12),
        {number: None for number in range(20_000)},
        [[0]] * 300_000,
        np.ma.masked_array([1], [True]),
        Ellipsis,
        np.float64("inf"),
        1e400 - 1e400j,
    ]
    return odd[count % len(odd)], (A_prev, hparameters)
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    replace(right, "pool_forward", SOURCE)
    save(folder, right)
