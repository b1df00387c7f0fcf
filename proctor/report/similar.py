"""Submissions that are nearly the same: by copydetect's fingerprints, weighed by the class.

Names, comments and blanks do not count. What the release holds counts for nothing, and what many
write counts for little: everybody's loops look alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from copydetect.utils import filter_code, get_document_fingerprints
from numpy.typing import NDArray

from ..submission.passive import WAS_CUT, pieces, without_gaps

NOISE, WINDOW = 25, 1
"""Letters in a fingerprint, and of how many the smallest is taken: of each, so that short answers
have enough."""
LEAST = 40
"""Shorter answers than this many fingerprints look alike by chance."""
ALIKE = 0.8
LONGEST_CODE = 200_000
BLOCK = 10_000
"""How many fingerprints are compared at once, for little memory."""


@dataclass(frozen=True)
class Alike:
    """Students whose answers are nearly the same.

    Attributes
    ----------
    students : tuple of str
    similarity : float
        Of the two that are nearest, from 0 to 1.
    """

    students: tuple[str, ...]
    similarity: float


@dataclass(frozen=True)
class Likeness:
    """How alike a class's answers are: groups, the nearest first, and the usual.

    Attributes
    ----------
    groups : tuple of Alike
    usual : float
        Median over students of the similarity to their nearest neighbour; NaN for fewer than two.
    cut : tuple of str
        Students of whose code a part was not compared, since it is too long.
    """

    groups: tuple[Alike, ...]
    usual: float
    cut: tuple[str, ...] = ()


def find_alike(codes: Mapping[str, str], release: str) -> Likeness:
    """Return whose answers are nearly the same.

    Parameters
    ----------
    codes : mapping of str to str
        What each student wrote.
    release : str
        What was there before.
    """
    given = fingerprints(release)
    prints = {
        # An array takes a tenth of a set's memory.
        student: np.array(sorted(fingerprints(code) - given), dtype=np.int64)
        for student, code in codes.items()
    }
    students = sorted(student for student, found in prints.items() if len(found) >= LEAST)
    cut = tuple(sorted(student for student, code in codes.items() if _is_cut(code)))
    if len(students) < 2:
        return Likeness((), float("nan"), cut)
    similarity = similarities([prints[student] for student in students])
    groups = []
    for members in components(similarity >= ALIKE):
        nearest = float(np.max(similarity[np.ix_(members, members)]))
        groups.append(Alike(tuple(students[member] for member in members), nearest))
    groups.sort(key=lambda group: (-group.similarity, len(group.students)))
    return Likeness(tuple(groups), float(np.median(similarity.max(axis=1))), cut)


def _is_cut(code: str) -> bool:
    """Whether a part of some code is not compared: what was cut for display, or is too much."""
    return WAS_CUT in code or len(code) > LONGEST_CODE


def fingerprints(code: str) -> set[int]:
    """Return the fingerprints of some code."""
    read = pieces(without_gaps(code[:LONGEST_CODE]))
    text = "".join(filter_code(piece, "answers.py", language="python")[0] for piece in read)
    if len(text) < NOISE:
        return set()
    return set(map(int, get_document_fingerprints(text, NOISE, WINDOW)[0]))


def similarities(prints: list[NDArray[np.int64]]) -> NDArray[np.float64]:
    """Return what share of the rarer fingerprints two of a class have in common.

    A fingerprint counts the more, the fewer have it; one that everybody has counts nothing. The
    share is of the one who has less, so that a part that was taken over shows.

    Parameters
    ----------
    prints : list of array
        For each student, different fingerprints in order.
    """
    everything = np.concatenate(prints)
    _, kinds, counts = np.unique(everything, return_inverse=True, return_counts=True)
    is_shared = counts > 1
    weights = np.log(len(prints) / counts[is_shared])
    columns = np.cumsum(is_shared) - 1
    ends = np.cumsum([len(found) for found in prints])[:-1]
    places = [columns[own[is_shared[own]]] for own in np.split(kinds, ends)]
    common = np.zeros((len(prints), len(prints)))
    for begin in range(0, len(weights), BLOCK):
        has = np.zeros((len(prints), BLOCK), dtype=np.float32)[:, : len(weights) - begin]
        for row, own in enumerate(places):
            first, last = np.searchsorted(own, (begin, begin + BLOCK))
            has[row, own[first:last] - begin] = 1
        common += (has * weights[begin : begin + BLOCK].astype(np.float32)) @ has.T
    # What only one has is in no matrix, however much it is.
    alone = [len(found) - len(own) for found, own in zip(prints, places, strict=True)]
    weight = np.diag(common) + np.log(len(prints)) * np.array(alone)
    least = np.minimum.outer(weight, weight)
    shares: NDArray[np.float64] = np.zeros_like(common)
    np.divide(common, least, out=shares, where=least > 1e-6)
    np.fill_diagonal(shares, 0)
    return shares


def components(linked: NDArray[np.bool_]) -> list[list[int]]:
    """Return the groups of two or more that links hold together."""
    groups, seen = [], set()
    for start in range(len(linked)):
        group, waiting = [], [start]
        while waiting:
            member = waiting.pop()
            if member not in seen:
                seen.add(member)
                group.append(member)
                waiting += np.flatnonzero(linked[member]).tolist()
        if len(group) > 1:
            groups.append(sorted(group))
    return groups
