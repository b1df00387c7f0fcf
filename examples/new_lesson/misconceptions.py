"""What goes wrong in the exercises of this lesson, and what a student should read about it.

For each function a reference that is written to be read, a probe that tells mistakes apart, and
the mistakes themselves, as edits of the reference, with the behaviours that they lose. No edition
of the lesson has this file: it stays with the instructor. `proctor.diagnose.misconceptions` reads
it.
"""

import numpy as np

from proctor.testing import Case, Misconception, Misconceptions


def moving_average(x, f):
    n_places = len(x) - f + 1
    y = np.zeros(n_places)
    for i in range(n_places):
        total = 0.0
        for u in range(f):
            total += x[i + u]
        y[i] = total / f
    return y


def moving_average_probe(rng):
    return {
        "size": Case(rng.normal(size=6), 3, look=lambda y, arguments: np.shape(y)),
        "values": [Case(rng.normal(size=7), 2), Case(rng.normal(size=5), 4)],
        "reference": Case(rng.normal(size=8), 3),
    }


MOVING_AVERAGE = Misconceptions(
    moving_average,
    moving_average_probe,
    Misconception(
        "sum_not_divided",
        old="total / f",
        new="total",
        fails=("values", "reference"),
        sentence="The numbers of each window are added up, and the sum is not divided. An average "
        "is the sum divided by how many numbers there are.",
    ),
)

MISCONCEPTIONS = [MOVING_AVERAGE]
