"""Whether misconceptions do what their author declares: what they lose, and that they differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .declaration import APART
from .exercise import Exercise, Variant
from .misconceptions import FILE
from .naming import all_same, name_misconceptions
from .outcome import Outcome, looks_right

OTHER_FAILS = (
    "its small cases fail {lost}, not {fails}: correct `fails`, the edit, or the cases of these "
    "behaviours"
)
CONFUSED = "the probe does not tell {pair} apart: add a case on which they differ, or one to APART"
NOT_NAMED = "{name} is not named: add a case that shows {form} to the probe"


def inconsistencies(exercises: Mapping[str, Exercise]) -> list[str]:
    """Return what is declared otherwise than it is; the exercises must have been tried out."""
    return [
        f"{FILE}, {name}{problem}"
        for name, exercise in exercises.items()
        for problem in inconsistencies_of(exercise)
    ]


def inconsistencies_of(exercise: Exercise) -> list[str]:
    """Return the same of one exercise: each text goes on after the name of its function."""
    return [f": {problem}." for problem in _confused(exercise)] + [
        f", {problem}." for problem in _other_fails(exercise)
    ]


def _confused(exercise: Exercise) -> list[str]:
    """Find misconceptions that the probe does not tell apart, in any form and style."""
    problems = []
    for variant in exercise.singles:
        named = {m.name for m in name_misconceptions(exercise, variant.outcomes).misconceptions}
        for other in sorted(named - set(variant.names)):
            pair = " and ".join(sorted((other, variant.names[0])))
            problems.append(CONFUSED.format(pair=pair))
        if not named and not all_same(variant.outcomes, exercise.right):
            problems.append(NOT_NAMED.format(name=variant.names[0], form=variant.made[0][1]))
    return list(dict.fromkeys(problems))


def _other_fails(exercise: Exercise) -> list[str]:
    """Find where a misconception's small cases differ from what it declares to fail."""
    problems = []
    for variant in exercise.singles:
        # In another style it may lose more.
        if variant.style is None:
            lost, fails = lost_behaviours(exercise, variant.outcomes), declared_fails(variant)
            if lost != fails:
                what = OTHER_FAILS.format(lost=sorted(lost), fails=sorted(fails))
                problems.append(f"{variant.names[0]}: {what}")
    return problems


def declared_fails(variant: Variant) -> set[str]:
    """Return the behaviours that a wrong function with one misconception is declared to lose."""
    return {
        behaviour
        for misconception, form in variant.made
        for behaviour in form.fails or misconception.fails
    }


def lost_behaviours(exercise: Exercise, outcomes: Sequence[Outcome]) -> set[str]:
    """Return the behaviours that a function loses by its outcomes on the probe."""
    cases = zip(exercise.probe, outcomes, exercise.right, strict=True)
    return {
        behaviour
        for (behaviour, case), outcome, right in cases
        if behaviour != APART and not looks_right(outcome, right, case.look)
    }
