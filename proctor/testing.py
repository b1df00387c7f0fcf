"""What hidden tests import: fresh inputs, comparisons that explain a failure, misconceptions.

A message names the call, the shapes, the first position that differs and the
student's own value there. It never holds an expected value, since students read it.
"""

from __future__ import annotations

import hashlib
import reprlib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from .diagnose.declaration import APART, Case, Form, Misconception, Misconceptions
from .diagnose.outcome import numbers

__all__ = [
    "APART",
    "Case",
    "Form",
    "Misconception",
    "Misconceptions",
    "assert_close",
    "assert_depends",
    "assert_equal",
    "assert_unchanged",
    "fresh_rng",
    "scalar",
    "unpack",
]

# What a result is called in a message, by its type.
_KINDS: dict[Any, str] = {
    str: "a text",
    bytes: "bytes",
    list: "a list",
    tuple: "a tuple",
    dict: "a dictionary",
    (set, frozenset): "a set",
}
_seed: ContextVar[str] = ContextVar("seed", default="")


@contextmanager
def seeded(seed: str) -> Iterator[None]:
    """Let `fresh_rng` draw from this seed, in this thread or task alone; the grader does."""
    token = _seed.set(seed)
    try:
        yield
    finally:
        _seed.reset(token)


def fresh_rng(label: str) -> np.random.Generator:
    """Return a random generator for inputs that the student has never seen.

    The grader derives the seed from the course's secret and the submission's content, so a
    regrade draws the same inputs. Under plain nbgrader there is no such seed and every
    submission is tested on the same inputs.

    Parameters
    ----------
    label : str
        Name of the test cell, so that each cell draws different numbers.
    """
    digest = hashlib.sha256(f"{_seed.get()}/{label}".encode()).digest()
    return np.random.default_rng(int.from_bytes(digest, "big"))


def assert_close(
    call: str, actual: Any, expected: Any, *, rtol: float = 1e-5, atol: float = 1e-5
) -> None:
    """Check that `actual` has the shape and, within the tolerance, the values of `expected`.

    Parameters
    ----------
    call : str
        What was called, as the student would write it, e.g. ``"zero_pad(X, 2), X of shape
        (4, 3, 3, 2)"``. Every message starts with it.
    actual : array_like
        What the student's function returned.
    expected : array_like
        The right answer.
    rtol, atol : float
        As in `numpy.isclose`. Whoever computes in float32, or rounds to six decimals, is
        right; what a misconception changes is far larger.

    Raises
    ------
    AssertionError
        If anything differs.
    """
    values = _numbers(call, actual)
    right = np.asarray(expected)
    if values.shape != right.shape:
        raise AssertionError(
            f"{call}: the result should have shape {right.shape}, yours has {values.shape}."
        )
    close = np.isclose(values, right, rtol=rtol, atol=atol)
    if not close.all():
        position = tuple(int(index) for index in np.argwhere(~close)[0])
        if not position:
            raise AssertionError(f"{call}: {values.item():.6g} is wrong.")
        raise AssertionError(
            f"{call}: {close.size - close.sum()} of {close.size} values are wrong, "
            f"first the {values[position]:.6g} at position {position}."
        )


def assert_equal(call: str, actual: Any, expected: Any) -> None:
    """Check that `actual` is the text, list, tuple, dictionary or set `expected`.

    What is in them may be nested. Numbers and arrays among them may differ as little as in
    `assert_close`. A list is no tuple, as for ``==``: if both are right, convert what came.

    Parameters
    ----------
    call : str
        What was called, as in `assert_close`.
    actual : object
        What the student's function returned.
    expected : object
        The right answer. Of a text or a number the message names what the student has, of a
        list or tuple its length, of a dictionary or set what should not be in it.

    Raises
    ------
    AssertionError
        If anything differs.
    """
    if actual is None and expected is not None:
        raise AssertionError(f"{call}: your function returned None. Is a return missing?")
    difference = _difference("the result", actual, expected)
    if difference:
        raise AssertionError(f"{call}: {difference}")


def _difference(where: str, actual: Any, expected: Any) -> str:
    """Say what is the first difference between two values; nothing if there is none."""
    kind = next((kind for kind in _KINDS if isinstance(expected, kind)), None)
    if kind is None:
        return _other_value(where, actual, expected)
    if not isinstance(actual, kind):
        return f"{where} should be {_KINDS[kind]}, yours is {_describe(actual)}."
    if kind in (list, tuple):
        if len(actual) != len(expected):
            return f"{where} should have length {len(expected)}, yours has {len(actual)}."
        places = range(len(expected))
        return _first_difference(where, places, actual, expected)
    if kind is dict:
        wrong_keys = _other_members(where, "key", actual.keys(), expected.keys())
        return wrong_keys or _first_difference(where, list(expected), actual, expected)
    if kind in (str, bytes):
        return "" if actual == expected else _other_text(where, actual, expected)
    return _other_members(where, "element", actual, expected)


def _first_difference(where: str, places: Any, actual: Any, expected: Any) -> str:
    """Say what differs first at some indices or keys."""
    path = where.removeprefix("the ")
    for place in places:
        inner = f"{path}[{reprlib.repr(place)}]"
        difference = _difference(inner, actual[place], expected[place])
        if difference:
            return difference
    return ""


def _other_members(where: str, what: str, actual: Any, expected: Any) -> str:
    """Say which keys or elements are too many, or how many are missing."""
    for member in actual:
        if member not in expected:
            return f"{where} has the {what} {reprlib.repr(member)}, which should not be there."
    missing = len(expected) - len(actual)
    return f"{where} lacks {missing} of {len(expected)} {what}s." if missing else ""


def _other_text(where: str, actual: Any, expected: Any) -> str:
    """Say from where on a text is another one."""
    same = 0
    while same < min(len(actual), len(expected)) and actual[same] == expected[same]:
        same += 1
    if same == len(actual):
        how = "ends too early"
    elif same == len(expected):
        unit = "byte" if isinstance(actual, bytes) else "character"
        first = f"first {unit}" if same == 1 else f"first {same} {unit}s"
        how = f"should end after the {first}" if same else "should be empty"
    else:
        how = f"is wrong from position {same} on"
    return f"{where} {how}; yours is {reprlib.repr(actual)}."


def _other_value(where: str, actual: Any, expected: Any) -> str:
    """Say what is wrong with a number or an array, or with what is neither."""
    values, right = numbers(actual), numbers(expected)
    if right is None:
        same = type(actual) is type(expected) and np.array_equal(actual, expected)
        return "" if same else f"{where} is wrong; yours is {reprlib.repr(actual)}."
    if values is None or values.shape != right.shape:
        should = f"an array of shape {right.shape}" if right.shape else "a number"
        yours = f"is {_describe(actual)}" if values is None else f"has shape {values.shape}"
        return f"{where} should be {should}, yours {yours}."
    close = np.isclose(values, right, rtol=1e-5, atol=1e-5, equal_nan=True)
    if close.all():
        return ""
    position = tuple(int(index) for index in np.argwhere(~close)[0])
    at = f" at position {position}" if position else ""
    return f"{where} is wrong{at}; yours is {values[position]:.6g}."


def assert_depends(call: str, first: Any, second: Any) -> None:
    """Check that two different inputs gave two different results, so that a constant fails.

    Raises
    ------
    AssertionError
        If `first` and `second` are equal.
    """
    # Compared as numbers, so that NaN, which differs from itself, is a constant, too.
    one, other = _numbers(call, first), _numbers(call, second)
    if np.array_equal(one, other, equal_nan=True):
        if one.size and np.isnan(one).all():
            raise AssertionError(f"{call}: the result is NaN, not a number, for two inputs.")
        raise AssertionError(f"{call}: another input of this shape gives the same result.")


def assert_unchanged(
    call: str, name: str, before: NDArray[Any], after: NDArray[Any], *, atol: float = 0.0
) -> None:
    """Check that a call left its argument `name` as it was.

    Only test cells that use this function see what a student's function does to its arguments.

    Parameters
    ----------
    call, name : str
    before, after : ndarray
    atol : float
        By how much each number may differ.

    Raises
    ------
    AssertionError
        If shape or values of `after` differ from those of `before`.
    """
    same = before.shape == after.shape and np.allclose(before, after, rtol=0, atol=atol)
    if not same:
        raise AssertionError(
            f"{call}: your function changed its argument {name}. Work on a copy: operations "
            f"such as {name} *= 2 or {name}[...] = 0 change the caller's array."
        )


def scalar(call: str, actual: Any) -> float:
    """Return the one number in `actual`, whatever shape it comes in.

    Raises
    ------
    AssertionError
        If `actual` is not a single number, or is infinite or NaN: infinity is any multiple of
        itself.
    """
    values = _numbers(call, actual)
    if values.size != 1:
        raise AssertionError(
            f"{call}: the result should be a single number, yours has shape {values.shape}."
        )
    if not np.isfinite(values).all():
        raise AssertionError(f"{call}: the result should be finite, yours is {values.item()}.")
    return float(values.item())


def unpack(call: str, result: Any, names: tuple[str, ...]) -> tuple[Any, ...]:
    """Return `result` as a tuple with one entry for each of `names`.

    Raises
    ------
    AssertionError
        If the function returned nothing, or another number of things.
    """
    if not isinstance(result, tuple | list) or len(result) != len(names):
        got = "None (is a return missing?)" if result is None else _describe(result)
        raise AssertionError(f"{call} should be {', '.join(names)}; yours is {got}.")
    return tuple(result)


def _numbers(call: str, actual: Any) -> NDArray[Any]:
    """Return `actual` as a plain numeric array, or fail with a readable message."""
    if actual is None:
        raise AssertionError(f"{call}: your function returned None. Is a return missing?")
    values = numbers(actual)
    if values is None:
        raise AssertionError(
            f"{call}: the result should hold numbers, yours is {_describe(actual)}."
        )
    return cast("NDArray[Any]", values)


def _describe(value: Any) -> str:
    """Say what kind of thing `value` is, without showing its content."""
    if isinstance(value, tuple | list):
        return f"a {type(value).__name__} of {len(value)}"
    return f"of type {type(value).__name__}"
