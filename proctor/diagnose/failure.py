"""What kind of thing failed, read from an exception's text.

The text of an exception depends on how the code is written: ``int(x / s)`` says "division by
zero" where ``x // s`` says "integer division or modulo by zero". What fails is the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# A kind, and how the texts of its exceptions begin. The first that fits counts.
KINDS = {
    "division": (
        "ZeroDivisionError",
        "OverflowError: cannot convert float infinity",
        "ValueError: cannot convert float NaN",
    ),
    "none": (
        r"\w+Error: .*NoneType",
        r"TypeError: .* must be .*, not None",
    ),
    "whole number": (
        r"TypeError: '(numpy\.)?float\d*' object cannot be interpreted as an integer",
        "TypeError: expected a sequence of integers or a single integer",
    ),
    "whole index": (
        "TypeError: slice indices must be integers",
        "IndexError: only integers, slices",
        "IndexError: arrays used as indices must be of integer",
        "TypeError: list indices must be integers",
        "TypeError: tuple indices must be integers",
    ),
    "shapes": (
        "ValueError: operands could not be broadcast",
        "ValueError: could not broadcast input array",
        "ValueError: non-broadcastable output operand",
        "ValueError: matmul: Input operand",
        r"ValueError: shapes .* not aligned",
        "ValueError: shape mismatch",
        "ValueError: cannot broadcast",
    ),
    "one number": (
        "ValueError: setting an array element with a sequence",
        "TypeError: only length-1 arrays",
        "TypeError: only size-1 arrays",
        "TypeError: only 0-dimensional arrays",
        "ValueError: can only convert an array of size 1",
    ),
    "empty": (
        "ValueError: zero-size array to reduction",
        "ValueError: attempt to get arg",
    ),
    "too many indices": ("IndexError: too many indices",),
    "index": (r"IndexError: (index .* is )?out of bounds", r"IndexError: \w+ index out of range"),
    "negative size": (
        "ValueError: negative dimensions",
        "ValueError: index can't contain negative values",
    ),
    "unpack": (
        r"ValueError: (not enough|too many) values to unpack",
        "TypeError: cannot unpack non-iterable",
    ),
    "reshape": ("ValueError: cannot reshape",),
    "name": ("NameError", "UnboundLocalError"),
    "decimals": (
        r"UFuncTypeError: Cannot cast ufunc '\w+' output from dtype\('float\d+'\) to "
        r"dtype\('(u?int\d+|bool)'\)",
    ),
}
PATTERNS = {
    kind: re.compile("|".join(rf"(?:{begin})" for begin in begins))
    for kind, begins in KINDS.items()
}
_SHAPE = re.compile(r"\((\d{1,9}(?:,\s?\d{1,9})*,?)\)")
_INDEX = re.compile(r"index (-?\d{1,9}) is out of bounds for axis \d+ with size (\d{1,9})")
LONGEST = 500


@dataclass(frozen=True)
class Failure:
    """What failed.

    Attributes
    ----------
    kind : str
        One of `KINDS`, or the name of the exception.
    sizes : frozenset
        The shapes of the arrays that do not fit, in any order; or an index and the length of its
        axis.
    """

    kind: str
    sizes: frozenset[tuple[int, ...]] = frozenset()


def failure(raised: str) -> Failure:
    """Return what failed, from an exception as ``"TypeError: message"``."""
    text = raised[:LONGEST]
    found = (kind for kind, pattern in PATTERNS.items() if pattern.match(text))
    kind = next(found, text.partition(":")[0])
    shapes = [shape.split(",") for shape in _SHAPE.findall(text)]
    # On which axis depends on whether one example is worked on or all.
    if index := _INDEX.search(text):
        shapes.append(list(index.groups()))
    return Failure(kind, frozenset(tuple(int(n) for n in shape if n.strip()) for shape in shapes))
