"""One submission's processes, seen from outside."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import select
import shutil
import signal
import socket
import threading
import time
from pathlib import Path
from typing import Any

from ..guest import linux

REASONS = {
    signal.SIGXCPU: "it used up its {cpu_seconds} seconds of processor time",
    signal.SIGSEGV: "it crashed with a segmentation fault",
    signal.SIGABRT: "it aborted",
}
EXITED = "it ended itself with exit status {status}"
SIGNALLED = "it was ended by {name}"
ENDED = "it ended"


class Child:
    """A forked kernel in its namespaces.

    Attributes
    ----------
    connection : dict
        How to reach the kernel, as jupyter_client has it.
    socket_directory : Path
        Where its sockets are.
    init_pidfd, kernel_pidfd : int
        Descriptors of the namespace's pid 1, with which all its processes end, and of the kernel.
    reason : str or None
        Why it was ended, if the sandbox did that or knows it; a clause such as "it used up its
        300 seconds of processor time".
    grader : socket
        The line to pid 1, and to the kernel until it is ready.
    closed : bool
        Whether `close` has let go of it.
    """

    def __init__(
        self,
        connection: dict[str, Any],
        socket_directory: Path,
        grader: socket.socket,
        handles: list[int],
        cpu_seconds: int,
    ) -> None:
        self.connection = connection
        self.socket_directory = socket_directory
        self.init_pidfd, self.kernel_pidfd, self._proc = handles
        self.reason: str | None = None
        self.grader = grader
        self._cpu_seconds = cpu_seconds
        self.closed = False
        self._clock: int | None = None
        # The wall's watcher looks at a child that others may be closing.
        self._lock = threading.Lock()

    def alive(self) -> bool:
        """Say whether the kernel's process lives (it may hang)."""
        return not self.closed and not _ended(self.kernel_pidfd, 0)

    def interrupt(self) -> None:
        """Interrupt what the kernel is doing, as Ctrl-C would."""
        self.send_signal(signal.SIGINT)

    def send_signal(self, number: int) -> None:
        """Send a signal to the kernel; it may be dead already."""
        if not self.closed:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self.kernel_pidfd, number)

    def kill(self, reason: str | None = None) -> None:
        """End all processes of the submission, at once."""
        with self._lock:
            if self.closed:
                return
            if reason is not None and self.alive():
                self.reason = reason
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self.init_pidfd, signal.SIGKILL)

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until no process of the submission is left; return whether that is so.

        Parameters
        ----------
        timeout : float, optional
            In seconds.
        """
        if self.closed:
            return True
        ended = _ended(self.init_pidfd, timeout)
        if ended and self.reason is None:
            self.reason = self._own_reason()
        return ended

    def death(self) -> str | None:
        """Return why the kernel ended, or None while it lives."""
        if self.alive():
            return None
        # pid 1 is the last to go, and knows why.
        self.wait(5)
        return self.reason or ENDED

    def memory(self) -> int:
        """Return the resident memory of all processes together, in bytes.

        Pages that processes share count for each of them.
        """
        with self._lock:
            pages = sum(self._resident(process) for process in self._processes())
        return pages * resource.getpagesize()

    def processes(self) -> int:
        """Return how many processes the submission has, its pid 1 included."""
        with self._lock:
            return len(self._processes())

    def close(self) -> None:
        """End it, wait until nothing is left of it, and let go of its sockets and descriptors."""
        if self.closed:
            return
        self.kill()
        self.wait(10)
        with self._lock:
            self.closed = True
            for descriptor in (self.init_pidfd, self.kernel_pidfd, self._proc):
                os.close(descriptor)
        self.grader.close()
        shutil.rmtree(self.socket_directory, ignore_errors=True)

    def processor_seconds(self) -> float:
        """Return how long processors have worked for the kernel; 0 if it is dead."""
        if not self.alive():
            return 0.0
        try:
            if self._clock is None:
                self._clock = _processor_clock(self.kernel_pidfd)
            worked = time.clock_gettime(self._clock)
        except OSError:
            return 0.0  # it ended meanwhile
        # Another process may have got its number, and so its clock.
        return worked if self.alive() else 0.0

    def user(self) -> int:
        """Return the host's user that pid 1 belongs to."""
        return os.stat("1", dir_fd=self._proc).st_uid

    def _processes(self) -> list[str]:
        """Return the numbers of all processes; to be called with the lock held."""
        try:
            if not self.closed:
                names = os.listdir(self._proc)  # noqa: PTH208 (a descriptor is no path)
                return [name for name in names if name.isdigit()]
        except OSError:
            pass  # the namespace is on its way out
        return []

    def _resident(self, process: str) -> int:
        """Return how many pages of memory a process has."""
        try:
            descriptor = os.open(f"{process}/statm", os.O_RDONLY, dir_fd=self._proc)
        except OSError:
            return 0
        try:
            return int(os.read(descriptor, 200).split()[1])
        except (OSError, IndexError):
            return 0
        finally:
            os.close(descriptor)

    def _own_reason(self) -> str:
        """Return the end of the kernel as pid 1 saw it."""
        try:
            status = json.loads(self.grader.recv(1000, socket.MSG_DONTWAIT))["status"]
        except (OSError, ValueError, KeyError):
            return ENDED
        if status >= 0:
            return EXITED.format(status=status)
        with contextlib.suppress(ValueError):
            number = signal.Signals(-status)
            text = REASONS.get(number, SIGNALLED)
            return text.format(name=number.name, cpu_seconds=self._cpu_seconds)
        return ENDED


def _processor_clock(pidfd: int) -> int:
    """Return the clock of a process that may be dead, see `linux.processor_clock`."""
    lines = Path(f"/proc/self/fdinfo/{pidfd}").read_text().splitlines()
    (number,) = (line.split()[1] for line in lines if line.startswith("Pid:"))
    return linux.processor_clock(int(number))


def _ended(pidfd: int, timeout: float | None) -> bool:
    """Wait for a process to end; say whether it did."""
    poll = select.poll()
    poll.register(pidfd, select.POLLIN)
    return bool(poll.poll(None if timeout is None else timeout * 1000))
