"""Which misconceptions a student's outcomes on a probe are those of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from .declaration import Misconception
from .exercise import Exercise, Variant
from .outcome import Outcome, same_outcome

# So many misconceptions make few enough pairs to run them all.
FEW = 50
# In so many cases two mistakes may do together what neither does alone.
EXCEPTIONS = 1


@dataclass(frozen=True)
class Naming:
    """The misconceptions that explain what a function did.

    Attributes
    ----------
    misconceptions : tuple of Misconception
        One, or two that were made together; none if nothing that is declared explains it.
    certain : bool
        False if these are several explanations, which the probe cannot tell apart.
    """

    misconceptions: tuple[Misconception, ...] = ()
    certain: bool = True


def name_misconceptions(exercise: Exercise, outcomes: Sequence[Outcome]) -> Naming:
    """Return what explains the outcomes of a function on ``exercise.probe``, one for each case.

    A single misconception is preferred to a pair. What is right has no misconception.
    """
    if all_same(outcomes, exercise.right):
        return Naming()
    found = _matching(exercise.singles, outcomes)
    # Two mistakes of which nothing is left but exceptions are guesswork.
    if not found and not all(outcome.raised for outcome in outcomes):
        few = len(exercise.singles) <= FEW
        pairs = exercise.pairs if few else _plausible_pairs(exercise, outcomes)
        found = _matching(pairs, outcomes)
        # Of several pairs only what they have in common is known.
        shared = set.intersection(*(set(pair.names) for pair in found)) if found else set()
        if len({pair.names for pair in found}) > 1:
            common = {m.name: m for pair in found for m in pair.misconceptions if m.name in shared}
            return Naming(tuple(common.values()))
    named = {m.name: m for variant in found for m in variant.misconceptions}
    return Naming(tuple(named.values()), certain=len({v.names for v in found}) <= 1)


def all_same(outcomes: Sequence[Outcome], model: Sequence[Outcome]) -> bool:
    """Say whether outcomes are those of a model, case by case."""
    return all(map(same_outcome, outcomes, model))


def pairs_ahead(exercise: Exercise) -> list[Variant]:
    """Return the pairs that are run whatever a function did that no single one explains.

    All if they are few; else those of which neither misconception is right in any case, since no
    case rules them out.
    """
    if len(exercise.singles) <= FEW:
        return exercise.pairs
    right = exercise.right_cases.any(axis=1) | (exercise.kinds_of_failure != "").any(axis=1)
    return exercise.pairs_among(map(int, np.flatnonzero(~right)))


def _plausible_pairs(exercise: Exercise, outcomes: Sequence[Outcome]) -> Iterator[Variant]:
    """Yield the pairs that may have these outcomes, as far as that shows in the single ones.

    Where one of two mistakes does no harm, the two together do what the other does, nearly
    always. Of some thousand pairs this leaves a few, and only these are run.
    """
    right, stops = exercise.right_cases, exercise.kinds_of_failure != ""
    yours = np.array([variant.same_cases(outcomes) for variant in exercise.singles])
    fine = np.array(list(map(same_outcome, outcomes, exercise.right)))
    for number in range(len(exercise.singles)):
        a, b = right[number], right[number + 1 :]
        # Where one of them stops, the other may come first and keep it from that.
        either = yours[number] | yours[number + 1 :]
        both = ~(stops[number] | stops[number + 1 :]) | either
        fits = np.where(a, np.where(b, fine, yours[number + 1 :]), np.where(b, yours[number], both))
        for other in np.flatnonzero((~fits).sum(axis=1) <= EXCEPTIONS):
            pair = exercise.pair(number, number + 1 + int(other))
            if pair is not None:
                yield pair


def _matching(variants: Iterable[Variant], outcomes: Sequence[Outcome]) -> list[Variant]:
    """Return the variants that have these outcomes.

    Of exceptions, what failed decides, and step and sizes only if nothing else does: these depend
    on whether one example is worked on or all. Where nothing was returned they have to agree.
    """
    found = [variant for variant in variants if variant.explains(outcomes)]
    raised = sum(bool(outcome.raised) for outcome in outcomes)
    if not raised or not found:
        return found
    agreeing = [variant.same_failures(outcomes) for variant in found]
    most = len(outcomes) if raised == len(outcomes) else max(agreeing)
    return [variant for variant, count in zip(found, agreeing, strict=True) if count == most]
