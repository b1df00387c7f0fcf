"""The wall around student code, seen from outside."""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Mapping
from pathlib import PurePosixPath
from types import MappingProxyType, TracebackType
from typing import Self

from ..protocol.limits import Limits
from ..protocol.request import Request
from . import errors
from .child import Child
from .errors import WallError
from .warm import DOWN, WarmParent

TOO_MUCH_MEMORY = "it used more than {limit:,} MB of memory, in {processes} processes"
# How often the memory of all children is looked at.
WATCH_SECONDS = 0.05
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
        self._parent: WarmParent | None = None
        self._stop = threading.Event()
        self._owner = os.getpid()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
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
        if self._parent is None:
            raise WallError(errors.NO_CHILD.format(output=DOWN))
        child = self._parent.ask(Request(dict(files)))
        try:
            child.hear("ready")
        except BaseException:
            child.close()
            raise
        self._children.add(child)
        return child

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

    def _watch(self) -> None:
        """End children that take too much memory; runs until the wall is closed."""
        stop = self._stop
        while not stop.wait(WATCH_SECONDS):
            limit = self.limits.total_memory_bytes
            for child in list(self._children):
                if child.closed:
                    self._children.discard(child)
                elif child.memory() > limit:
                    reason = {"limit": limit // 1_000_000, "processes": child.processes()}
                    child.kill(TOO_MUCH_MEMORY.format(**reason))


def _check_name(name: str) -> None:
    """Refuse a path that is absolute, or leads out of or to the working directory itself."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or not path.parts or "\0" in name:
        raise ValueError(f"not a file's path in the working directory: {name!r}")
