"""What a judge asks of a student's functions, and how a call of one goes wrong.

The functions are on the other side of the wall; `proctor.examine.calls` makes the calls.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import Any, Protocol

from ..sandbox.protocol import wire
from .helpers import Helpers


class CallError(Exception):
    """A call that gave no value."""

    def told(self) -> str:
        """Return what the student should read."""
        return str(self)


class UnfitError(CallError):
    """A value that cannot cross the wall."""


class ProcessLostError(CallError):
    """A call that cost the student's process."""


class StudentCodeError(CallError):
    """An exception in the student's own code.

    Attributes
    ----------
    raised : str
        The exception, as ``"TypeError: message"``.
    line : str
        The last line of the student's own that it went through; empty if there is none.
    base : str
        Of Python's own exceptions the one that it is, or that its class is made of.
    """

    def __init__(self, raised: str, line: str, base: str = "") -> None:
        self.raised = raised
        self.line = line
        self.base = base
        super().__init__(self.told())

    def told(self) -> str:
        """Return what the student should read."""
        return f"{self.raised}\n  in your line: {self.line}" if self.line else self.raised

    def as_itself(self) -> BaseException:
        """Return the same as an exception of its own kind, for a test that expects it.

        Its text is then the student's, and ``except ValueError`` catches a ValueError. What
        ``except Exception`` lets through, such as SystemExit, is no StudentCodeError then.
        """
        kind = getattr(builtins, self.base, None)
        if not (isinstance(kind, type) and issubclass(kind, BaseException)):
            return self
        text = self.raised.partition(": ")[2]
        try:
            if not issubclass(kind, Exception):
                return kind(text)
            made = type(self.base, (StudentCodeError, kind), {"__str__": lambda error: text})
            error: StudentCodeError = made(self.raised, self.line, self.base)
        except TypeError:  # a kind that is made of more than a text, such as a group
            return self
        error.args = (text,)
        return error


class Calls(Protocol):
    """A student's functions, as `proctor.examine.calls.StudentCalls` has them."""

    def kinds(self, names: list[str], as_tested: bool = False) -> dict[str, str]:
        """Return for each name whether it is "callable", "data" or "missing"."""

    def call(
        self,
        name: str,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        helpers: Helpers | None = None,
        limits: wire.WireLimits = ...,
        afterwards: bool = False,
    ) -> Any:
        """Call a function; return what it returned."""

    def timed(self, call: Callable[[], Any], helpers: Helpers | None = None) -> tuple[Any, float]:
        """Make a call; return what it returned and how many seconds the function took."""
