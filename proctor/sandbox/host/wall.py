"""The wall around student code, seen from outside."""

from __future__ import annotations

import atexit
import os
import secrets
import threading
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Any, Self

from ..protocol.limits import Limits
from ..protocol.request import Request
from . import errors, runtime
from .child import Child
from .errors import WallError
from .warm import DOWN, WarmParent, hear

PORTS = ("shell_port", "iopub_port", "stdin_port", "control_port", "hb_port")
TOO_MUCH_MEMORY = "it used more than {limit:,} MB of memory, in {processes} processes"
# How often the memory of all children is looked at.
WATCH_SECONDS = 0.05
DEFAULT_LIMITS = Limits()


class Wall:
    """A wall with a warm parent behind it that has run a lesson's imports.

    Parameters
    ----------
    lesson_files : Path
        A folder whose files, notebooks excepted, every student gets.
    imports : str
        Source of the lesson's `imports` cell, plain Python.
    limits : Limits
        What one submission may use.
    demonstrations : sequence of str
        The lesson's own cells, as `request.cell_digest` knows them: their figures are not drawn.

    Examples
    --------
    >>> with Wall(Path("release/01_convolutional_layer"), "import numpy as np") as wall:
    ...     child = wall.fork({}, {"key": "secret"})
    ...     child.close()
    """

    def __init__(
        self,
        lesson_files: Path,
        imports: str,
        limits: Limits = DEFAULT_LIMITS,
        demonstrations: Sequence[str] = (),
    ) -> None:
        self.limits = limits
        self._lesson_files, self._imports = lesson_files, imports
        self._demonstrations = demonstrations
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

    def start(self) -> None:
        """Build the wall, wait until its parent is warm, and test it.

        Raises
        ------
        WallError
            If it cannot be built, or lacks anything.
        """
        errors.check_system()
        errors.bwrap()
        runtime.sweep()
        atexit.register(self.close)
        self._stop = threading.Event()
        try:
            self._parent = WarmParent(
                self._lesson_files,
                self._imports,
                self._demonstrations,
                self.limits,
                meanwhile=self._watch,
            )
            self._parent.test()
        except BaseException:
            self.close()
            raise

    def fork(self, files: dict[str, bytes], connection: dict[str, Any]) -> Child:
        """Start a kernel for a submission and return it when its sockets are open.

        Parameters
        ----------
        files : dict of str to bytes
            The submission's own files, by their path relative to the working directory.
        connection : dict
            The session's ``key`` and, if need be, ``signature_scheme``, as jupyter_client has them.

        Raises
        ------
        ValueError
            If a file's path leads out of the working directory.
        WallError
            If the kernel does not start.
        """
        for name in files:
            _check_name(name)
        if self._parent is None:
            raise WallError(errors.NO_CHILD.format(output=DOWN))
        ports = dict(zip(PORTS, range(1, 6), strict=True))
        info = {"signature_scheme": "hmac-sha256", **connection, **ports, "transport": "ipc"}
        child = self._parent.ask(Request(secrets.token_hex(8), info, files))
        try:
            hear(child.grader, "ready")
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
        limit, stop = self.limits.total_memory_bytes, self._stop
        while not stop.wait(WATCH_SECONDS):
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
