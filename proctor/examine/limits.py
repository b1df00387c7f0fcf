"""Limits of time that a busy machine costs nobody.

What counts is how long a process had to itself: the time by the clock without the time in which
it was ready to work and waited for a CPU core. Linux counts that for each process.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any

# By the clock nothing takes longer than so many times its limit, however busy the machine is.
LONGEST_WAIT = 20


class TimeLimitError(Exception):
    """Something took longer than it may."""


class Process:
    """What Linux counts for a process.

    Parameters
    ----------
    pid : int
    """

    def __init__(self, pid: int) -> None:
        try:
            self._file = os.open(f"/proc/{pid}/schedstat", os.O_RDONLY)
        except OSError:
            self._file = -1  # this Linux does not count it, or the process is gone

    def times(self) -> tuple[float, float]:
        """Return for how long it has worked and waited for a core, in seconds; 0 once it is gone.

        Of a process with threads, the first thread counts.
        """
        if self._file >= 0:
            with suppress(OSError, IndexError, ValueError):
                worked, waited, _ = os.pread(self._file, 100, 0).split()
                return int(worked) / 1e9, int(waited) / 1e9
        return 0.0, 0.0

    def close(self) -> None:
        """Let go of the process."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


class Stopwatch:
    """Measures from now on, without the time in which some processes waited for a CPU core.

    Parameters
    ----------
    *processes : Process
        Processes that work one after the other; if they work at the same time, their waits
        overlap, and the work of the one that has worked longest counts.
    """

    def __init__(self, *processes: Process) -> None:
        self._processes = processes
        self._before = [process.times() for process in processes]
        self._began = time.monotonic()

    def seconds(self) -> float:
        """Return the time that has passed, in seconds."""
        passed = time.monotonic() - self._began
        most_work, waits = 0.0, 0.0
        for process, (work_before, wait_before) in zip(self._processes, self._before, strict=True):
            worked, waited = process.times()
            most_work = max(most_work, worked - work_before)
            waits += max(0.0, waited - wait_before)
        return max(passed - waits, most_work, passed / LONGEST_WAIT)


class Alarm:
    """A limit of this process's own; there is one at a time of each kind.

    Parameters
    ----------
    number : int
        The signal that comes when the timer runs out.
    timer : int
    """

    def __init__(self, number: signal.Signals, timer: int) -> None:
        self._number, self._timer = number, timer
        self._left: Callable[[], float] = float
        self._owner = 0

    @contextmanager
    def after(self, seconds: float, left: Callable[[], float] = float) -> Iterator[None]:
        """Raise `TimeLimitError` within the block after some seconds, unless more are left then."""
        if self._owner != os.getpid():
            signal.signal(self._number, self._ring)
            self._owner = os.getpid()
        self._left = left
        signal.setitimer(self._timer, max(seconds, 0.001))
        try:
            yield
        finally:
            signal.setitimer(self._timer, 0)

    def _ring(self, number: int, frame: Any) -> None:
        left = self._left()
        if left <= 0:
            raise TimeLimitError
        signal.setitimer(self._timer, max(left, 0.01))


_clock = Alarm(signal.SIGALRM, signal.ITIMER_REAL)
_work = Alarm(signal.SIGVTALRM, signal.ITIMER_VIRTUAL)


def time_limit(seconds: float, *processes: Process) -> AbstractContextManager[None]:
    """Raise `TimeLimitError` within the block when it takes longer; not to be nested.

    Parameters
    ----------
    seconds : float
    *processes : Process
        See `Stopwatch`.
    """
    watch = Stopwatch(*processes)
    return _clock.after(seconds, lambda: seconds - watch.seconds())


def work_limit(seconds: float) -> AbstractContextManager[None]:
    """Raise `TimeLimitError` within the block when this process itself works for longer."""
    return _work.after(seconds)
