"""How good the tests are: how many passed each, and whether it tells stronger students apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .entries import Entry

WEAK = 0.2
"""Below this correlation, a test says little about what the others test."""
FEWEST = 10
"""With fewer students, a correlation is chance."""


@dataclass(frozen=True)
class Item:
    """One behaviour, as a class did on it.

    Attributes
    ----------
    name : str
        Of its test cell.
    passed : int
        How many got all of its points.
    facility : float
        Mean share of its points.
    discrimination : float
        Correlation of its points with those of all others; NaN if either are the same for all.
    varies : bool
        Whether not all got the same.
    same_as : tuple of str
        Behaviours that exactly the same students lost.
    """

    name: str
    passed: int
    facility: float
    discrimination: float
    varies: bool = True
    same_as: tuple[str, ...] = ()

    @property
    def weak(self) -> bool:
        """Whether it tells stronger and weaker students apart too little."""
        return self.discrimination < WEAK


def items_of(entries: list[Entry]) -> list[Item]:
    """Return the behaviours of a lesson.

    Parameters
    ----------
    entries : list of Entry
        Of all who were graded. Parts that a person has yet to grade are left out.
    """
    maxima = {grade.name: grade.maximum for grade in entries[0].grades} if entries else {}
    scores = [{grade.name: grade for grade in entry.grades} for entry in entries]
    names = [
        name
        for name, maximum in maxima.items()
        if maximum and all(name in of_one and not of_one[name].is_open for of_one in scores)
    ]
    table = np.array([[of_one[name].points for name in names] for of_one in scores], dtype=float)
    if not names:
        return []
    totals = table.sum(axis=1)
    columns = {name: table[:, place] for place, name in enumerate(names)}
    return [
        Item(
            name,
            int(np.sum(column >= maxima[name])),
            float(np.mean(column) / maxima[name]),
            correlation(column, totals - column),
            bool(np.ptp(column)),
            tuple(
                other
                for other, values in columns.items()
                if other != name
                and np.ptp(column)
                and np.array_equal(values / maxima[other], column / maxima[name])
            ),
        )
        for name, column in columns.items()
    ]


def correlation(one: np.ndarray, other: np.ndarray) -> float:
    """Return Pearson's correlation; NaN if one of the two does not vary."""
    one, other = one - one.mean(), other - other.mean()
    spread = np.sqrt((one @ one) * (other @ other))
    return float(one @ other / spread) if spread > 1e-12 else float("nan")
