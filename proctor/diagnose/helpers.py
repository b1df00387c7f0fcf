"""Right helpers for a student's function, as call-backs to the examiner.

Whether an error is only a helper's is judged by running the student's function with right
helpers in place of the student's own. These stay on this side of the wall: the student's process
sends the arguments of each call and waits for the result.
"""

from __future__ import annotations

import dataclasses
import math
import time
from collections.abc import Callable, ItemsView, Iterator, KeysView, Mapping, ValuesView
from typing import Any

import numpy as np

from ..sandbox.protocol import wire
from .declaration import Conventions
from .exercise import HelperCall, arguments_by_name
from .outcome import same

# A small case makes some dozens of small calls. The arguments are the student's choice, and a
# few numbers are enough to ask for an array that fills the memory.
MOST_CALLS = 1000
MOST_NUMBERS = 4_000
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

    Attributes
    ----------
    called : int
        How many calls were answered with a value.
    seconds : float
        How long it took to answer, which is not the student's time.
    """

    limits = LIMITS

    def __init__(
        self,
        functions: Mapping[str, Callable[..., Any]],
        room: Callable[[int, int], int] = Conventions.room,
    ) -> None:
        self._functions = functions
        self._room = room
        self._asked = 0
        self.called = 0
        self.seconds = 0.0

    @property
    def names(self) -> list[str]:
        """The names to be replaced in the student's process."""
        return list(self._functions)

    def answer(self, name: str, args: Any, buffers: list[Any]) -> tuple[Any, list[Any]]:
        """Answer one call of a helper, whatever a hostile process put into it.

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
            raise wire.WireError(TOO_MANY.format(count=MOST_CALLS))
        function = self._functions.get(name)
        if function is None:
            raise wire.WireError("no helper of this name")
        start = time.monotonic()
        try:
            positional, named = _arguments(wire.decode(args, buffers, self.limits))
            answer = wire.encode(self._value(function, positional, named))
        finally:
            self.seconds += time.monotonic() - start
        self.called += 1
        return answer

    def _value(self, function: Callable[..., Any], args: list[Any], kwargs: dict[str, Any]) -> Any:
        """Return what a helper returns for small arguments."""
        _check_size([args, kwargs], self._room)
        with np.errstate(all="ignore"):
            return function(*args, **kwargs)


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

    def _value(self, function: Callable[..., Any], args: list[Any], kwargs: dict[str, Any]) -> Any:
        """Return what a helper returned when it was called with these arguments."""
        named = arguments_by_name(function, args, kwargs)
        for call in self._calls:
            if call.function is function and same(named, call.arguments):
                return call.value
        raise wire.WireError(UNKNOWN)


def _arguments(value: Any) -> tuple[list[Any], dict[str, Any]]:
    """Return the arguments of a call."""
    if type(value) is not list or len(value) != 2:
        raise wire.WireError(wire.DAMAGED)
    args, kwargs = value
    named = type(kwargs) is dict and all(type(name) is str for name in kwargs)
    if type(args) is not list or not named:
        raise wire.WireError(wire.DAMAGED)
    return args, kwargs


def _check_size(value: Any, room: Callable[[int, int], int]) -> None:
    """Refuse arguments that are not small."""
    arrays = [item for item in _leaves(value) if isinstance(item, np.ndarray)]
    integers = [abs(int(item)) for item in _leaves(value) if isinstance(item, int | np.integer)]
    # These can be sizes, too. Those of more dimensions cannot.
    sizes = [array for array in arrays if array.dtype.kind in "iu" and array.ndim < 2]
    integers += [abs(number) for array in sizes for number in array.ravel().tolist()]
    # An axis of length 0 does not excuse an endless one beside it: pads and filters bring more.
    numbers = sum(math.prod(max(length, 1) for length in array.shape) for array in arrays)
    largest = max(integers, default=0)
    if (
        numbers > MOST_NUMBERS
        or largest > LARGEST_INTEGER
        or math.prod(max(number, 1) for number in integers) > LARGEST_PRODUCT
        or room(numbers, largest) > LARGEST_ROOM
    ):
        raise wire.WireError(TOO_LARGE)


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
