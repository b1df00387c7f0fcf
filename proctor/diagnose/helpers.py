"""Right helpers for a student's function, as call-backs to the examiner.

Whether an error is only a helper's is judged by running the student's function with right
helpers in place of the student's own. These stay on this side of the wall: the student's process
sends the arguments of each call and waits for the result.
"""

from __future__ import annotations

import copy
import dataclasses
import math
import time
from collections.abc import Callable, ItemsView, Iterator, KeysView, Mapping, Sequence, ValuesView
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np

from ..sandbox.protocol import wire
from .declaration import Conventions
from .exercise import HelperCall, arguments_by_name
from .outcome import same

# A small case makes some dozens of small calls. The arguments are the student's choice, and a
# few numbers are enough to ask for an array that fills the memory. So integers may be as large as
# these, or twice as large as the right function's own for the same argument of the same helper: a
# year or a letter's number is no size.
MOST_CALLS = 1000
MOST_NUMBERS = 4_000
# Of the arguments of all calls, which are kept for a while.
MOST_BYTES = 50_000_000
LARGEST_INTEGER = 16
LARGEST_PRODUCT = 4_000
# How many numbers a helper may make of its arguments, by what its lesson says of that.
LARGEST_ROOM = 8_000_000
LIMITS = wire.WireLimits(
    total_bytes=64_000,
    spread=1_000_000,
    nodes=500,
    keys=50,
    depth=4,
    buffers=50,
    characters=1000,
    int_bits=64,
    dimensions=6,
)
# Of a case that takes a while: some arrays of a million numbers, and nothing else.
LARGE_LIMITS = dataclasses.replace(LIMITS, total_bytes=4_000_000, spread=4_000_000)
NONE: Mapping[Any, Any] = MappingProxyType({})
TOO_MANY = "more than {count} calls of helpers in a small case"
UNKNOWN = "not a call that the right function makes"
TOO_LARGE = "larger than anything that belongs to a small case"


class Helpers:
    """The right helpers of one function, for one call of it.

    Parameters
    ----------
    functions : mapping
        The helpers by name.
    room : callable
        See `Conventions`.
    usual : list
        Calls that the right function makes, see `Exercise.usual_calls`.

    Attributes
    ----------
    called : int
        How many calls were answered with a value.
    refused : bool
        Whether one was not answered, though the student's own helper might have answered it.
    seconds : float
        How long it took to answer, which is not the student's time.
    """

    limits = LIMITS

    def __init__(
        self,
        functions: Mapping[str, Callable[..., Any]],
        room: Callable[[int, int], int] = Conventions.room,
        usual: Sequence[HelperCall] = (),
    ) -> None:
        self._functions = functions
        self._room = room
        self._usual = _usual_integers(usual)
        self._asked = 0
        self._bytes = 0
        self.called = 0
        self.refused = False
        self.seconds = 0.0

    @property
    def names(self) -> list[str]:
        """The names to be replaced in the student's process."""
        return list(self._functions)

    def answer(
        self, name: str, args: Any, buffers: list[Any], functions: Mapping[Any, Any] = NONE
    ) -> tuple[Any, list[Any]]:
        """Answer one call of a helper, whatever a hostile process put into it.

        Parameters
        ----------
        name : str
        args, buffers
            The arguments, as they crossed.
        functions : mapping
            Those of them that are functions of this side, by place or name.

        Returns
        -------
        header, buffers
            Of the value.

        Raises
        ------
        Exception
            What the helper raised; `WireError` if the call is not answered.
        """
        self._asked += 1
        if self._asked > MOST_CALLS:
            self.refused = True
            raise wire.WireError(TOO_MANY.format(count=MOST_CALLS))
        if name not in self._functions:
            raise wire.WireError("no helper of this name")
        start = time.monotonic()
        try:
            positional, named = _arguments(wire.decode(args, buffers, self.limits), functions)
            answer = wire.encode(self._value(name, positional, named))
        except wire.WireError:
            self.refused = True
            raise
        finally:
            self.seconds += time.monotonic() - start
        self.called += 1
        return answer

    def _value(self, name: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
        """Return what a helper returns for small arguments."""
        function = self._functions[name]
        numbers = self._count_numbers([args, kwargs])
        try:
            arguments = arguments_by_name(function, args, kwargs)
        except TypeError:  # which the helper raises, too
            arguments = {"": [args, kwargs]}
        if self._room(numbers, self._largest_integer(name, arguments)) > LARGEST_ROOM:
            raise wire.WireError(TOO_LARGE)
        with np.errstate(all="ignore"):
            return function(*args, **kwargs)

    def _count_numbers(self, value: Any) -> int:
        """Return how many numbers the arrays in a value hold; refuse too many."""
        arrays = [item for item in _leaves(value) if isinstance(item, np.ndarray)]
        # An axis of length 0 does not excuse an endless one beside it: pads and filters bring more.
        numbers = sum(math.prod(max(length, 1) for length in array.shape) for array in arrays)
        self._bytes += sum(array.nbytes for array in arrays)
        if numbers > MOST_NUMBERS or self._bytes > MOST_BYTES:
            raise wire.WireError(TOO_LARGE)
        return int(numbers)

    def _largest_integer(self, name: str, arguments: Mapping[str, Any]) -> int:
        """Return the largest of the integers in a call's arguments; refuse too large ones."""
        found, sizes = [0], 1
        for argument, value in arguments.items():
            largest, product = _integers(value)
            usual_largest, usual_product = self._usual.get((name, argument), (0, 0))
            found.append(largest)
            if largest > max(LARGEST_INTEGER, 2 * usual_largest):
                raise wire.WireError(TOO_LARGE)
            if usual_product <= LARGEST_PRODUCT:  # else these are no sizes, as a list of years
                sizes *= product
        _, usual_sizes = self._usual.get((name, ""), (0, 0))
        if sizes > max(LARGEST_PRODUCT, 2 * usual_sizes):
            raise wire.WireError(TOO_LARGE)
        return max(found)


class WatchedHelpers(Helpers):
    """Right helpers that note what a student's function asks for, and nothing of what it gets."""

    @cached_property
    def calls(self) -> list[HelperCall]:
        """The calls that were answered, without their values."""
        return []

    def _value(self, name: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
        """Return what a helper returns, and note its arguments as they were before."""
        before = copy.deepcopy((args, kwargs))
        value = super()._value(name, args, kwargs)
        function = self._functions[name]
        self.calls.append(HelperCall(function, arguments_by_name(function, *before), None))
        return value


class KnownHelpers(Helpers):
    """Right helpers for a case that takes a while: they answer the calls of the right function.

    Parameters
    ----------
    functions : mapping
        The helpers by name.
    calls : list
        The calls, see `Exercise.calls_of_helpers`. No others are answered, whatever their size.
    """

    limits = LARGE_LIMITS

    def __init__(
        self, functions: Mapping[str, Callable[..., Any]], calls: list[HelperCall]
    ) -> None:
        super().__init__(functions)
        self._calls = calls

    def _value(self, name: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
        """Return what a helper returned when it was called with these arguments."""
        function = self._functions[name]
        named = arguments_by_name(function, args, kwargs)
        for call in self._calls:
            if call.function is function and same(named, call.arguments):
                return call.value
        raise wire.WireError(UNKNOWN)


def _arguments(value: Any, functions: Mapping[Any, Any]) -> tuple[list[Any], dict[str, Any]]:
    """Return the arguments of a call, with the functions among them in their places."""
    if type(value) is not list or len(value) != 2:
        raise wire.WireError(wire.DAMAGED)
    args, kwargs = value
    named = type(kwargs) is dict and all(type(name) is str for name in kwargs)
    if type(args) is not list or not named:
        raise wire.WireError(wire.DAMAGED)
    for place, function in functions.items():
        is_name = type(place) is str and place not in kwargs
        is_place = type(place) is int and 0 <= place < len(args) and args[place] is None
        if function is None or not (is_name or is_place):
            raise wire.WireError(wire.DAMAGED)
    args = [functions.get(place, arg) for place, arg in enumerate(args)]
    return args, kwargs | {key: functions[key] for key in functions if type(key) is str}


def _usual_integers(calls: Sequence[HelperCall]) -> dict[tuple[str, str], tuple[int, int]]:
    """Return the largest integer, and the largest product of some, in each helper's arguments.

    By helper and argument; under ``(helper, "")`` stands the product over all arguments of a call
    that may be sizes.
    """
    usual: dict[tuple[str, str], tuple[int, int]] = {}
    for call in calls:
        helper, sizes = call.function.__name__, 1
        for argument, value in call.arguments.items():
            integers = _integers(value)
            before = usual.get((helper, argument), (0, 0))
            usual[helper, argument] = max(before[0], integers[0]), max(before[1], integers[1])
            sizes *= integers[1] if integers[1] <= LARGEST_PRODUCT else 1
        usual[helper, ""] = 0, max(usual.get((helper, ""), (0, 0))[1], sizes)
    return usual


def _integers(value: Any) -> tuple[int, int]:
    """Return the largest of the integers in a value, and their product; 0 counts as 1 in it."""
    leaves = list(_leaves(value))
    integers = [abs(int(item)) for item in leaves if isinstance(item, int | np.integer)]
    # These can be sizes, too. Those of more dimensions cannot.
    arrays = (item for item in leaves if isinstance(item, np.ndarray))
    sizes = [array for array in arrays if array.dtype.kind in "iu" and array.ndim < 2]
    integers += [abs(number) for array in sizes for number in array.ravel().tolist()]
    return max(integers, default=0), math.prod(max(number, 1) for number in integers)


def _leaves(value: Any) -> Iterator[Any]:
    """Yield what is in a value, containers apart."""
    if isinstance(
        value, list | tuple | set | frozenset | range | KeysView | ValuesView | ItemsView
    ):
        for item in value:
            yield from _leaves(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _leaves(item)
    else:
        yield value
