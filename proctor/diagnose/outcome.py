"""What came of a call, and when two outcomes are the same."""

from __future__ import annotations

import copy
import operator
import re
import signal
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from .failure import Failure, failure

TOLERANCE = 1e-6
# Whoever computes in float32 has about seven digits.
TOLERANCE_SINGLE = 1e-4


# Each takes milliseconds, but an author's edit may make a loop endless; in seconds of CPU time.
LONGEST_CALL = 5.0
ENDLESS = "EndlessError: it does not end"

_CALL = re.compile(r"(\w+)\(")


class EndlessError(BaseException):
    """A call works for too long; no ``except Exception`` in it keeps this."""


@dataclass(frozen=True)
class Outcome:
    """What came of a call.

    Attributes
    ----------
    result : object
        What it returned.
    arguments : tuple
        The arguments, as they were afterwards.
    raised : str
        What it raised instead, as ``"TypeError: message"``; empty if it returned.
    line : str
        The line of the function that raised it, or that called what did; empty if not known.
    within : frozenset of str
        The functions that it went through below that line; none if these are not known.
    unfit : bool
        Whether it returned something that cannot cross the wall, which `raised` then says.
    """

    result: Any = None
    arguments: tuple[Any, ...] = ()
    raised: str = ""
    line: str = ""
    within: frozenset[str] = frozenset()
    unfit: bool = False

    @cached_property
    def failure(self) -> Failure:
        """What failed, if something was raised."""
        return failure(self.raised)


@dataclass(frozen=True)
class Varying:
    """A part of a result that differs from call to call, although the arguments are the same."""

    shape: tuple[int, ...]


def whole(result: Any, arguments: tuple[Any, ...]) -> Any:
    """Look at all of a result."""
    return result


def outcome_of(
    function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Outcome:
    """Call a function of this side of the wall, with arguments that it may change."""
    try:
        with _ended():
            result = function(*args, **kwargs)
    except EndlessError:
        return Outcome(raised=ENDLESS)
    except Exception as error:
        raised = f"{type(error).__name__}: {error}"
        return Outcome(raised=raised, line=_line(function, error), within=_within(function, error))
    return Outcome(copy.deepcopy(result), args)


@contextmanager
def _ended() -> Iterator[None]:
    """Raise `EndlessError` within the block when it works for too long, in the main thread."""

    def end(number: int, frame: object) -> None:
        raise EndlessError

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGPROF, end)
    # And again, should something keep the first one.
    signal.setitimer(signal.ITIMER_PROF, LONGEST_CALL, 0.1)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _line(function: Callable[..., Any], error: Exception) -> str:
    """Return the line of a function, if its source is kept with it, that an error went through."""
    source = getattr(function, "source", "").splitlines()
    code = getattr(function, "__code__", None)
    numbers = [n for frame, n in traceback.walk_tb(error.__traceback__) if frame.f_code is code]
    return source[numbers[-1] - 1].strip() if numbers and numbers[-1] <= len(source) else ""


def _within(function: Callable[..., Any], error: Exception) -> frozenset[str]:
    """Return the names of the functions that an error went through below a function."""
    codes = [frame.f_code for frame, _ in traceback.walk_tb(error.__traceback__)]
    code = getattr(function, "__code__", None)
    below = codes[codes.index(code) + 1 :] if code in codes else []
    return frozenset(code.co_name for code in below)


def with_varying_parts(first: Outcome, second: Outcome) -> Outcome:
    """Return the outcome of a call, given that of another call with the same arguments.

    What differs between the two is put as `Varying`: what starts from random numbers is never
    the same twice, and is a mistake by itself.
    """
    if first.raised or second.raised:
        return first
    return Outcome(_varying(first.result, second.result), first.arguments)


def _varying(first: Any, second: Any) -> Any:
    """Return a value, with `Varying` for its parts that another value has differently."""
    if isinstance(first, tuple | list) and isinstance(second, tuple | list):
        if len(first) == len(second):
            parts = map(_varying, first, second)
            return list(parts) if isinstance(first, list) else tuple(parts)
        return first
    values, others = numbers(first), numbers(second)
    if values is None or others is None or values.shape != others.shape:
        return first
    return first if same(first, second) else Varying(values.shape)


def same_outcome(actual: Outcome, model: Outcome) -> bool:
    """Say whether a student's outcome is that of a model; of exceptions, what failed."""
    if actual.raised or model.raised:
        if not (actual.raised and model.raised):
            return False
        return actual.failure.kind == model.failure.kind
    return same(actual.result, model.result) and same(actual.arguments, model.arguments)


def same_failure(actual: Outcome, model: Outcome) -> bool:
    """Say whether the same step failed on the same sizes, of two outcomes that raised something.

    A step is known by what its line calls, if no sizes are. That may be a line of a helper.
    """
    if actual.failure != model.failure:
        return False
    called, calls = ({*_CALL.findall(outcome.line), *outcome.within} for outcome in (actual, model))
    return bool(actual.failure.sizes or called & calls)


def looks_right(
    actual: Outcome, right: Outcome, look: Callable[[Any, tuple[Any, ...]], Any]
) -> bool:
    """Say whether a student's outcome is right in what a behaviour is about."""
    if actual.raised or actual.result is None:
        return False
    try:
        seen = look(actual.result, actual.arguments)
    except Exception:  # whatever the student returned instead of what `look` expects
        return False
    return same(seen, look(right.result, right.arguments))


def same(actual: Any, model: Any) -> bool:
    """Say whether a student's value has the shape and, within a tolerance, the values of a model.

    Tuples and lists are the same kind of thing, and so are numbers and 0-d arrays.
    """
    if isinstance(model, tuple | list):
        return (
            isinstance(actual, tuple | list)
            and len(actual) == len(model)
            and all(map(same, actual, model))
        )
    if isinstance(model, dict):
        return (
            isinstance(actual, dict)
            and actual.keys() == model.keys()
            and all(same(actual[key], model[key]) for key in model)
        )
    if callable(model):
        return actual is model
    if isinstance(model, Varying) or isinstance(actual, Varying):
        return isinstance(model, Varying) and isinstance(actual, Varying) and actual == model
    values, right = numbers(actual), numbers(model)
    if right is None:  # such as a text, a set, a date or an array of these
        equal = np.array_equal if isinstance(model, np.ndarray) else operator.eq
        return type(actual) is type(model) and bool(equal(actual, model))
    if values is None or values.shape != right.shape:
        return False
    tolerance = TOLERANCE_SINGLE if values.dtype == np.float32 else TOLERANCE
    return _close(values, right, tolerance)


def _close(values: Any, right: Any, tolerance: float) -> bool:
    """Say whether all numbers are close to the right ones, not-a-number to itself."""
    kinds = {values.dtype.kind, right.dtype.kind}
    if right.size and kinds <= set("biuf"):
        # Of hundreds of models nearly all differ in one number, which is quickly seen.
        value, model = (float(array.item(right.size // 2)) for array in (values, right))
        if abs(value - model) > tolerance + tolerance * abs(model):
            return False
    if kinds == {"f"} and np.isfinite(right).all():
        # What `isclose` does, without what it takes most of its time for.
        with np.errstate(invalid="ignore", over="ignore"):
            distance = np.abs(values - right)
        return bool((distance <= tolerance + tolerance * np.abs(right)).all())
    return bool(np.isclose(values, right, rtol=tolerance, atol=tolerance, equal_nan=True).all())


def main_result(result: Any) -> Any:
    """Return a result, or the first entry of several: the output, not the cache."""
    return result[0] if isinstance(result, tuple | list) and result else result


def numbers(value: Any) -> Any:
    """Return a value as an array of numbers, or None if it is none."""
    if value is None:
        return None
    try:
        array = np.asarray(value)
    except (TypeError, ValueError):
        return None
    return array if array.dtype.kind in "biufc" else None
