"""Which misconceptions a student's outcomes on a probe are those of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .declaration import Misconception
from .exercise import Exercise, Variant
from .outcome import Outcome, same_outcome


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
        found = _matching(exercise.pairs, outcomes)
    named = {m.name: m for variant in found for m in variant.misconceptions}
    return Naming(tuple(named.values()), certain=len({v.names for v in found}) <= 1)


def all_same(outcomes: Sequence[Outcome], model: Sequence[Outcome]) -> bool:
    """Say whether outcomes are those of a model, case by case."""
    return all(map(same_outcome, outcomes, model))


def _matching(variants: list[Variant], outcomes: Sequence[Outcome]) -> list[Variant]:
    """Return the variants that have these outcomes.

    Of exceptions, what failed decides, and the shapes only if nothing else does: these depend on
    whether one example is worked on or all. Where nothing was returned at all they have to agree.
    """
    found = [variant for variant in variants if variant.explains(outcomes)]
    raised = sum(bool(outcome.raised) for outcome in outcomes)
    if not raised or not found:
        return found
    agreeing = [variant.same_shapes(outcomes) for variant in found]
    most = len(outcomes) if raised == len(outcomes) else max(agreeing)
    return [variant for variant, count in zip(found, agreeing, strict=True) if count == most]
