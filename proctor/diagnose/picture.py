"""A student's result on a small example, beside what is known of the right one.

Numbers that were handed in and that the student's function returned, shapes, positions, and how
far off a value is in four steps; never an expected number.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .exercise import Exercise
from .locate import part_names
from .outcome import Outcome, looks_right, main_result, numbers, same

Axes = Mapping[int, tuple[str | None, ...]]
"""See `Conventions`."""
SIDE = 6
"""How many rows and columns are shown."""
DECIMALS = 3
"""To how many places they are rounded."""
MOST = SIDE * SIDE
"""How many numbers of an array are shown that is no picture."""
LONGEST_NAME = 60
"""How long the name of a student's own error may be."""
# 0 is right; 1 to 3 are thirds of the largest difference.
LEVELS = 3


def compare(
    exercise: Exercise, outcomes: Sequence[Outcome], behaviours: Sequence[str]
) -> dict[str, Any]:
    """Compare the first result on the probe that is wrong in one of some behaviours.

    Returns
    -------
    dict
        Empty if none is wrong, or if what is wrong should be no array. Else, as JSON:
        ``arguments``, each in words; ``inputs``, some of them as [name, text] pairs; ``expected``,
        the right shape; and what applies of ``part`` (the name of what is wrong, if several
        things are returned), ``yours`` (shape, or kind of value), ``output`` (its numbers, a
        [name, text] pair), ``wrong`` and ``size`` (numbers of values), ``position`` (of the first
        that differs), ``where`` (which part of the result the picture shows), ``corner`` (its
        first row and column) and ``rows`` (of [value, level] pairs; level 0 is right).
    """
    for (behaviour, case), outcome, right in zip(
        exercise.probe, outcomes, exercise.right, strict=True
    ):
        if behaviour in behaviours and not looks_right(outcome, right, case.look):
            part, yours, model = _wrong_part(exercise, outcome, right)
            expected = numbers(model)
            if expected is None:  # such as a dictionary, or arrays of several shapes
                return {}
            shown = _shapes(outcome, yours, expected, exercise.conventions.axes)
            first = shown.pop("first", ())
            bound = inspect.signature(exercise.reference).bind(*case.args, **case.kwargs).arguments
            given = {
                "arguments": [_described(name, value) for name, value in bound.items()],
                "inputs": _inputs(bound, exercise.conventions.axes, first),
            }
            return {**given, **({"part": part} if part else {}), **shown}
    return {}


def _wrong_part(exercise: Exercise, outcome: Outcome, right: Outcome) -> tuple[str, Any, Any]:
    """Return the first array of a result that is wrong: its name, if there are several, and both.

    The right one is None if no array is wrong.
    """
    yours, model = outcome.result, right.result
    if not isinstance(model, tuple | list):
        return "", yours, None if same(yours, model) else model
    if not isinstance(yours, tuple | list) or len(yours) != len(model):
        return "", main_result(yours), main_result(model)
    names = part_names(exercise)
    for number, (one, other) in enumerate(zip(yours, model, strict=True)):
        if not same(one, other) and numbers(other) is not None:
            return names[number] if len(names) == len(model) else "", one, other
    return "", None, None


def _shapes(outcome: Outcome, yours: Any, expected: NDArray[Any], axes: Axes) -> dict[str, Any]:
    """Compare a wrong array with the right one."""
    shown: dict[str, Any] = {"expected": _tuple(expected.shape)}
    if outcome.raised:
        return {**shown, "yours": f"none: {_stopped(outcome)}"}
    actual = numbers(yours)
    if actual is None:
        return {**shown, "yours": f"none: it is of type {type(yours).__name__}"}
    shown["yours"] = _tuple(actual.shape)
    if actual.shape != expected.shape:
        return {**shown, **_output(actual, axes)}
    wrong = ~np.isclose(actual, expected, rtol=1e-5, atol=1e-5, equal_nan=True)
    shown |= {"wrong": int(wrong.sum()), "size": wrong.size}
    if not wrong.ndim:
        return {**shown, **_output(actual, axes)}
    if wrong.any():
        first = tuple(int(index) for index in np.argwhere(wrong)[0])
        picture = _map(actual, expected, first, axes) or _output(actual, axes)
        shown |= {"position": _tuple(first), "first": first, **picture}
    return shown


def _stopped(outcome: Outcome) -> str:
    """Return in words why there is no result."""
    if outcome.unfit:
        return "it cannot be checked"
    kind = outcome.raised.partition(":")[0]
    # The student names their own errors.
    known = kind.isidentifier() and len(kind) <= LONGEST_NAME
    return f"it stopped with {kind if known else 'an error'}"


def _map(
    actual: NDArray[Any], expected: NDArray[Any], first: tuple[int, ...], axes: Axes
) -> dict[str, Any]:
    """Return the plane of the first difference, value by value, if its axes are known."""
    if actual.dtype.kind != "c":
        actual = actual.astype(float)
    names = axes.get(actual.ndim, (None,) * actual.ndim)
    if names.count(None) > 2:
        return {}
    places = list(zip(names, first, strict=True))
    where = tuple(slice(None) if name is None else index for name, index in places)
    label = ", ".join(f"{name} {index}" for name, index in places if name is not None)
    plane, right = (np.atleast_2d(array[where]) for array in (actual, expected))
    # The part around the first difference; of a single row, there is no index of the row.
    row, column = [0, 0, *(index for name, index in places if name is None)][-2:]
    corner = [max(0, index - SIDE // 2) if length > SIDE else 0
              for index, length in zip((row, column), plane.shape, strict=True)]  # fmt: skip
    part = tuple(slice(begin, begin + SIDE) for begin in corner)
    levels = _levels(plane, right)[part]
    rows = [
        [[f"{value:.3g}", int(level)] for value, level in zip(*row, strict=True)]
        for row in zip(plane[part], levels, strict=True)
    ]
    if plane.size > levels.size:
        (up, left), (high, wide) = corner, levels.shape
        cut = f"rows {up} to {up + high - 1}, columns {left} to {left + wide - 1}"
        label = f"{label}, {cut}" if label else cut
    return {"where": label, "corner": corner, "rows": rows}


def _levels(plane: NDArray[Any], right: NDArray[Any]) -> NDArray[np.int_]:
    """Return how far off each value of a plane is, in steps."""
    with np.errstate(all="ignore"):
        distance = np.abs(plane - right)
        finite = np.isfinite(distance)
        largest = distance[finite].max(initial=0)
        steps = np.ceil(np.where(finite, distance / (largest or 1), 1) * LEVELS)
    close = np.isclose(plane, right, rtol=1e-5, atol=1e-5, equal_nan=True)
    return np.where(close, 0, np.clip(steps, 1, LEVELS)).astype(int)


def _inputs(bound: Mapping[str, Any], axes: Axes, first: tuple[int, ...]) -> list[list[str]]:
    """Return the numbers that are handed in: of the first array, and of others that are small."""
    arrays = [(name, value) for name, value in bound.items() if isinstance(value, np.ndarray)]
    shown = [_numbers(name, value, axes, first) for name, value in arrays[:1]]
    shown += [_numbers(name, value, axes) for name, value in arrays[1:] if value.size <= MOST]
    return [pair for pair in shown if pair]


def _output(actual: NDArray[Any], axes: Axes) -> dict[str, Any]:
    """Return the numbers of a result without a picture."""
    pair = _numbers("", actual, axes)
    return {"output": pair} if pair else {}


def _numbers(name: str, array: NDArray[Any], axes: Axes, first: tuple[int, ...] = ()) -> list[str]:
    """Return an array's name and numbers as text: all, or a plane; nothing if there are too many.

    Of a plane, the name says which it is, such as ``X[0, :, :, 0]``: if it can be, the one in
    which the result differs first.
    """
    if array.size > MOST:
        names = axes.get(array.ndim, (None,) * array.ndim)
        if names.count(None) > 2:
            return []
        places = first if len(first) == array.ndim else (0,) * array.ndim
        part: list[Any] = []
        indices = []
        for axis, length, place in zip(names, array.shape, places, strict=True):
            index = place if place < length else 0
            part.append(slice(SIDE) if axis is None else index)
            cut = f":{SIDE}" if length > SIDE else ":"
            indices.append(cut if axis is None else str(index))
        name, array = f"{name}[{', '.join(indices)}]", array[tuple(part)]
    if np.issubdtype(array.dtype, np.inexact):
        array = np.round(array, DECIMALS) + 0.0  # which makes 0 of -0
    text = np.array2string(array, precision=DECIMALS, suppress_small=True, max_line_width=60)
    # NumPy sets planes of more than two axes apart by empty lines, which fill a page.
    return [name, re.sub(r"\n\n+", "\n", text)]


def _described(name: str, value: Any) -> str:
    """Describe an argument: arrays by their shape, functions by their name."""
    if isinstance(value, np.ndarray):
        return f"{name} of shape {_tuple(value.shape)}"
    return f"{name} = {_value(value)}"


def _value(value: Any) -> str:
    """Describe an argument, or a part of one such as a cache."""
    if isinstance(value, np.ndarray):
        return f"array of shape {_tuple(value.shape)}"
    if isinstance(value, tuple):
        return f"({', '.join(map(_value, value))})"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key!r}: {_value(item)}' for key, item in value.items())}}}"
    return value.__name__ if callable(value) else repr(value)


def _tuple(lengths: tuple[int, ...]) -> str:
    return str(tuple(int(length) for length in lengths))
