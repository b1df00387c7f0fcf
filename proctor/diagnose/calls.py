"""What a judge asks of a student's functions, and how a call of one goes wrong.

The functions are on the other side of the wall; `proctor.examine.calls` makes the calls.
"""

from __future__ import annotations

from typing import Any, Protocol

from ..sandbox.protocol import wire


class CallError(Exception):
    """A call that gave no value. The message is written for the student."""


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
    """

    def __init__(self, raised: str, line: str) -> None:
        super().__init__(f"{raised}\n  in your line: {line}" if line else raised)
        self.raised = raised
        self.line = line


class Helpers(Protocol):
    """Functions that are computed on this side in place of the student's own.

    Attributes
    ----------
    names : list of str
    seconds : float
        How long it took to answer, which is not the student's time.
    """

    @property
    def names(self) -> list[str]:
        """Their names."""

    seconds: float

    def answer(self, name: str, args: Any, buffers: list[Any]) -> tuple[Any, list[Any]]:
        """Return what a helper returns, as a header with its buffers; it may raise anything."""


class Calls(Protocol):
    """A student's functions, as `proctor.examine.calls.StudentCalls` has them."""

    def kinds(self, names: list[str]) -> dict[str, str]:
        """Return for each name whether it is "callable", "data" or "missing"."""

    def timed_call(
        self,
        name: str,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        helpers: Helpers | None = None,
        limits: wire.WireLimits = ...,
        afterwards: bool = False,
    ) -> tuple[Any, float]:
        """Call a function; return what it returned and how many seconds it took."""
