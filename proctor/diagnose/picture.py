"""A student's result on a small example, beside what is known of the right one.

Numbers that were handed in and that the student's function returned, shapes, positions, and how
far off a value is in four steps; never an expected number.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import ItemsView, KeysView, Mapping, Sequence, ValuesView
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .exercise import Exercise
from .locate import holds, part_names
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
LONGEST_TEXT = 200
"""How long an argument and a result may be that are shown as text, in characters."""
# 0 is right; 1 to 3 are thirds of the largest difference.
LEVELS = 3


def compare(
    exercise: Exercise,
    outcomes: Sequence[Outcome],
    behaviours: Sequence[str],
    stopped_first: bool = False,
) -> dict[str, Any]:
    """Compare the first result on the probe that is wrong in one of some behaviours.

    If so asked, one where nothing came back is taken before others.

    Returns
    -------
    dict
        Empty if none is wrong, or if what is wrong should be no array and is too long to show.
        Else, as JSON: ``arguments``, each in words; ``inputs``, some of them as [name, text]
        pairs; ``expected``, the right shape, if it is an array; ``asked``, how many
        things, if another number came back; and what applies of ``part`` (the
        name of what is wrong, if several things are returned), ``yours`` (shape, or kind of
        value), ``output`` (its numbers, or it as a text; a [name, text] pair), ``wrong`` and
        ``size`` (numbers of values), ``position`` (of the first that differs), ``where`` (which
        part of the result the picture shows), ``corner`` (its first row and column) and ``rows``
        (of [value, level] pairs; level 0 is right).
    """
    cases = list(zip(exercise.probe, outcomes, exercise.right, strict=True))
    if stopped_first:
        cases.sort(key=lambda three: not three[1].raised)
    for (behaviour, case), outcome, right in cases:
        if behaviour in behaviours and not looks_right(outcome, right, case.look):
            part, yours, model = _wrong_part(exercise, outcome, right)
            expected = numbers(model)
            bound = inspect.signature(exercise.reference).bind(*case.args, **case.kwargs).arguments
            arguments = [_described(name, value) for name, value in bound.items()]
            if expected is None:  # such as a text, a dictionary, or arrays of several shapes
                part, yours, model = _wrong_text(exercise, outcome, right)
                unshown = same(yours, model) or holds(model, np.ndarray)
                shown = {} if unshown else _text(outcome, yours)
                if not shown or max(map(len, arguments), default=0) > LONGEST_TEXT:
                    return {}
            elif count := _count(outcome, right):
                shown = count
            else:
                shown = _shapes(outcome, yours, expected, exercise.conventions.axes)
            first = shown.pop("first", ())
            inputs = _inputs(bound, exercise.conventions.axes, first)
            given = {"arguments": arguments, "inputs": inputs}
            return {**given, **({"part": part} if part else {}), **shown}
    return {}


def _wrong_part(exercise: Exercise, outcome: Outcome, right: Outcome) -> tuple[str, Any, Any]:
    """Return the first array of a result that is wrong: its name, if there are several, and both.

    The right one is None if no array is wrong.
    """
    yours, model = outcome.result, right.result
    names = part_names(exercise)
    # A list of numbers or words is one result.
    one = len(names) == 1 and not holds(model, np.ndarray)
    if one or not isinstance(model, tuple | list):
        return "", yours, None if same(yours, model) else model
    if not isinstance(yours, tuple | list) or len(yours) != len(model):
        return "", main_result(yours), main_result(model)
    for number, (one, other) in enumerate(zip(yours, model, strict=True)):
        if not same(one, other) and numbers(other) is not None:
            return names[number] if len(names) == len(model) else "", one, other
    return "", None, None


def _count(outcome: Outcome, right: Outcome) -> dict[str, Any]:
    """Return how many things came back instead of several; nothing if that is no difference.

    Nor if the first of them has the shape that it should have: then it can be compared.
    """
    yours, model = outcome.result, right.result
    if outcome.raised or not isinstance(model, tuple) or len(model) < 2:
        return {}
    if isinstance(yours, tuple | list) and len(yours) == len(model):
        return {}
    actual, expected = numbers(main_result(yours)), numbers(main_result(model))
    if actual is not None and actual.shape == expected.shape:
        return {}
    if isinstance(yours, tuple | list):
        count = "a single thing" if len(yours) == 1 else f"{len(yours)} things"
        return {"asked": f"{len(model)} things", "yours": count}
    shape = "" if actual is None else f", of shape {_tuple(actual.shape)}"
    return {"asked": f"{len(model)} things", "yours": f"a single thing{shape}"}


def _wrong_text(exercise: Exercise, outcome: Outcome, right: Outcome) -> tuple[str, Any, Any]:
    """Return the first part of a result that is wrong, where no array is: its name, and both."""
    yours, model, names = outcome.result, right.result, part_names(exercise)
    if len(names) > 1 and isinstance(yours, tuple | list) and len(yours) == len(names):
        for name, one, other in zip(names, yours, model, strict=True):
            if not same(one, other):
                return name, one, other
    return "", yours, model


def _text(outcome: Outcome, yours: Any) -> dict[str, Any]:
    """Return a result as a text, or why there is none; nothing if it is too long."""
    if outcome.raised:
        return {"yours": f"none: {_stopped(outcome)}"}
    text = _short(yours)
    return {"output": ["", text]} if text else {}


def _short(value: Any, room: int = LONGEST_TEXT) -> str:
    """Return a value as Python shows it; nothing if that takes more room, or cannot be known.

    What a student's function returned may be of any size: no more is looked at than is shown.
    """
    text = ""
    if value is None or isinstance(value, str | bytes | bool | complex):
        short = not isinstance(value, str | bytes) or len(value) <= room
        text = repr(value) if short else ""
    elif isinstance(value, int):
        text = repr(value) if abs(value) < 10**room else ""
    elif isinstance(value, float):
        text = repr(float(f"{value:.6g}"))
    elif isinstance(value, np.generic) and numbers(value) is not None:
        text = _short(value.item(), room)
    elif isinstance(
        value, tuple | list | set | frozenset | dict | KeysView | ValuesView | ItemsView
    ):
        text = _short_parts(value, room) if len(value) <= room else ""
    return text if len(text) <= room else ""


def _short_parts(value: Any, room: int) -> str:
    """Return what holds other things as Python shows it; nothing if that takes more room."""
    parts = list(value.items() if isinstance(value, dict) else value)
    if isinstance(value, dict):
        texts = [
            f"{key}: {part}" if key and part else ""
            for key, part in ([_short(both, room - 2) for both in pair] for pair in parts)
        ]
    else:
        texts = [_short(part, room - 2) for part in parts]
    if not all(texts):
        return ""
    if isinstance(value, set | frozenset):
        texts.sort()
    inside, name = ", ".join(texts), type(value).__name__
    if isinstance(value, tuple):
        return f"({inside},)" if len(texts) == 1 else f"({inside})"
    if isinstance(value, list):
        return f"[{inside}]"
    if isinstance(value, dict) or (type(value) is set and value):
        return f"{{{inside}}}"
    if isinstance(value, set | frozenset):
        return f"{name}({{{inside}}})" if value else f"{name}()"
    return f"{name}([{inside}])"


def _shapes(outcome: Outcome, yours: Any, expected: NDArray[Any], axes: Axes) -> dict[str, Any]:
    """Compare a wrong array with the right one."""
    shown: dict[str, Any] = {"expected": _tuple(expected.shape)}
    if outcome.raised:
        return {**shown, "yours": f"none: {_stopped(outcome)}"}
    actual = numbers(yours)
    if actual is None:
        text = {} if expected.ndim else _text(outcome, yours)
        return {**shown, "yours": f"none: it is of type {type(yours).__name__}", **text}
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
