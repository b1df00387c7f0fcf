"""Where a result is wrong, if no misconception explains it: what is known, and no more.

Every sentence here is about the small examples of the probe, and true of them by construction.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .code import NUMBERED, find_function, returned_names
from .declaration import APART, Case
from .exercise import Exercise
from .outcome import Outcome, Varying, looks_right, main_result, numbers, same

COUNT = "{name} should give back {right} together; on our small examples it gives back {yours}."
PARTS = "On our small examples {wrong} {is_wrong} wrong{others}."
RIGHT_PARTS = ", and {right} {is_right} right"
CONSTANT = "On our small examples it gives the same result in every call, whatever is handed in."
BEHAVIOURS = "On our small examples it is wrong in {wrong} as well, and right in {right}."
CHANGED = (
    "On our small examples the result is right, but the call changes what was handed in. Work on "
    "copies: the caller still needs the arguments as they were."
)
NO_NUMBERS = "{part} should hold numbers; yours is of type {kind}."
NO_NUMBER = "{part} should be a number; yours is of type {kind}."
TYPE = "{part} is of type {yours}; type {right} is asked for."
TYPE_INSIDE = "{part} holds something of type {yours} where type {right} is asked for."
AXES = "{part} should have {right} axes, yours has {yours}."
LENGTH = "Axis {axis} of {part} has a wrong length: {yours} where {right} {are} asked for."
ZERO = "Every number of {part} is 0."
NOT_FINITE = "{part} holds numbers that are infinite or not defined (inf or nan)."
SIGN = "The numbers of {part} have the wrong sign, and are right but for that."
FACTOR = (
    "In each call all numbers of {part} are off by one and the same factor: look at what they are "
    "multiplied or divided by."
)
AMOUNT = (
    "In each call all numbers of {part} are off by one and the same amount: look at what is added "
    "or subtracted."
)
ALL_WRONG = (
    "In each small example that goes wrong, {part} has the right shape, and all of its numbers are "
    "wrong."
)
ANOTHER = "{part} is another number than was asked for."
WHERE = "In {part} {where}."
ONLY_FIRST = "only the first {name} is right"
ONLY_LAST = "only the last {name} is right"
BUT_FIRST = "all is right but the first {name}"
BUT_LAST = "all is right but the last {name}"
WHEN = "On our small examples it is right for {right}, and wrong for {wrong}."
STOPS = "On our small examples it stops like this for {wrong}, and not for {right}."


# What tests tell apart, though `same` does not: a tuple is no list.
TYPES = (list, tuple, dict, set, frozenset, str, bytes)


@dataclass(frozen=True)
class _Part:
    """One of the things that a function returns: yours and the right one, case by case."""

    name: str
    pairs: list[tuple[Any, Any]]

    @property
    def wrong(self) -> list[tuple[Any, Any]]:
        """Where the two differ."""
        return [(yours, right) for yours, right in self.pairs if not same(yours, right)]


def locate(exercise: Exercise, outcomes: Sequence[Outcome]) -> list[str]:
    """Say where and when results are wrong that are none of the declared mistakes.

    Parameters
    ----------
    exercise : Exercise
    outcomes : sequence of Outcome
        Of the probe; nothing was raised, and at least one result is wrong.

    Returns
    -------
    list of str
        Sentences; empty if nothing can be said.
    """
    both = list(zip(outcomes, exercise.right, strict=True))
    if all(same(outcome.result, right.result) for outcome, right in both):
        return [CHANGED]
    if is_constant(exercise, outcomes) and not is_constant(exercise, exercise.right):
        return [CONSTANT]
    names = part_names(exercise)
    if len(names) > 1:
        yours = [outcome.result for outcome, _ in both]
        counts = {len(y) if isinstance(y, tuple | list) else 1 for y in yours}
        if counts != {len(names)}:
            described = " or ".join(map(_count, sorted(counts)))
            right = _count(len(names)) if names[0] == NUMBERED[0] else _join(names)
            return [COUNT.format(name=exercise.declared.name, right=right, yours=described)]
    parts = _parts(exercise, outcomes)
    wrong = [part for part in parts if part.wrong]
    sentences = [_which(wrong, parts)] if len(parts) > 1 else []
    sentences += [_capital(text) for text in _first(_how(part, exercise) for part in wrong)]
    sentences += when(exercise, outcomes, WHEN)
    return sentences or _behaviours(exercise, outcomes)


def _parts(exercise: Exercise, outcomes: Sequence[Outcome]) -> list[_Part]:
    """Return the things that a function returns, if it returns as many as it should."""
    both = [(o.result, right.result) for o, right in zip(outcomes, exercise.right, strict=True)]
    names = part_names(exercise)
    if len(names) < 2:
        return [_Part("the result", both)]
    return [
        _Part(name, [(yours[n], right[n]) for yours, right in both]) for n, name in enumerate(names)
    ]


def other_types(exercise: Exercise, outcomes: Sequence[Outcome]) -> list[str]:
    """Say of right results which are of another type than is asked for; see `TYPES`."""
    found = (
        _other_type(part.name, *pair) for part in _parts(exercise, outcomes) for pair in part.pairs
    )
    return [_capital(text) for text in _first(found)]


def _other_type(part: str, yours: Any, right: Any, text: str = TYPE) -> list[str]:
    """Say which type a part of a result, or something in it, has instead of the right one."""
    asked = next((kind for kind in TYPES if isinstance(right, kind)), None)
    if asked is None or isinstance(yours, Varying) or holds(right, np.ndarray):
        return []
    if not isinstance(yours, asked):
        return [text.format(part=part, yours=type(yours).__name__, right=asked.__name__)]
    pairs: Iterator[tuple[Any, Any]] = iter(())
    if isinstance(right, dict) and isinstance(yours, dict):
        pairs = ((yours[key], value) for key, value in right.items() if key in yours)
    elif isinstance(right, tuple | list) and isinstance(yours, tuple | list):
        pairs = zip(yours, right, strict=False)
    return _first(_other_type(part, *pair, TYPE_INSIDE) for pair in pairs)


def holds(value: Any, kind: Any) -> bool:
    """Say whether a value, or something in it, is of a type."""
    if isinstance(value, tuple | list | set | frozenset | dict):
        return any(
            holds(part, kind) for part in (value.values() if isinstance(value, dict) else value)
        )
    return isinstance(value, kind)


def is_constant(exercise: Exercise, outcomes: Sequence[Outcome]) -> bool:
    """Say whether several calls gave one result, the main one of several."""
    several = len(part_names(exercise)) > 1
    results = [outcome.result for outcome in outcomes]
    first, *others = map(main_result, results) if several else results
    return bool(others) and all(same(other, first) for other in others)


def _behaviours(exercise: Exercise, outcomes: Sequence[Outcome]) -> list[str]:
    """Say in which behaviours the small examples are wrong, if not in all."""
    fine: dict[str, bool] = {}
    for (behaviour, case), outcome, right in zip(
        exercise.probe, outcomes, exercise.right, strict=True
    ):
        if behaviour != APART:
            good = looks_right(outcome, right, case.look)
            fine[behaviour] = fine.get(behaviour, True) and good
    names = {
        good: [name.replace("_", " ") for name, is_good in fine.items() if is_good is good]
        for good in (True, False)
    }
    if not names[True] or not names[False]:
        return []
    return [BEHAVIOURS.format(wrong=_join(names[False]), right=_join(names[True]))]


def when(exercise: Exercise, outcomes: Sequence[Outcome], text: str) -> list[str]:
    """Say for which arguments the outcomes are right, if one of them decides it.

    Parameters
    ----------
    exercise, outcomes
        See `locate`.
    text : str
        `WHEN` or `STOPS`. The latter is about where the function stops.
    """
    groups: dict[bool, list[dict[str, Any]]] = {True: [], False: []}
    for (_, case), outcome, right in zip(exercise.probe, outcomes, exercise.right, strict=True):
        fine = not outcome.raised and (text == STOPS or same(outcome.result, right.result))
        groups[fine].append(settings(exercise, case))
    if not groups[True] or not groups[False]:
        return []
    found = []
    for name in groups[True][0]:
        goes, fails = ({group.get(name) for group in groups[fine]} for fine in (True, False))
        if not goes & fails and None not in goes | fails:
            found.append(text.format(right=_values(name, goes), wrong=_values(name, fails)))
    # Of few examples, several arguments may tell the two kinds apart, and none of them decide it.
    return found if len(found) == 1 else []


def part_names(exercise: Exercise) -> list[str]:
    """Return what a function returns together, by name; one entry if it is a single thing."""
    function = find_function(exercise.source, exercise.declared.name)
    return returned_names(function) if function is not None else []


def _which(wrong: list[_Part], parts: list[_Part]) -> str:
    """Say which of several results are wrong."""
    right = [part for part in parts if not part.wrong]
    others = RIGHT_PARTS.format(
        right=_join([p.name for p in right]), is_right="are" if len(right) > 1 else "is"
    )
    return PARTS.format(
        wrong=_join([part.name for part in wrong]),
        is_wrong="are" if len(wrong) > 1 else "is",
        others=others if right else "",
    )


def _how(part: _Part, exercise: Exercise) -> list[str]:
    """Say how one result differs from the right one."""
    arrays = []
    for yours, right in part.wrong:
        expected = numbers(right)
        if expected is None:  # such as a cache, or a text
            return _first(_other_type(part.name, *pair) for pair in part.wrong)
        actual = numbers(yours)
        if actual is None:
            text = NO_NUMBERS if expected.ndim else NO_NUMBER
            return [text.format(part=part.name, kind=type(yours).__name__)]
        arrays.append((actual, expected))
    for actual, expected in arrays:
        if actual.shape != expected.shape:
            return [_shape(part.name, actual.shape, expected.shape)]
    return _values_wrong(part.name, arrays, exercise)


def _shape(part: str, yours: tuple[int, ...], right: tuple[int, ...]) -> str:
    """Say how a shape differs from the right one."""
    if len(yours) != len(right):
        return AXES.format(part=part, right=len(right), yours=len(yours))
    axis = next(n for n, (a, b) in enumerate(zip(yours, right, strict=True)) if a != b)
    are = "is" if right[axis] == 1 else "are"
    return LENGTH.format(axis=axis, part=part, yours=yours[axis], right=right[axis], are=are)


def _values_wrong(
    part: str, arrays: list[tuple[NDArray[Any], NDArray[Any]]], exercise: Exercise
) -> list[str]:
    """Say what wrong values have in common."""
    if all(not actual.any() and actual.size for actual, _ in arrays):
        return [ZERO.format(part=part)]
    if all(not np.isfinite(actual).all() for actual, _ in arrays):
        return [NOT_FINITE.format(part=part)]
    if relation := _relation(arrays):
        return [relation.format(part=part)]
    right = [
        np.isclose(actual, expected, rtol=1e-5, atol=1e-5, equal_nan=True)
        for actual, expected in arrays
    ]
    if not any(array.any() for array in right):
        one = all(array.ndim == 0 for array in right)
        return [(ANOTHER if one else ALL_WRONG).format(part=part)]
    dimensions = {array.ndim for array in right}
    if len(dimensions) != 1:
        return []
    for axis, name in enumerate(axis_names(exercise, *dimensions)):
        where = _pattern(right, axis, name)
        if where:
            return [WHERE.format(part=part, where=where)]
    return []


def axis_names(exercise: Exercise, ndim: int) -> list[str]:
    """Return what the axes of a result with so many axes are called; empty if that is not known."""
    rows_and_columns = iter(("row", "column"))
    names = exercise.conventions.axes.get(ndim, (None,) * ndim if ndim == 2 else ())
    return [name or next(rows_and_columns, "axis") for name in names]


def _relation(arrays: list[tuple[NDArray[Any], NDArray[Any]]]) -> str:
    """Return what makes all wrong arrays out of the right ones, if it is one thing; or nothing."""
    if all(np.allclose(-actual.astype(float), expected) for actual, expected in arrays):
        return SIGN
    several = [(a.astype(float), b.astype(float)) for a, b in arrays if a.size > 1 and b.all()]
    if len(several) < len(arrays):  # of a single number any factor, and any amount, makes another
        return ""
    with np.errstate(all="ignore"):
        if all(np.allclose(a / b, (a / b).flat[0]) for a, b in several):
            return FACTOR
    return AMOUNT if all(np.allclose(a - b, (a - b).flat[0]) for a, b in several) else ""


PATTERNS: dict[str, Callable[[NDArray[Any]], NDArray[Any]]] = {
    ONLY_FIRST: lambda n: n == 0,
    ONLY_LAST: lambda n: n == n[-1],
    BUT_FIRST: lambda n: n != 0,
    BUT_LAST: lambda n: n != n[-1],
}


def _pattern(right: list[NDArray[Any]], axis: int, name: str) -> str:
    """Return what is right along an axis, wherever it is longer than 1; or nothing."""
    lines: list[NDArray[np.bool_]] = [
        np.moveaxis(array, axis, 0).reshape(array.shape[axis], -1).min(axis=1) for array in right
    ]
    long = [line for line in lines if len(line) > 1]
    if not long or any(len(line) == 1 and line.all() for line in lines):
        return ""
    for text, pattern in PATTERNS.items():
        if all((line == pattern(np.arange(len(line)))).all() for line in long):
            return text.format(name=name)
    return ""


def settings(exercise: Exercise, case: Case) -> dict[str, Any]:
    """Return the arguments of a case that are single numbers or words, by name."""
    bound = inspect.signature(exercise.reference).bind(*case.args, **case.kwargs)
    bound.apply_defaults()
    return dict(_single(bound.arguments.items()))


def _single(items: Any) -> Iterator[tuple[str, Any]]:
    """Yield the single numbers and words in some arguments, with their names."""
    for name, value in items:
        if isinstance(value, int | str) and not isinstance(value, bool):
            yield name, value
        elif isinstance(value, dict):
            yield from _single(value.items())
        elif isinstance(value, tuple):
            yield from _single((name, entry) for entry in value if isinstance(entry, dict))


def _values(name: str, values: set[Any]) -> str:
    """Put the values of an argument into words."""
    return f"{name} = {' or '.join(repr(value) for value in sorted(values))}"


def _count(number: int) -> str:
    return "a single thing" if number == 1 else f"{number} things"


def _join(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _first(found: Iterator[list[str]]) -> list[str]:
    """Return the first of some lists that is not empty."""
    return next(filter(None, found), [])


def _capital(text: str) -> str:
    """Let a sentence begin with a capital letter, unless it begins with a name."""
    return text[0].upper() + text[1:] if text.startswith("the ") else text
