"""Limits of time that a busy machine costs nobody.

What counts is how long a process had to itself: the time by the clock without the time in which
it was ready to work and waited for a CPU core. Linux counts that for each process.
"""

from __future__ import annotations

import math
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any

from ..sandbox.host.consumption import Consumption

# By the clock nothing takes longer than so many times its limit, however busy the machine is; so a
# cell ends before its examination has to.
LONGEST_WAIT = 20
# How often a student's helpers are looked at; and while a function's speed is measured.
LOOK_SECONDS, CLOSE_SECONDS = 0.25, 0.005


class TimeLimitError(BaseException):
    """Something took longer than it may; no test's ``except Exception`` keeps it."""


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

    def is_counted(self) -> bool:
        """Say whether this Linux counts for how long it waits."""
        return self._file >= 0

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


class StudentProcess(Process):
    """A student's process, with whatever it lets work for it.

    Parameters
    ----------
    pid : int
    """

    def __init__(self, pid: int) -> None:
        super().__init__(pid)
        self._proc = -1
        with suppress(OSError):
            # To be seen there are the processes of this submission and no others.
            if Path(f"/proc/{pid}/ns/pid").readlink() != Path("/proc/self/ns/pid").readlink():
                self._proc = os.open(f"/proc/{pid}/root/proc", os.O_RDONLY | os.O_DIRECTORY)
        self._used = Consumption(self._proc)
        self._most = 0
        self._last_look = time.monotonic()
        self._waited = 0.0

    def times(self) -> tuple[float, float]:
        """Return for how long it and its helpers have worked, and it has waited for a core."""
        if time.monotonic() > self._last_look + LOOK_SECONDS:
            self._look()
            self._weigh()
        worked, waited = super().times()
        return max(worked + self._used.helped, self._used.worked), waited + self._waited

    def helped(self) -> float:
        """Return for how long others have worked for it, as last seen."""
        return self._used.helped

    def most_memory(self) -> int:
        """Return the most memory that it and its helpers have used, in bytes, as far as seen."""
        self._look()
        self._weigh()
        return self._most

    @contextmanager
    def closely(self) -> Iterator[None]:
        """Look again and again: the work of a helper whose end nobody waits for is lost with it.

        What others do is measured from here on. Waits for a core do not count as such if others
        helped or may have: it is they who kept the cores busy.
        """
        end = threading.Event()

        def look() -> None:
            while not end.wait(CLOSE_SECONDS):
                self._look()

        self._look()
        self._used.settle()
        waited = super().times()[1]
        thread = threading.Thread(target=look)
        thread.start()
        try:
            yield
        finally:
            end.set()
            thread.join()
            self._look()
            if self._used.helpers_stirred:
                self._waited -= max(0.0, super().times()[1] - waited)

    def close(self) -> None:
        """Let go of the process."""
        super().close()
        if self._proc >= 0:
            os.close(self._proc)
            self._proc = -1

    def _weigh(self) -> None:
        """Note the most memory so far; that takes too long for a close look."""
        used = self._used
        all_of_them = used.in_shares() if used.has_helpers else 0
        self._most = max(self._most, used.most_memory(), all_of_them)

    def _look(self) -> None:
        if self._proc >= 0:
            worked, now = self._used.worked, time.monotonic()
            self._used.look()
            passed = now - self._last_look
            # It may sleep until a helper is done that waits for a core: that is a wait, too. What
            # Linux counts of their work is too coarse to say so for a few milliseconds.
            if self._used.helpers_wait and passed > LOOK_SECONDS / 2:
                self._waited += max(0.0, passed - (self._used.worked - worked))
            self._last_look = now


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
        passed, waited, work = self._measured()
        return max(passed - waited, *work, passed / LONGEST_WAIT)

    def asleep(self) -> float:
        """Return how much of that time nobody worked or waited for a core, in seconds.

        Nothing, if this Linux does not count waits.
        """
        if not all(process.is_counted() for process in self._processes):
            return 0.0
        passed, waited, work = self._measured()
        return max(0.0, passed - waited - sum(work))

    def _measured(self) -> tuple[float, float, list[float]]:
        """Return the time by the clock, all waits for a core, and the work of each process."""
        work, waits = [0.0], 0.0
        for process, (work_before, wait_before) in zip(self._processes, self._before, strict=True):
            worked, waited = process.times()
            work.append(worked - work_before)
            waits += max(0.0, waited - wait_before)
        return time.monotonic() - self._began, waits, work


class Alarm:
    """A limit of this process's own; there is one at a time of each kind.

    Parameters
    ----------
    number : int
        The signal that comes when the timer runs out.
    timer : int
    longest : float
        After how many seconds it asks at the latest how many are left.
    """

    def __init__(self, number: signal.Signals, timer: int, longest: float = math.inf) -> None:
        self._number, self._timer, self._longest = number, timer, longest
        self._left: Callable[[], float] = float
        self._owner = 0

    @contextmanager
    def after(self, seconds: float, left: Callable[[], float] = float) -> Iterator[None]:
        """Raise `TimeLimitError` within the block after some seconds, unless more are left then."""
        if self._owner != os.getpid():
            signal.signal(self._number, self._ring)
            self._owner = os.getpid()
        self._left = left
        signal.setitimer(self._timer, max(min(seconds, self._longest), 0.001))
        try:
            yield
        finally:
            signal.setitimer(self._timer, 0)

    def _ring(self, number: int, frame: Any) -> None:
        left = self._left()
        if left <= 0:
            raise TimeLimitError
        signal.setitimer(self._timer, max(min(left, self._longest), 0.01))


# A student's helpers are to be seen before they end.
_clock = Alarm(signal.SIGALRM, signal.ITIMER_REAL, LOOK_SECONDS)
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
