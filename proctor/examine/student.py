"""A student's process, as the examiner sees it: it is asked, and answers or is lost.

It runs the student's code, so an answer may be forged: whoever forges one only chooses what their
own function returned. An answer counts if it carries the request's number, is of a type that was
asked for, and arrives in time.
"""

from __future__ import annotations

import ctypes
import os
import select
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from ..sandbox.host.child import ended
from ..sandbox.protocol.line import Line
from ..sandbox.protocol.messages import Message, MessageError
from .limits import Process, StudentProcess, TimeLimitError, time_limit

# How many messages that nobody asked for are read past.
UNASKED = 1_000
ENDING_SECONDS = 1.0

Handlers = Mapping[type, Callable[[Any, list[Any]], None]]


class LostError(Exception):
    """The student's process is dead, hangs, or sends what makes no sense."""


class HangsError(LostError):
    """It took longer than it may."""


class NoSenseError(LostError):
    """What it sent cannot be read."""


class Student:
    """A student's process.

    Parameters
    ----------
    line : Line
        To the process.
    pidfd : int
        Of the process; it and the line are closed by `close`.
    examiner : Process
        This process, whose waits count for nobody either.
    """

    def __init__(self, line: Line, pidfd: int, examiner: Process) -> None:
        self._line = line
        self._pidfd = pidfd
        self._pid = _number(pidfd)
        self._clock: int | None = None
        self.own = StudentProcess(self._pid)
        self.processes = (self.own, examiner)
        self._number = 0
        self._poll = select.poll()
        self._poll.register(line.fileno(), select.POLLIN)
        self._poll.register(pidfd, select.POLLIN)

    def close(self) -> None:
        """Hang up."""
        self.own.close()
        os.close(self._pidfd)
        with suppress(OSError):
            self._line.close()

    def ask(
        self,
        request: Message,
        buffers: Any,
        seconds: float,
        answers: tuple[type, ...],
        handlers: Handlers,
    ) -> tuple[Any, list[Any]]:
        """Send a request and return its answer, with its buffers.

        Parameters
        ----------
        request : Message
        buffers : sequence of bytes-like
            That belong to the request.
        seconds : float
            How long the process may take.
        answers : tuple of types
            The messages that end the request.
        handlers : mapping
            What is done with other messages before that, by their types.

        Raises
        ------
        HangsError, NoSenseError, LostError
            If no answer comes; the process is of no use any more.
        """
        self._number += 1
        try:
            with time_limit(seconds, *self.processes):
                self._line.send(self._number, request, buffers)
                return self._answer(answers, handlers)
        except TimeLimitError:
            raise HangsError from None
        except MessageError:
            raise NoSenseError from None
        except (EOFError, OSError, MemoryError):
            # A process that ends hangs up a little before it has ended, which somebody may ask.
            ended(self._pidfd, ENDING_SECONDS)
            raise LostError from None

    def reply(self, message: Message, buffers: Any) -> None:
        """Answer what the process asks within a request; called by handlers."""
        self._line.send(self._number, message, buffers)

    def _answer(self, answers: tuple[type, ...], handlers: Handlers) -> tuple[Any, list[Any]]:
        """Read until the answer comes."""
        ignored = 0
        while ignored < UNASKED:
            self._wait()
            number, message, buffers = self._line.receive()
            kind: type = type(message) if number == self._number else type(None)
            if kind in answers:
                return message, buffers
            if kind in handlers:
                handlers[kind](message, buffers)
            else:
                ignored += 1
        raise MessageError("nothing but what nobody asked for")

    def _wait(self) -> None:
        """Wait until there is something to read; a process of the student's may hold the line."""
        ready = {descriptor for descriptor, _ in self._poll.poll()}
        if self._line.fileno() not in ready:
            raise EOFError

    def cpu_seconds(self) -> float:
        """Return how long the process and its helpers have worked; 0 if it is dead."""
        try:
            if self._clock is None:
                self._clock = _cpu_clock(self._pid)
            worked = time.clock_gettime(self._clock)
        except OSError:
            return 0.0  # it has ended
        # Another process may have got its number, and so its clock.
        worked += self.own.helped()
        return worked if _number(self._pidfd) == self._pid else 0.0


def _number(pidfd: int) -> int:
    """Return the number of a process; -1 once it is gone."""
    with open(f"/proc/self/fdinfo/{pidfd}") as file:  # noqa: PTH123 (called for each measurement)
        return next(int(line.split()[1]) for line in file if line.startswith("Pid:"))


def _cpu_clock(pid: int) -> int:
    """Return the clock, for `time.clock_gettime`, of what CPU cores did for a process."""
    clock = ctypes.c_int()
    # Unlike others, it returns the error's number.
    number = ctypes.CDLL(None).clock_getcpuclockid(pid, ctypes.byref(clock))
    if number:
        raise OSError(number, os.strerror(number))
    return clock.value
