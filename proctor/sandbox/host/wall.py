"""The wall around student code, seen from outside."""

from __future__ import annotations

import atexit
import contextlib
import os
import threading
import time
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Self
from weakref import WeakKeyDictionary

from ..protocol.limits import Limits
from ..protocol.request import Request
from . import errors
from .child import Child
from .command import check_private
from .consumption import Consumption
from .errors import WallError
from .warm import DOWN, WarmParent

TOO_MUCH_MEMORY = "it used more than {limit:,} MB of memory, in {processes} processes"
TOO_MANY_FILES = "it had more than {limit:,} files open, in {processes} processes"
TOO_MUCH_WORK = "its processes together used up their {limit} seconds of CPU time"
HOARDER = (
    "it left {number} open files on their way through sockets, which keeps other submissions from "
    "sending any"
)
ODD = "what its processes use could not be read"
LOW = "the grading machine ran out of memory, of which it used more than any other submission"
# How often all children are looked at, and how often the machine, and what waits in sockets.
WATCH_SECONDS = 0.05
MACHINE_SECONDS = 0.2
# For how long many descriptors may be on their way: in sight, and possibly in sockets that are on
# their way themselves, which honest code may send to a process that starts slowly.
HOARD_SECONDS, HIDDEN_SECONDS = 0.5, 10
# For how long a child has done nothing that is said to be asleep.
ASLEEP_SECONDS = 2
# The part of the machine's memory that is kept available, and of a submission's own limit that it
# may use in peace even then: a right one takes a tenth of that, and what takes more is elsewhere.
RESERVE, PEACE = 1 / 32, 1 / 8
DEFAULT_LIMITS = Limits()


class Wall:
    """A wall with a warm parent behind it that has run a lesson's imports.

    Parameters
    ----------
    files : mapping of str to bytes
        What every student finds beside the notebook, by relative name.
    imports : str
        Source of the lesson's `imports` cell, plain Python.
    limits : Limits
        What one submission may use.

    Examples
    --------
    >>> with Wall({"given.py": b"STRIDE = 2"}, "import given") as wall:
    ...     child = wall.fork({})
    ...     child.close()
    """

    def __init__(
        self,
        files: Mapping[str, bytes] = MappingProxyType({}),
        imports: str = "",
        limits: Limits = DEFAULT_LIMITS,
    ) -> None:
        self.assign(files, imports, limits)
        self._children: set[Child] = set()
        # Since when a child has had too many descriptors on their way.
        self._hoarders: WeakKeyDictionary[Child, float] = WeakKeyDictionary()
        self._parent: WarmParent | None = None
        self._stop = threading.Event()
        self._owner = os.getpid()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def assign(self, files: Mapping[str, bytes], imports: str, limits: Limits) -> None:
        """Set the lesson of a wall that has not been started."""
        self.limits = limits
        self._files, self._imports = files, imports

    def launch(self) -> None:
        """Begin to build the wall, before its lesson needs to be known.

        Raises
        ------
        WallError
            If it cannot be built here.
        """
        errors.check_system()
        errors.bwrap()
        check_private({"your home folder": Path.home()})
        atexit.register(self.close)
        self._stop = threading.Event()
        self._parent = WarmParent(meanwhile=self._watch)

    def start(self) -> None:
        """Build the wall, wait until its parent is warm, and test it.

        Raises
        ------
        WallError
            If it cannot be built, or lacks anything.
        """
        try:
            if self._parent is None:
                self.launch()
            assert self._parent is not None
            self._parent.learn(self._files, self._imports, self.limits)
            self._parent.test()
        except BaseException:
            self.close()
            raise

    def fork(self, files: Mapping[str, bytes]) -> Child:
        """Start the process of a submission and return it when it serves the examiner.

        Parameters
        ----------
        files : mapping of str to bytes
            The submission's own files, by their path relative to the working directory.

        Raises
        ------
        ValueError
            If a file's path leads out of the working directory.
        WallError
            If the process does not start.
        """
        for name in files:
            _check_name(name)
        request = Request(dict(files))
        try:
            child = self._start(request)
        except WallError:
            if not self.alive():
                raise
            self._end_hoarder()
            child = self._start(request)
        self._children.add(child)
        return child

    @property
    def _peace(self) -> int:
        """How many bytes a submission may use in peace when the machine has little memory left."""
        return int(self.limits.total_memory_bytes * PEACE)

    def asleep(self) -> int:
        """Return how many children do nothing, and hold little memory meanwhile."""
        return sum(child.asleep for child in list(self._children) if not child.closed)

    def alive(self) -> bool:
        """Say whether the wall stands: it may have been ended from outside."""
        parent = self._parent
        return parent is not None and parent.process is not None and parent.process.poll() is None

    def close(self) -> None:
        """End all children and the wall, and remove what it kept on disk."""
        if os.getpid() != self._owner:
            return  # a fork of the grader; the wall is not its own
        atexit.unregister(self.close)
        children = list(self._children)
        for child in children:
            child.kill()
        for child in children:
            child.close()
        if self._parent is not None:
            self._parent.close()
            self._parent = None
        self._stop.set()

    def _start(self, request: Request) -> Child:
        """Start the process of a submission and wait until it serves the examiner."""
        if self._parent is None:
            raise WallError(errors.NO_CHILD.format(output=DOWN))
        child = self._parent.ask(request)
        try:
            child.hear("ready")
        except BaseException:
            child.close()
            raise
        return child

    def _end_hoarder(self) -> None:
        """End the child that has most descriptors on their way through sockets, if many.

        Linux counts those of all submissions together. With more of them than this process may
        have files open, it could send none, and so start no child.
        """
        counts: dict[Child, int] = {}
        for child in list(self._children):
            with child.look() as used:
                counts[child] = child.descriptors_in_flight(used)[1] if used else 0
        most = max(counts, key=counts.__getitem__, default=None)
        if most is not None and counts[most] > self.limits.descriptors_in_flight:
            most.kill(HOARDER.format(number=counts[most]))
            most.wait(5)

    def _watch_descriptors(self, child: Child, used: Consumption) -> None:
        """End a child that leaves many descriptors in sockets: others could send none of theirs."""
        in_sight, at_most = child.descriptors_in_flight(used)
        limit = self.limits.descriptors_in_flight
        if at_most <= limit:
            self._hoarders.pop(child, None)
            return
        now = time.monotonic()
        since = self._hoarders.setdefault(child, now)
        if now - since > (HOARD_SECONDS if in_sight > limit else HIDDEN_SECONDS):
            child.kill(HOARDER.format(number=at_most))

    def _watch(self) -> None:
        """End children that take too much; runs until the wall is closed."""
        stop, next_look = self._stop, 0.0
        while not stop.wait(WATCH_SECONDS):
            closely = time.monotonic() > next_look
            for child in list(self._children):
                if child.closed:
                    self._children.discard(child)
                else:
                    # With this thread, bwrap and so everybody's process would end.
                    try:
                        self._watch_child(child, closely)
                    except Exception:
                        child.kill(ODD)
            if closely:
                with contextlib.suppress(Exception):
                    if _memory_is_low():
                        self._end_largest()
                next_look = time.monotonic() + MACHINE_SECONDS

    def _watch_child(self, child: Child, closely: bool) -> None:
        """End a child that takes too much."""
        limits = self.limits
        with child.look() as used:
            if used is None:
                return
            count, memory = len(used.processes), used.memory(limits.total_memory_bytes)
            idle = time.monotonic() - used.busy > ASLEEP_SECONDS
            child.asleep = idle and memory < self._peace
            if memory > limits.total_memory_bytes:
                limit = limits.total_memory_bytes // 1_000_000
                child.kill(TOO_MUCH_MEMORY.format(limit=limit, processes=count))
            # Fewer processes cannot have so many.
            elif count * limits.open_files > limits.total_open_files < used.open_files():
                limit = limits.total_open_files
                child.kill(TOO_MANY_FILES.format(limit=limit, processes=count))
            elif used.worked > limits.cpu_seconds and used.helped:
                child.kill(TOO_MUCH_WORK.format(limit=limits.cpu_seconds))
            elif closely:
                self._watch_descriptors(child, used)

    def _end_largest(self) -> None:
        """End the child that uses most memory, unless all use little."""
        sizes: dict[Child, int] = {}
        for child in list(self._children):
            with child.look() as used:
                sizes[child] = used.memory(self._peace, anew=True) if used else 0
        largest = max(sizes, key=sizes.__getitem__, default=None)
        if largest is not None and sizes[largest] > self._peace:
            largest.kill(LOW)


def _memory_is_low() -> bool:
    """Say whether the machine has little memory left."""
    facts = Path("/proc/meminfo").read_text().split("\n", 3)
    total, _, available = (int(fact.split()[1]) for fact in facts[:3])
    return available < RESERVE * total


def _check_name(name: str) -> None:
    """Refuse a path that is absolute, or leads out of or to the working directory itself."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or not path.parts or "\0" in name:
        raise ValueError(f"not a file's path in the working directory: {name!r}")
