"""A student's result on a small example, beside what is known of the right one.

Shapes, positions, and how far off a value is in four steps; never an expected number.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .declaration import Case
from .exercise import Exercise
from .outcome import Outcome, looks_right, main_result, numbers

Axes = Mapping[int, tuple[str | None, ...]]
"""See `Conventions`."""
LARGEST = 12
# 0 is right; 1 to 3 are thirds of the largest difference.
LEVELS = 3


def compare(
    exercise: Exercise, outcomes: Sequence[Outcome], behaviours: Sequence[str]
) -> dict[str, Any]:
    """Compare the first result on the probe that is wrong in one of some behaviours.

    Returns
    -------
    dict
        Empty if none is wrong, or if what is right is no array. Else, as JSON: ``arguments``, each
        in words; ``expected``, the right shape; and what applies of ``yours`` (shape, or kind of
        value), ``wrong`` and ``size`` (numbers of values), ``position`` (of the first that
        differs), ``where`` (which part of the result the picture shows) and ``rows`` (of [value,
        level] pairs; level 0 is right).
    """
    for (behaviour, case), outcome, right in zip(
        exercise.probe, outcomes, exercise.right, strict=True
    ):
        if behaviour in behaviours and not looks_right(outcome, right, case.look):
            expected = numbers(main_result(right.result))
            if expected is None:  # such as a dictionary, or arrays of several shapes
                return {}
            shapes = _shapes(outcome, expected, exercise.conventions.axes)
            return {"arguments": _arguments(exercise, case), **shapes}
    return {}


def _shapes(outcome: Outcome, expected: NDArray[Any], axes: Axes) -> dict[str, Any]:
    """Compare the main part of a result with that of the right one."""
    shown: dict[str, Any] = {"expected": _tuple(expected.shape)}
    if outcome.raised:
        return {**shown, "yours": "none: it stopped with an error"}
    actual = numbers(main_result(outcome.result))
    if actual is None:
        return {**shown, "yours": f"none: it is of type {type(outcome.result).__name__}"}
    shown["yours"] = _tuple(actual.shape)
    if actual.shape != expected.shape:
        return shown
    wrong = ~np.isclose(actual, expected, rtol=1e-5, atol=1e-5, equal_nan=True)
    shown |= {"wrong": int(wrong.sum()), "size": wrong.size}
    if wrong.any() and wrong.ndim:
        first = tuple(int(index) for index in np.argwhere(wrong)[0])
        shown |= {"position": _tuple(first), **_map(actual, expected, first, axes)}
    return shown


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
    plane, right = (np.atleast_2d(array[where])[:LARGEST, :LARGEST] for array in (actual, expected))
    with np.errstate(all="ignore"):
        distance = np.abs(plane - right)
        finite = np.isfinite(distance)
        largest = distance[finite].max(initial=0)
        steps = np.ceil(np.where(finite, distance / (largest or 1), 1) * LEVELS)
    close = np.isclose(plane, right, rtol=1e-5, atol=1e-5, equal_nan=True)
    levels = np.where(close, 0, np.clip(steps, 1, LEVELS)).astype(int)
    rows = [
        [[f"{value:.3g}", int(level)] for value, level in zip(*row, strict=True)]
        for row in zip(plane, levels, strict=True)
    ]
    return {"where": label, "rows": rows}


def _arguments(exercise: Exercise, case: Case) -> list[str]:
    """Describe the arguments of a case: arrays by their shape, functions by their name."""
    bound = inspect.signature(exercise.reference).bind(*case.args, **case.kwargs).arguments
    return [
        f"{name} of shape {_tuple(value.shape)}"
        if isinstance(value, np.ndarray)
        else f"{name} = {_value(value)}"
        for name, value in bound.items()
    ]


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
