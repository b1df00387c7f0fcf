"""What the examiner and a student's process say to each other: requests, and what comes back.

Each type is declared once, here. A message crosses as JSON, its values (`wire`) as headers within
it and buffers beside it. The student's side may be taken over: `unpack` believes nothing of what
it reads but that it has the fields of its type.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

# ------------------------------------------------------------ requests of the examiner


@dataclass(frozen=True)
class RunCell:
    """Run a cell. Answered by any number of `Text`, `Display` and `Error`, then `Done`.

    Attributes
    ----------
    source : str
    number : int
        The cell's number, as in ``In [3]``.
    """

    source: str
    number: int


@dataclass(frozen=True)
class FindNames:
    """Say what some names stand for. Answered by `Kinds`.

    Attributes
    ----------
    names : list of str
    as_tested : bool
        Whether a function that a test has called counts, whatever its name stands for now.
    """

    names: list[str]
    as_tested: bool


@dataclass(frozen=True)
class GetValue:
    """Send the value of a variable. Answered by `Value`, `Unfit` or `Raised`."""

    name: str


@dataclass(frozen=True)
class CallFunction:
    """Call a function. Answered by any number of `AskHelper`, then as `GetValue`.

    The value is the list of the result and, if asked for, of the positional arguments and of the
    others as they were afterwards, both as they came.

    Attributes
    ----------
    name : str
    args : object
        Header of the list of positional arguments and the dictionary of the others.
    functions : list
        ``[place, module, name]`` of the arguments that are functions of a lesson's module.
    helpers : list of str
        The functions that the examiner computes in place of the student's own.
    as_tested : bool
        Whether to call what the name stood for when a test last called it: a later cell may have
        defined it anew.
    afterwards : bool
        Whether to send the arguments back.
    iterators : bool
        Whether to run iterators in the result to their end and send what they give.
    """

    name: str
    args: Any
    functions: list[Any]
    helpers: list[str]
    as_tested: bool
    afterwards: bool
    iterators: bool


# ------------------------------------------------------------ what a student's process sends


@dataclass(frozen=True)
class Text:
    """A piece of a cell's text on ``stdout`` or ``stderr``."""

    stream: str
    text: str


@dataclass(frozen=True)
class Display:
    """A picture, or the value of a cell's last expression: data and metadata by format."""

    data: dict[str, Any]
    metadata: dict[str, Any]
    is_result: bool = False


@dataclass(frozen=True)
class Error:
    """The error that a cell stopped with."""

    ename: str
    evalue: str
    traceback: list[Any]


@dataclass(frozen=True)
class Done:
    """A cell has ended."""


@dataclass(frozen=True)
class Kinds:
    """``"callable"``, ``"data"`` or ``"missing"`` for each name that was asked for."""

    kinds: dict[str, Any]


@dataclass(frozen=True)
class Value:
    """A value, as a header."""

    value: Any


@dataclass(frozen=True)
class Unfit:
    """A value that may not cross, in words that can follow "The result is"."""

    reason: str


@dataclass(frozen=True)
class Raised:
    """An exception in the student's code.

    Attributes
    ----------
    ename, evalue : str
    line : str
        The last line of the student's own that it went through.
    base : str
        Of Python's own exceptions the one that it is, or that its class is made of.
    """

    ename: str
    evalue: str
    line: str
    base: str = ""


@dataclass(frozen=True)
class AskHelper:
    """A call of a helper: its name, and its arguments as in `CallFunction`.

    Attributes
    ----------
    name : str
    args : object
        None if one of them cannot cross.
    functions : list
        ``[place, number]`` of the arguments that are functions which the caller was given: their
        number or name here, and their number there.
    """

    name: str
    args: Any
    functions: list[Any]


# The last two say what a helper returned or raised.
Request = RunCell | FindNames | GetValue | CallFunction | Value | Raised
Answer = Text | Display | Error | Done | Kinds | Value | Unfit | Raised | AskHelper
Message = Request | Answer

_TYPES = {kind.__name__: kind for kind in (*Request.__args__, *Answer.__args__)}
_FIELDS = {
    name: {field.name: field.type for field in dataclasses.fields(kind)}
    for name, kind in _TYPES.items()
}
_PLAIN = {
    "str": str,
    "int": int,
    "bool": bool,
    "list[str]": list,
    "list[Any]": list,
    "dict[str, Any]": dict,
}


class MessageError(ValueError):
    """Something that came over the line is no message."""


def pack(message: Message) -> list[Any]:
    """Return a message as JSON can hold it: the name of its type, then its fields."""
    return [type(message).__name__, *vars(message).values()]


def unpack(content: Any) -> Message:
    """Return the message in what `pack` returned, whatever an attacker has made of it.

    Raises
    ------
    MessageError
        If it is none.
    """
    name = content[0] if type(content) is list and content else None
    fields = _FIELDS.get(name) if type(name) is str else None
    if fields is None or len(content) != len(fields) + 1:
        raise MessageError("an unknown message")
    for value, kind in zip(content[1:], fields.values(), strict=True):
        if kind != "Any" and type(value) is not _PLAIN[str(kind)]:
            raise MessageError(f"a {name} with a field of the wrong type")
    message: Message = _TYPES[name](*content[1:])
    return message
