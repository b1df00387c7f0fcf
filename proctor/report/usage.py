"""What submissions used, and who used far more than the class."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from nbgrader.coursedir import CourseDirectory

from ..grading.results import read_used
from ..grading.staging import USED_FILE

FEWEST = 10
"""In a smaller class nobody is marked: what is usual there is chance."""
TIMES, DISTANCES = 2, 6
SECONDS, BYTES = 1.0, 64_000_000
"""Less than this above the median is never marked."""
MB = 1_000_000
KINDS = {
    "cpu_seconds": ("CPU time", "s", 1.0, SECONDS),
    "seconds": ("time", "s", 1.0, SECONDS),
    "memory": ("memory", "MB", MB, BYTES),
}
"""Name, unit, how much of what is recorded is one of that, and the least that is marked."""
RULE = (
    f"Marked is whoever used more than {TIMES} times the median, is further above it than "
    f"{DISTANCES} times the distance from it that half of the class keeps (the median absolute "
    f"deviation), and is {SECONDS:g} s or {BYTES / MB:g} MB above it. In a class of fewer than "
    f"{FEWEST} nobody is marked. Time leaves out waits for a CPU core and the search for reasons. "
    "An outlier is no fault: it may be a slow way to a right result."
)
WORDS = "{name} {value:.3g} {unit}, where the median is {median:.3g} {unit}"

Used = Mapping[str, float]


@dataclass(frozen=True)
class Outlier:
    """Who used far more of something than the class.

    Attributes
    ----------
    student, kind : str
        The kind is one of `KINDS`.
    value, median : float
        What the student used, and the class's median.
    """

    student: str
    kind: str
    value: float
    median: float

    def words(self) -> str:
        """Return it in words."""
        name, unit, one, _ = KINDS[self.kind]
        value, median = self.value / one, self.median / one
        return WORDS.format(name=name, unit=unit, value=value, median=median)


def read_usage(folders: CourseDirectory, lesson: str, students: Iterable[str]) -> dict[str, Used]:
    """Return what students' submissions used, of whom that is known, by student."""
    found: dict[str, Used] = {}
    for student in students:
        folder = folders.format_path(folders.autograded_directory, student, lesson)
        try:
            used = read_used(json.loads(Path(folder, USED_FILE).read_bytes()))
        except (OSError, ValueError, RecursionError):
            continue
        if used:
            found[student] = used
    return found


def outliers_of(usage: Mapping[str, Used]) -> list[Outlier]:
    """Return who used far more than the class, of each kind the most first."""
    found = []
    for kind, (_, _, _, least) in KINDS.items():
        values = {student: used[kind] for student, used in usage.items() if kind in used}
        if len(values) < FEWEST:
            continue
        numbers = np.array(list(values.values()))
        median = float(np.median(numbers))
        distance = float(np.median(np.abs(numbers - median)))
        limit = max(TIMES * median, median + DISTANCES * distance, median + least)
        above = {student: value for student, value in values.items() if value > limit}
        found += [
            Outlier(student, kind, value, median)
            for student, value in sorted(above.items(), key=lambda one: -one[1])
        ]
    return found


def in_words(outliers: Iterable[Outlier], name: Callable[[str], str]) -> list[str]:
    """Return a line about each student who is among the outliers, called by `name`."""
    found: dict[str, list[str]] = {}
    for one in outliers:
        found.setdefault(one.student, []).append(one.words())
    return [f"{name(student)}: {'; '.join(words)}" for student, words in found.items()]
