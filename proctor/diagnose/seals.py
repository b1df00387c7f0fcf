"""What a student's `check` needs of right results and right calls of helpers: seals of them.

A seal has 16 bits. It tells whether a result is the right one, and is far too little to find that
by trying: of four numbers or more, that is. What has fewer is sealed in all cases together. Of a
mask, which has two values, a few places can be found by trying all of them. That is no secret: the
inputs are in checks.json, too, and hidden tests have others.
"""

from __future__ import annotations

import inspect
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import explain, locate, steps
from .declaration import Case
from .exercise import Exercise
from .outcome import Outcome, numbers

FEWEST = 4
SMALLEST = 1e-3

TEXTS = {
    "together": explain.TOGETHER,
    "varies": explain.VARIES,
    "count": locate.COUNT,
    "parts": locate.PARTS,
    "right_parts": locate.RIGHT_PARTS,
    "constant": locate.CONSTANT,
    "changed": locate.CHANGED,
    "no_numbers": locate.NO_NUMBERS,
    "no_number": locate.NO_NUMBER,
    "axes": locate.AXES,
    "length": locate.LENGTH,
    "zero": locate.ZERO,
    "not_finite": locate.NOT_FINITE,
    "sign": locate.SIGN,
    "factor": locate.FACTOR,
    "amount": locate.AMOUNT,
    "where": locate.WHERE,
    "only_first": locate.ONLY_FIRST,
    "only_last": locate.ONLY_LAST,
    "but_first": locate.BUT_FIRST,
    "but_last": locate.BUT_LAST,
    "when": locate.WHEN,
    "stops": locate.STOPS,
    "wrong_argument": steps.WRONG_ARGUMENT,
    "wrong_call": steps.WRONG_CALL,
    "too_few": steps.TOO_FEW,
    "all_right": steps.ALL_RIGHT,
    "first_call": steps.FIRST_CALL,
    "later_call": steps.LATER_CALL,
}
"""The sentences about where a result is wrong, as check.py calls them."""


def sealed_case(
    exercise: Exercise, case: Case, right: Outcome, check: ModuleType
) -> dict[str, Any]:
    """Return what is kept of one case of a probe: its settings, right parts and right calls."""
    several = len(locate.part_names(exercise)) > 1
    return {
        "settings": locate.settings(exercise, case),
        "right": [
            _sealed_part(exercise, part, check)
            for part in (right.result if several else [right.result])
        ],
        "helpers": _sealed_calls(exercise, case, check),
    }


def seals_of_all(exercise: Exercise, check: ModuleType) -> dict[str, str]:
    """Return by name the seals of those parts of a result that are too small to have their own."""
    names = locate.part_names(exercise)
    if len(names) < 2:
        return {}
    columns = zip(*(outcome.result for outcome in exercise.right), strict=True)
    return {
        name: check.seal(column)
        for name, column in zip(names, columns, strict=True)
        if any(_count(part) < FEWEST for part in column) and _count(column) >= FEWEST
    }


def _sealed_part(exercise: Exercise, part: Any, check: ModuleType) -> dict[str, Any]:
    """Return what is kept of one of the things that a function returns."""
    sealed: dict[str, Any] = {"seal": check.seal(part)} if _count(part) >= FEWEST else {}
    array = numbers(part)
    if array is None:
        return sealed
    sealed |= {"shape": list(array.shape), "lines": _sealed_lines(exercise, array, check)}
    if "seal" in sealed:
        sealed["amount"] = check.seal(check.RELATIONS["amount"](1.0 * array), check.FINE_STEP)
        # Seals are blind to numbers that are tiny beside the others, and so to a factor of these.
        sizes = np.abs(array)
        if sizes.min() > SMALLEST * sizes.max():
            sealed["factor"] = check.seal(check.RELATIONS["factor"](1.0 * array), check.FINE_STEP)
    return sealed


def _sealed_lines(
    exercise: Exercise, array: NDArray[Any], check: ModuleType
) -> dict[str, tuple[int, list[str]]]:
    """Return for each axis by name its number, and the seals of what stands along it."""
    lines = {}
    for axis, name in enumerate(locate.axis_names(exercise, array.ndim)):
        if array.shape[axis] == 1:
            lines[name] = axis, list[str]()
        elif array.size // array.shape[axis] >= FEWEST:
            lines[name] = axis, [check.seal(line) for line in np.moveaxis(array, axis, 0)]
    return lines


def _count(value: Any) -> int:
    """Return how many numbers a value holds."""
    if isinstance(value, tuple | list | dict):
        return sum(map(_count, value.values() if isinstance(value, dict) else value))
    array = numbers(value)
    return 0 if array is None else array.size


def _sealed_calls(exercise: Exercise, case: Case, check: ModuleType) -> dict[str, Any]:
    """Return what is kept of the calls that the right function makes of its helpers."""
    if not exercise.declared.helpers:
        return {}
    sealed: dict[str, Any] = {}
    for call in exercise.calls_of_helpers(case):
        function = call.function
        known = sealed.setdefault(
            function.__name__,
            {
                "parameters": list(inspect.signature(function).parameters),
                "count": 0,
                "calls": [],
                "arguments": {},
            },
        )
        known["count"] += 1
        _add(known["calls"], check.seal(call.arguments))
        for name, value in call.arguments.items():
            _add(known["arguments"].setdefault(name, []), check.seal(value))
    return sealed


def _add(seals: list[str], seal: str) -> None:
    """Add a seal that is new."""
    if seal not in seals:
        seals.append(seal)
