"""One submission's processes, seen from outside."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import struct
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from . import errors
from .consumption import Consumption, descriptors_waiting
from .errors import WallError

# How long to wait for a child; there may be much to do on the machine.
CHILD_SECONDS = 60
# How long pid 1 has to say how the student's process ended.
LAST_WORD_SECONDS = 1
REASONS = {
    signal.SIGXCPU: "it used up its {cpu_seconds} seconds of CPU time",
    signal.SIGSEGV: "it crashed with a segmentation fault",
    signal.SIGABRT: "it aborted",
}
EXITED = "it ended itself with exit status {status}"
SIGNALLED = "it was ended by {name}"
ENDED = "it ended"
# struct ucred: process, user, group.
_CREDENTIALS = struct.Struct("3i")


class Child:
    """A student's process in its namespaces.

    Parameters
    ----------
    report : socket
        The line to pid 1, and to the student's process until it serves the examiner.
    line : socket
        The examiner's end of the line to the student's process.
    cpu_seconds : int
        The limit on CPU time, for the reason of an end.

    Attributes
    ----------
    line : socket
    pidfd : int
        Of the student's process.
    reason : str or None
        Why it was ended, if the sandbox did that or knows it; a clause such as "it used up its
        300 seconds of CPU time".
    asleep : bool
        Whether its processes have done nothing for a while, as the wall has seen them.
    closed : bool
        Whether `close` has let go of it.

    Raises
    ------
    WallError
        If it does not start.
    """

    def __init__(self, report: socket.socket, line: socket.socket, cpu_seconds: int) -> None:
        self.line = line
        self.reason: str | None = None
        self.asleep = self.closed = False
        self._report = report
        self._cpu_seconds = cpu_seconds
        # The wall's watcher looks at a child that others may be closing.
        self._lock = threading.RLock()
        report.settimeout(CHILD_SECONDS)
        self._held: list[int] = []
        try:
            self._init_pidfd = self._hold(os.pidfd_open(self._newcomer()))
            report.send(b"g")
            student = self._newcomer()
            self.pidfd = self._hold(os.pidfd_open(student))
            # What is to be seen there are the processes of this submission and no others.
            folder = f"/proc/{student}/root/proc"
            self._proc = self._hold(os.open(folder, os.O_RDONLY | os.O_DIRECTORY))
            self._consumption = Consumption(self._proc)
            report.send(b"g")
        except BaseException as error:
            self._let_go()
            if isinstance(error, OSError):
                raise WallError(errors.NO_CHILD.format(output=error)) from None
            raise

    def _hold(self, descriptor: int) -> int:
        """Remember a descriptor, for `_let_go`."""
        self._held.append(descriptor)
        return descriptor

    def _let_go(self) -> None:
        """End what has been taken hold of, and close all descriptors."""
        if self._held:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._held[0], signal.SIGKILL)
        for descriptor in self._held:
            os.close(descriptor)
        self._report.close()
        self.line.close()

    def _newcomer(self) -> int:
        """Return the number, on our side, of the process that introduces itself now.

        It waits for an answer, so that its number stays its own until then.
        """
        self.hear("here")
        return self._pid

    def hear(self, word: str) -> Any:
        """Return what the child's process, still ours alone, says under `word`.

        Raises
        ------
        WallError
            If it speaks of something else, such as an error, or not at all.
        """
        room = socket.CMSG_SPACE(_CREDENTIALS.size)
        try:
            data, ancillary, _, _ = self._report.recvmsg(10_000, room)
        except TimeoutError:
            raise WallError(errors.NO_CHILD.format(output="it gave no answer")) from None
        answer = json.loads(data or b"{}")
        if word not in answer:
            text = answer.get("error", "it ended without a word")
            raise WallError(errors.NO_CHILD.format(output=text))
        self._pid: int = _CREDENTIALS.unpack(ancillary[0][2])[0]
        return answer[word]

    def alive(self) -> bool:
        """Say whether the student's process lives (it may hang)."""
        return not self.closed and not ended(self.pidfd, 0)

    def kill(self, reason: str | None = None) -> None:
        """End all processes of the submission, at once."""
        with self._lock:
            if self.closed:
                return
            if reason is not None and self.alive():
                self.reason = reason
            elif reason is not None and self.reason is None:
                # pid 1 has yet to say why, and then ends everything itself.
                _readable(self._report.fileno(), LAST_WORD_SECONDS)
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._init_pidfd, signal.SIGKILL)

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until no process of the submission is left; return whether that is so.

        Parameters
        ----------
        timeout : float, optional
            In seconds.
        """
        if self.closed:
            return True
        gone = ended(self._init_pidfd, timeout)
        if gone and self.reason is None:
            self.reason = self._own_reason()
        return gone

    def death(self) -> str | None:
        """Return why the student's process ended, or None while it lives."""
        if self.alive():
            return None
        # pid 1 is the last to go, and knows why.
        self.wait(5)
        return self.reason or ENDED

    def descriptors_in_flight(self, used: Consumption) -> tuple[int, int]:
        """Return how many descriptors it left in sockets, in sight and at most.

        Parameters
        ----------
        used : Consumption
            What `look` yields.
        """
        in_sight, at_most = used.descriptors_in_flight()
        # What waits for the examiner, who wants none.
        facts = Path(f"/proc/self/fdinfo/{self.line.fileno()}").read_bytes()
        waiting = descriptors_waiting(facts)
        return in_sight + waiting, at_most + waiting

    @contextlib.contextmanager
    def look(self) -> Iterator[Consumption | None]:
        """Look at what its processes use, and keep it from being closed meanwhile."""
        with self._lock:
            if self.closed:
                yield None
            else:
                self._consumption.look()
                yield self._consumption

    def close(self) -> None:
        """End it, wait until nothing is left of it, and let go of all descriptors."""
        self.kill()
        self.wait(10)
        with self._lock:
            # The wall may fall while somebody else closes this.
            if not self.closed:
                self.closed = True
                self._let_go()

    def user(self) -> int:
        """Return the host's user that pid 1 belongs to."""
        return os.stat("1", dir_fd=self._proc).st_uid

    def _own_reason(self) -> str:
        """Return the end of the student's process as pid 1 saw it."""
        try:
            status = json.loads(self._report.recv(1000, socket.MSG_DONTWAIT))["status"]
        except (OSError, ValueError, KeyError):
            return ENDED
        if status >= 0:
            return EXITED.format(status=status)
        with contextlib.suppress(ValueError):
            number = signal.Signals(-status)
            text = REASONS.get(number, SIGNALLED)
            return text.format(name=number.name, cpu_seconds=self._cpu_seconds)
        return ENDED


def ended(pidfd: int, timeout: float | None) -> bool:
    """Wait for a process to end, some seconds or for ever; say whether it did."""
    return _readable(pidfd, timeout)


def _readable(descriptor: int, timeout: float | None) -> bool:
    """Wait until there is something to read, some seconds or for ever; say whether there is."""
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(None if timeout is None else timeout * 1000))
