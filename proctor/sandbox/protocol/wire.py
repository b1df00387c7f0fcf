"""What may cross the wall: plain values as JSON, array data as raw bytes. No pickle, no code.

A value becomes a header, which is strict JSON, and a list of buffers. None, bool, finite float,
short printable text and int of up to 53 bits stand for themselves; everything else is a list
that begins with its tag, such as ``["dict", key, value, key, value]`` or ``["array", "float64",
[2, 3], data]``. Data is hexadecimal if short, otherwise null, which stands for the next buffer:
a header cannot name one twice. Numbers are little-endian. A range counts as all the values in it,
since whoever asks for them makes them.

`encode` runs beside student code: it looks at ``type(x)`` alone and calls nothing that a student
could have overridden, but for the iterators that it is asked to run to their end. So a namedtuple,
an OrderedDict or a matrix crosses as the tuple, dict or array that it is, whatever its class makes
of it. `decode` reads what an attacker may have written: it counts before it creates. Aliasing does
not cross: one array that occurs twice arrives as two.
"""

from __future__ import annotations

import contextlib
import datetime
import itertools
import math
import re
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Data of at most so many bytes travels in the header.
INLINE = 256
# By character, since C has two types for one dtype: long and long long. long double is rounded:
# it differs between machines, and its padding holds whatever lay in memory.
LONG = {"g": "float64", "G": "complex128"}
NAMES = {char: np.dtype(char).name for char in "?bBhHiIlLqQefdFD"} | LONG
NATIVE: dict[str, np.dtype[Any]] = {name: np.dtype(name) for name in NAMES.values()}
# A bool travels as a number and is made anew: a forged byte of 2 is neither True nor False.
RAW = {name: np.dtype(name.replace("bool", "uint8")).newbyteorder("<") for name in NATIVE}
# By id, since a metaclass may bring its own __hash__ and __eq__.
SCALARS = frozenset(id(np.dtype(char).type) for char in NAMES)
# A dtype that is called after its width or unit, as in NumPy: text, dates and times.
WITH_SIZE = re.compile(
    r"[SU][1-9]\d{0,8}|[Mm]8(\[([1-9]\d{0,8})?(Y|M|W|D|h|m|s|ms|us|ns|ps|fs|as)\])?", re.ASCII
)
DATES = frozenset((id(np.datetime64), id(np.timedelta64)))
LAST_CHARACTER = 0x10FFFF
_CLOCK = ("hour", "minute", "second", "microsecond", "fold")
MOMENTS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "date": (datetime.date, ("year", "month", "day")),
    "time": (datetime.time, _CLOCK),
    "datetime": (datetime.datetime, ("year", "month", "day", *_CLOCK)),
    "timedelta": (datetime.timedelta, ("days", "seconds", "microseconds")),
}
"""Python's own dates and times: the type, and the integers that make one of it."""
MOMENT_TAGS = {id(kind): tag for tag, (kind, _) in MOMENTS.items()}
MICROSECOND = datetime.timedelta(microseconds=1)
# As `str` writes it; what else `Decimal` reads is none.
DECIMAL = re.compile(r"-?(\d+(\.\d+)?(E[+-]\d{1,4})?|s?NaN\d*|Infinity)", re.ASCII)
# Python compares fractions with its own code: of those that share a hash, a tenth takes as long.
EXACT = {id(Fraction): 10, id(Decimal): 10}
"""Exact numbers: the type, and as how many keys one counts as a key."""
VIEWS = {
    id(type(getattr(made, name)())): name
    for made in (dict[Any, Any](), OrderedDict[Any, Any]())
    for name in ("keys", "values", "items")
}
"""What a dictionary shows of itself: the type, and its tag."""
_ITERABLES: tuple[Iterable[Any], ...] = (
    *("", "é", b"", bytearray(), (), [], set(), range(0), range(2**64)),
    *({}, {}.values(), {}.items()),
)
_REVERSIBLES: tuple[Any, ...] = ([], {}, {}.values(), {}.items())
ITERATORS = frozenset(
    id(kind)
    for kind in (
        *(map, zip, filter, enumerate, reversed),
        *(kind for kind in vars(itertools).values() if isinstance(kind, type)),
        *map(type, map(iter, _ITERABLES)),
        *map(type, map(reversed, _REVERSIBLES)),
        type(iter(int, 1)),
        type(_ for _ in ()),
    )
)
"""Python's own iterators: a student's code may be in them, but not in how they are asked."""
BUFFERS = frozenset(id(kind) for kind in (bytes, bytearray, memoryview))

REFUSED = {"O": "objects", "T": "text of any width"}
DAMAGED = "damaged on its way"
TOO_MUCH = {
    "total_bytes": "larger than {1:g} MB",
    "nodes": "made of more than {0:,} values",
    "keys": "made of dictionaries and sets with more than {0:,} keys",
    "depth": "nested deeper than {0}",
    "buffers": "made of more than {0:,} arrays",
    "spread": "larger than {1:g} MB as one array, where the widest value sets the room of each",
    "characters": "a text of more than {0:,} characters",
    "digits": "a decimal number of more than {0:,} digits",
    "int_bits": "an integer of more than {0:,} bits",
    "key_bits": "a dictionary or set with an integer of more than {0} bits for a key",
    "dimensions": "an array of more than {0} dimensions",
}


class WireError(ValueError):
    """A value may not cross. The message is a phrase that can follow "The result is"."""


@dataclass(frozen=True)
class WireLimits:
    """How much may cross at once; `decode` accepts what `encode` made under the same limits.

    Decoding takes at most `total_bytes` for arrays and bytes, four times that for text (one wide
    character widens the others), and a few hundred bytes for each of `nodes`.
    """

    total_bytes: int = 64_000_000
    nodes: int = 200_000  # values of any kind, containers, keys and all of a range included
    # Keys of all dictionaries and sets, items of tuples included. Forged keys may share one hash,
    # and then the time to build a dictionary grows with the square of their number.
    keys: int = 10_000
    key_bits: int = 64
    depth: int = 20  # containers around a value
    buffers: int = 4_096
    characters: int = 1_000_000  # of one text, or of one element of an array
    # Bytes, if NumPy made one array of it all: a list of one long text and many empty ones takes
    # the room of the long one for each.
    spread: int = 600_000_000
    int_bits: int = 4_096
    digits: int = 1_000  # of a decimal number, written without an exponent
    dimensions: int = 32


class _StoppedError(Exception):
    """An iterator stopped with an exception, which is the cause of this one."""


def encode(
    value: Any, limits: WireLimits = WireLimits(), iterators: bool = False
) -> tuple[Any, list[memoryview | bytes]]:
    """Take a value apart for its way across the wall.

    Parameters
    ----------
    value : object
        None, bool, int, float, complex, str, bytes, tuple, list, dict (keys: the former up to
        tuple), view of a dict, set (of what may be a key), frozenset, range, Fraction, Decimal, a
        date or time of `datetime` (zones: a fixed offset, without its name), NumPy scalar or array
        of bools, integers, floats, complex numbers, text, dates or times. Of a subclass what
        crosses is the base type's part; a subclass of a set, a fraction, a date or a time does
        not. Long doubles are rounded.
    limits : WireLimits
        What the other side accepts.
    iterators : bool
        Whether Python's own iterators cross, too, as what they give until their end.

    Returns
    -------
    header : None, bool, int, float, str or list
        Strict JSON.
    buffers : list of memoryview or bytes
        Not a copy where an array's layout allows: send them before it changes.

    Raises
    ------
    WireError
        If the value may not cross.
    BaseException
        What an iterator raises.

    Examples
    --------
    >>> encode((1, {"stride": np.int8(2)}))
    (['tuple', 1, ['dict', 'stride', ['scalar', 'int8', '02']]], [])
    """
    buffers: list[memoryview | bytes] = []
    try:
        return _Encoder(limits, buffers, iterators).node(value), buffers
    except _StoppedError as error:
        raise error.__cause__ or error from None
    except (MemoryError, RuntimeError):  # the stack is full, or a thread changes a dict meanwhile
        raise WireError("too large, or changed while it was read") from None


def decode(
    header: Any, buffers: Any, limits: WireLimits = WireLimits(), iterators: bool = False
) -> Any:
    """Put a value together again, whatever an attacker may have sent.

    Parameters
    ----------
    header : object
        What `encode` returned, directly or by way of JSON.
    buffers : list of bytes, bytearray or memoryview
        Its buffers, every one of which must be used.
    limits : WireLimits
        Checked before anything is created.
    iterators : bool
        Whether there may be iterators, each of which becomes a generator.

    Returns
    -------
    object
        Of exactly the types that `encode` takes; arrays fresh, writable, C-contiguous, native.

    Raises
    ------
    WireError
        Whatever is wrong.
    """
    decoder = _Decoder(limits, [], iterators)
    try:
        if type(buffers) is not list:
            raise WireError(DAMAGED)
        decoder.check("buffers", len(buffers))
        if not all(id(type(buffer)) in BUFFERS for buffer in buffers):
            raise WireError(DAMAGED)
        decoder.buffers = [memoryview(buffer).cast("B") for buffer in reversed(buffers)]
        value = decoder.node(header)
    except WireError:
        raise
    except (ValueError, TypeError, ArithmeticError, MemoryError, RuntimeError):
        raise WireError(DAMAGED) from None
    if decoder.buffers:
        raise WireError(DAMAGED)
    return value


def copy_back(original: Any, after: Any) -> Any:
    """Show in `original` what a call did to its copy across the wall. Never raises.

    Updated in place, so that they stay the same objects: arrays of the same shape and dtype,
    lists, sets, dicts, and such things within them: at the same place of a tuple or list of the
    same length, or under the same key. A slot of a list or dict takes the new thing where the old
    one cannot follow. Left as it is: an argument that cannot follow (an array of another shape or
    dtype, a number, a value of another type), and any read-only array. Where `original` holds
    one array twice, the last place wins.

    Parameters
    ----------
    original : object
        What was encoded, such as the tuple of a call's arguments.
    after : object
        What was decoded after the call.

    Returns
    -------
    object
        What belongs in the slot of `original`: itself if it could follow, else `after`.
    """
    kind = type(after)
    if type(original) is not kind:
        return after
    if kind is np.ndarray and original.shape == after.shape:
        if original.dtype.newbyteorder("=") != after.dtype:
            return after
        with contextlib.suppress(ValueError, Warning):  # read-only, or broadcast by NumPy
            original[...] = after
        return original
    if kind is dict:
        items = {key: copy_back(original.get(key), item) for key, item in after.items()}
        original.clear()
        original.update(items)
        return original
    if kind is list:
        same_length = len(original) == len(after)
        original[:] = map(copy_back, original, after) if same_length else after
        return original
    if kind is set:
        original.clear()
        original.update(after)
        return original
    if kind is tuple and len(original) == len(after):
        return tuple(map(copy_back, original, after))
    return after


class _Meter:
    """What both directions count."""

    def __init__(self, limits: WireLimits, buffers: list[Any], iterators: bool) -> None:
        self.limits = limits
        self.buffers = buffers
        self.iterators = iterators
        self.total_bytes = self.nodes = self.keys = self.elements = 0
        self.widest = 1

    def check(self, what: str, amount: int) -> None:
        limit = getattr(self.limits, what)
        if amount > limit:
            raise WireError(TOO_MUCH[what].format(limit, limit / 1e6))

    def spend(self, size: int) -> None:
        """Count bytes."""
        self.total_bytes += size
        if self.total_bytes > self.limits.total_bytes:
            self.check("total_bytes", self.total_bytes)

    def enter(self, depth: int, key: bool) -> None:
        """Count a value; most of the time goes here, so all is compared at once."""
        limits = self.limits
        self.nodes += 1
        self.keys += key
        if not key:
            self.elements += 1
            self.widest = max(self.widest, 8)
        room = self.elements * self.widest
        if (
            depth > limits.depth
            or self.nodes > limits.nodes
            or self.keys > limits.keys
            or room > limits.spread
        ):
            self.check("depth", depth)
            self.check("nodes", self.nodes)
            self.check("keys", self.keys)
            self.check("spread", room)

    def spread(self, elements: int, width: int) -> None:
        """Count the elements of an array, or one value, and the bytes that each would take."""
        self.elements += elements
        self.widest = max(self.widest, width)
        self.check("spread", self.elements * self.widest)

    def plain(self, items: list[Any], depth: int) -> bool:
        """Count items at once if all are short text, integers or finite floats; say whether.

        These stand for themselves, and a course on text has lists of many thousands.
        """
        self.check("nodes", self.nodes + len(items))
        kinds = {id(type(item)) for item in items}
        width = 0
        if kinds == {id(str)}:
            longest = max(map(len, items))
            if longest > INLINE // 4 or not (text := "".join(items)).isprintable():
                return False
            self.check("characters", longest)
            self.spend(len(text))
            width = 4 * longest
        elif kinds == {id(int)}:
            bits = max(max(items).bit_length(), min(items).bit_length())
            if bits > 53:
                return False
            self.check("int_bits", bits)
        elif kinds != {id(float)} or not all(map(math.isfinite, items)):
            return False
        self.nodes += len(items) - 1  # and one on entering
        self.elements += len(items) - 1
        self.widest = max(self.widest, width)
        self.enter(depth, key=False)
        return True

    def range(self, value: range) -> range:
        """Count a range as the values in it, of which there may be more than `len` can say."""
        step = value.step
        count = max(0, (value.stop - value.start + step - (1 if step > 0 else -1)) // step)
        self.nodes += count
        self.check("nodes", self.nodes)
        self.spread(count, 8)
        return value

    def text(self, text: str) -> str:
        self.check("characters", len(text))
        self.spend(len(text))
        return text

    def integer(self, value: int, key: bool) -> int:
        self.check("key_bits" if key else "int_bits", value.bit_length())
        return value

    def exact(self, value: Any, key: bool) -> Any:
        """Count a fraction or a decimal number, which its text makes small whatever it is."""
        self.keys += key * EXACT[id(type(value))]
        self.check("keys", self.keys)
        if type(value) is Decimal:
            _, digits, exponent = value.as_tuple()
            shift = exponent if type(exponent) is int else 0
            self.check("digits", max(len(digits), len(digits) + shift, -shift))
        return value

    def dtypes(self, name: str) -> tuple[np.dtype[Any], np.dtype[Any]]:
        """Return the dtype of this name, and the one that it travels as."""
        if name in NATIVE:
            return NATIVE[name], RAW[name]
        native = np.dtype(name)
        if native.kind in "US":
            self.check("characters", native.itemsize // np.dtype(f"{native.kind}1").itemsize)
        return native, native.newbyteorder("<")

    def count_array(self, shape: Any, dtype: np.dtype[Any]) -> int:
        """Count an array and return its bytes.

        A 0 in the shape does not excuse an endless axis beside it.
        """
        self.check("dimensions", len(shape))
        extent = dtype.itemsize
        for length in shape:
            extent *= max(length, 1)
            self.check("total_bytes", extent)
        size = 0 if 0 in shape else extent
        self.spread(size // dtype.itemsize, dtype.itemsize)
        return size


class _Encoder(_Meter):
    def node(self, value: Any, depth: int = 0, key: bool = False) -> Any:
        self.enter(depth, key)
        kind = type(value)
        if value is None or kind is bool or (kind is float and math.isfinite(value)):
            return value
        if kind is int:
            small = self.integer(value, key).bit_length() <= 53
            return value if small else ["int", self.text(hex(value))]
        if kind is float or kind is complex:
            return ["number", *self.array(np.asarray(value))]
        if kind is str:
            self.check("characters", len(value))
            self.spread(0, 0 if key else 4 * len(value))
            data = value.encode("utf-8", "surrogatepass")
            short = len(data) <= INLINE and value.isprintable()  # which surrogates are not
            return self.text(value) if short else ["str", self.data(data)]
        if kind is bytes:
            self.spread(0, 0 if key else len(value))
            return ["bytes", self.data(value)]
        if kind is tuple or (kind is list and not key):
            items = list(value)  # which no thread changes meanwhile
            if key or not self.plain(items, depth + 1):
                items = [self.node(item, depth + 1, key) for item in items]
            return [kind.__name__, *items]
        if id(kind) in EXACT:
            return self.number(self.exact(value, key), depth, key)
        if key:
            return self.other_key(value, depth)
        if kind is dict:
            return self.pairs(value, depth)
        if kind is np.ndarray:
            name, data = self.array(value)
            return ["array", name, list(value.shape), data]
        if id(kind) in SCALARS or id(kind) in DATES:
            return ["scalar", *self.array(np.asarray(value))]
        if kind is set:
            return ["set", *[self.node(item, depth + 1, key=True) for item in value]]
        if kind is range:
            # As integers of the plain type, which its parts need not be.
            parts = map(int.__int__, (value.start, value.stop, value.step))
            header = ["range", *[self.node(part, depth + 1) for part in parts]]
            self.range(value)
            return header
        if kind is frozenset or id(kind) in MOMENT_TAGS:
            return self.hashable(value, depth)
        if id(kind) in VIEWS:
            return self.view(value, depth)
        if self.iterators and id(kind) in ITERATORS:
            return ["iterator", *[self.node(item, depth + 1) for item in _run(value)]]
        base, plain = _base_of(value)
        if base is dict:
            return self.pairs(value, depth)
        if base is None:
            raise WireError(f"a value of type {_name_of(kind)}")
        return self.node(plain, depth)

    def hashable(self, value: Any, depth: int) -> list[Any]:
        """Encode what may be a key, too: a frozenset, or a date or time of Python's own."""
        if type(value) is frozenset:
            return ["frozenset", *[self.node(item, depth + 1, key=True) for item in value]]
        tag = MOMENT_TAGS[id(type(value))]
        header = [tag, *[getattr(value, name) for name in MOMENTS[tag][1]]]
        zone = value.tzinfo if "fold" in MOMENTS[tag][1] else None
        if zone is None:
            return header
        if type(zone) is not datetime.timezone:
            raise WireError(f"a time with a zone of type {_name_of(type(zone))}")
        return [*header, zone.utcoffset(None) // MICROSECOND]

    def number(self, value: Any, depth: int, key: bool) -> list[Any]:
        """Encode an exact number."""
        if type(value) is Decimal:
            return ["decimal", self.text(str(value))]
        parts = [
            part.item() if id(type(part)) in SCALARS else part
            for part in (value.numerator, value.denominator)
        ]
        if any(type(part) is not int for part in parts):
            raise WireError("a fraction of what are no integers")
        return ["fraction", *[self.node(part, depth + 1, key) for part in parts]]

    def view(self, value: Any, depth: int) -> list[Any]:
        """Encode the keys, values or items of a dictionary."""
        tag = VIEWS[id(type(value))]
        header: list[Any] = [tag]
        for item in value:
            name, held = item if tag == "items" else (item, item)
            header += [self.node(name, depth + 1, key=True)] if tag != "values" else []
            header += [self.node(held, depth + 1)] if tag != "keys" else []
        return header

    def pairs(self, value: Any, depth: int) -> list[Any]:
        """Encode a dictionary, or what one of a subclass holds."""
        header: list[Any] = ["dict"]
        for name, item in dict.items(value):
            header += [self.node(name, depth + 1, key=True), self.node(item, depth + 1)]
        return header

    def other_key(self, value: Any, depth: int) -> Any:
        """Encode a key that is not plain, or an item of a set."""
        if type(value) is frozenset or id(type(value)) in MOMENT_TAGS:
            return self.hashable(value, depth)
        base, plain = _base_of(value)
        if base is None and id(type(value)) in SCALARS:
            base, plain = object, value.item()
        if base in (None, list, dict, np.ndarray) or type(plain) is type(value):
            raise WireError(f"a dictionary or set with a key of type {_name_of(type(value))}")
        return self.node(plain, depth, key=True)

    def array(self, value: NDArray[Any]) -> tuple[str, str | None]:
        char = value.dtype.char
        name = NAMES.get(char) or (value.dtype.str[1:] if char in "USMm" else None)
        if name is None or value.dtype.names is not None:
            raise WireError(f"an array of {REFUSED.get(char, 'records')}")
        if name not in NATIVE and not WITH_SIZE.fullmatch(name):
            raise WireError(f"an array of the dtype {name}")
        native, raw = self.dtypes(name)
        self.count_array(value.shape, native)
        if char in LONG:
            with np.errstate(all="ignore"):
                value = value.astype(native)
        flat = np.asarray(value, raw, order="C").reshape(-1)
        return name, self.data(flat.view(np.uint8).data)

    def data(self, data: memoryview | bytes) -> str | None:
        self.spend(len(data))
        if len(data) <= INLINE:
            return data.hex()
        self.check("buffers", len(self.buffers) + 1)
        self.buffers.append(data)
        return None


class _Decoder(_Meter):
    def node(self, node: Any, depth: int = 0, key: bool = False) -> Any:
        self.enter(depth, key)
        kind = type(node)
        if node is None or kind is bool or kind is float:
            return node
        if kind is int:
            return self.integer(node, key)
        if kind is str:
            self.spread(0, 0 if key else 4 * len(node))
            return self.text(node)
        if kind is not list or not node or type(node[0]) is not str:
            raise WireError(DAMAGED)
        tag, items = node[0], node[1:]
        if tag == "tuple" or (tag == "list" and not key):
            if key or not self.plain(items, depth + 1):
                items = [self.node(item, depth + 1, key) for item in items]
            return tuple(items) if tag == "tuple" else items
        if tag in ("dict", "items") and not key and len(items) % 2 == 0:
            pairs = zip(items[::2], items[1::2], strict=True)
            value = {self.node(k, depth + 1, key=True): self.node(v, depth + 1) for k, v in pairs}
            if 2 * len(value) == len(items):  # no key twice
                return value if tag == "dict" else value.items()
        if tag == "values" and not key:
            return dict(enumerate(self.node(item, depth + 1) for item in items)).values()
        if tag == "iterator" and not key and self.iterators:
            return (item for item in [self.node(item, depth + 1) for item in items])
        if tag == "frozenset" or (tag in ("set", "keys") and not key):
            # A dictionary keeps their order.
            held = dict.fromkeys([self.node(item, depth + 1, key=True) for item in items])
            if len(held) == len(items):
                return _HELD[tag](held)
        match tag, items:
            case "int", [digits] if type(digits) is str:
                return self.integer(int(self.text(digits), 16), key)
            case "number", [name, data] if type(name) is str and name in NATIVE:
                return self.array(name, [], data).item()
            case "bytes", [data]:
                content = bytes(self.data(data))
                self.spread(0, 0 if key else len(content))
                return content
            case "str", [data]:
                raw = self.data(data)
                self.check("characters", len(raw) // 4)
                text = str(raw, "utf-8", "surrogatepass")
                self.check("characters", len(text))
                self.spread(0, 0 if key else 4 * len(text))
                return text
            case "array", [name, shape, data] if not key:
                return self.array(name, shape, data)
            case "scalar", [name, data] if not key and type(name) is str and name[:1] not in "US":
                return self.array(name, [], data)[()]
            case "range", [_, _, _] if not key:
                parts = [self.node(item, depth + 1) for item in items]
                if all(type(part) is int for part in parts):
                    return self.range(range(*parts))
            case "fraction", [_, _]:
                parts = [self.node(part, depth + 1, key) for part in items]
                if all(type(part) is int for part in parts):
                    made = self.exact(Fraction(*parts), key)
                    if [made.numerator, made.denominator] == parts:
                        return made
            case "decimal", [text] if type(text) is str and DECIMAL.fullmatch(self.text(text)):
                number = self.exact(Decimal(text), key)
                if str(number) == text:
                    return number
            case "date" | "time" | "datetime" | "timedelta", numbers:
                return _moment(tag, numbers)
        raise WireError(DAMAGED)

    def array(self, name: Any, shape: Any, data: Any) -> NDArray[Any]:
        if type(name) is not str or type(shape) is not list:
            raise WireError(DAMAGED)
        if name not in NATIVE and not WITH_SIZE.fullmatch(name):
            raise WireError(DAMAGED)
        if any(type(length) is not int or length < 0 for length in shape):
            raise WireError(DAMAGED)
        native, raw = self.dtypes(name)
        size = self.count_array(shape, native)
        sent = self.data(data)
        if len(sent) != size:
            raise WireError(DAMAGED)
        # NumPy makes a text of it only when somebody looks.
        if native.kind == "U" and np.frombuffer(sent, "<u4").max(initial=0) > LAST_CHARACTER:
            raise WireError(DAMAGED)
        return np.frombuffer(sent, raw).reshape(shape).astype(native)

    def data(self, data: Any) -> memoryview | bytes:
        if data is None and self.buffers:
            raw: memoryview | bytes = self.buffers.pop()
        elif type(data) is str and len(data) <= 2 * INLINE:
            raw = bytes.fromhex(data)
        else:
            raise WireError(DAMAGED)
        self.spend(len(raw))
        return raw


_HELD: dict[str, Callable[[dict[Any, None]], Any]] = {
    "set": set,
    "frozenset": frozenset,
    "keys": dict.keys,
}
"""What becomes of things without a value, by tag."""


def _run(value: Iterator[Any]) -> Iterator[Any]:
    """Yield what an iterator gives; what it raises is told apart from what goes wrong here."""
    while True:
        try:
            item = next(value)
        except StopIteration:
            return
        except BaseException as error:
            raise _StoppedError from error
        yield item


def _moment(tag: str, numbers: list[Any]) -> Any:
    """Return a date or time; beyond its own numbers there may be its zone's offset."""
    kind, names = MOMENTS[tag]
    if any(type(number) is not int for number in numbers):
        raise WireError(DAMAGED)
    own, offset = numbers[: len(names)], numbers[len(names) :]
    made = kind(**dict(zip(names, own, strict=True)))
    if offset and "fold" in names:
        [microseconds] = offset
        return made.replace(tzinfo=datetime.timezone(microseconds * MICROSECOND))
    if offset:
        raise WireError(DAMAGED)
    return made


def _base_of(value: Any) -> tuple[Any, Any]:
    """Return the plain type of which a value's type is a subclass, and the value as one of that.

    (None, None) if there is none. A dictionary stays as it is: to copy it would compare keys.
    """
    # Past a metaclass that lies about it.
    mro = type.__dict__["__mro__"].__get__(type(value))
    if any(kind is np.ndarray for kind in mro):
        _check_mask(value, mro)
    for kind in mro[1:]:
        for base, plain in _PLAIN:
            if kind is base:
                return base, plain(value)
    return None, None


def _check_mask(value: Any, mro: tuple[type, ...]) -> None:
    """Refuse an array of which some values are masked: without its mask it is another."""
    masked_array = np.ma.MaskedArray
    if any(kind is masked_array for kind in mro):
        mask = vars(masked_array)["__dict__"].__get__(value).get("_mask")
        known = type(mask) is np.bool_ or (type(mask) is np.ndarray and mask.dtype == np.bool_)
        if not known or np.asarray(mask).any():
            raise WireError("an array with masked values")


def _whole(base: Any) -> Any:
    """Return what copies a sequence of a subclass into one of the plain type."""
    return lambda value: base.__getitem__(value, slice(None))


# The base types' own methods, which return exactly of the base type. bool comes with int.
_PLAIN: tuple[tuple[Any, Any], ...] = (
    (int, int.__int__),
    (float, float.__float__),
    (complex, complex.__complex__),
    (str, str.__str__),
    (bytes, _whole(bytes)),
    (tuple, _whole(tuple)),
    (list, _whole(list)),
    (dict, lambda value: value),
    (np.ndarray, lambda value: np.ndarray.view(value, np.ndarray)),
)


def _name_of(kind: type) -> str:
    """Return a type's name, past a metaclass that lies about it."""
    return str.__getitem__(type.__dict__["__name__"].__get__(kind), slice(60))
