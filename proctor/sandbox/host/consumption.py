"""What the processes of one submission use, as Linux counts it."""

from __future__ import annotations

import os
import re
import resource
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

# A count in shares takes time, in which nothing else is looked at. It is believed for so many
# times the CPU time that it took, and so many seconds at least.
BELIEVED, BELIEVED_SECONDS = 2, 0.1
# Who has not been counted after so many seconds of CPU time counts with all pages.
LONGEST_COUNT = 1.0
# How often processes that were forked meanwhile are added to it.
ROUNDS = 3
# How many messages may wait in a datagram socket; in a new network namespace it is always ten.
MESSAGES = 10
_DATAGRAM = 2
# How many descriptors one message to a socket may carry.
MESSAGE_DESCRIPTORS = 253
# A line of /proc/net/unix: type and number of a socket. The name at its end is the student's, and
# may hold line breaks: what it says after one counts as one more socket.
_SOCKET = re.compile(
    rb"^[0-9a-fA-F]+: [0-9A-F]{8} [0-9A-F]{8} [0-9A-F]{8} ([0-9A-F]{4}) [0-9A-F]{2} +(\d{1,20})\b",
    re.MULTILINE,
)
_TICK = 1 / os.sysconf("SC_CLK_TCK")
_PAGE = resource.getpagesize()
# Who works or waits for a core in less than a tenth of the time rests. What is more is added up,
# in seconds, to be noticed from a certain sum on; more than the largest is forgotten.
RESTING = 0.1
NOTICED, LARGEST = 0.15, 0.35
_INIT, _STUDENT = "1", "2"
"""Every submission's processes are descendants of this one, and it of pid 1."""


class Consumption:
    """What is used, read from the process file system in which these processes alone are seen.

    Parameters
    ----------
    proc : int
        Descriptor of that file system.

    Attributes
    ----------
    processes : list of str
        The numbers of all processes, as `look` has found them.
    busy : float
        Until when they worked or waited for a core in more than a tenth of the time, on the
        monotonic clock.
    helpers_wait : bool
        Whether any of them but the student's process works or waits for a core.
    helpers_stirred : bool
        Whether any of them but the student's process worked, came or went since `settle`.
    """

    def __init__(self, proc: int) -> None:
        self._proc = proc
        self.processes: list[str] = []
        self._own = 0.0
        # What others worked until `settle`, and since then, the same work twice: as their parents
        # are told of it, and as it was seen.
        self._settled = self._told = self._seen = 0.0
        self._last_seen: dict[str, float] = {}
        self.busy = self._last_look = time.monotonic()
        self._activity = 0.0
        self.helpers_wait = self.helpers_stirred = False
        self._times = (0, 0)
        self._resident = 0
        # Two threads of an examiner look; only one counts in shares.
        self._lock = threading.Lock()
        # Bytes in shares, and until when that is believed.
        self._shares = 0
        self._believed = 0.0

    def look(self) -> None:
        """Look at all processes."""
        with self._lock:
            self.processes = self._numbers()
            own = others = pages = 0
            states, helpers = set[bytes](), set[bytes]()
            for process in self.processes:
                fields = self._read(f"{process}/stat").rpartition(b")")[2].split()
                if fields:
                    (states if process == _STUDENT else helpers).add(fields[0])
                    times = [int(field) for field in fields[11:15]]
                    own += sum(times[:2]) if process == _STUDENT else 0
                    # What pid 1 does is not the student's work; whom it waits for did some.
                    others += sum(times[2:] if process in {_INIT, _STUDENT} else times)
                    # If its first thread has ended, what the others use is seen with them only.
                    pages += int(fields[21]) or self._pages_of_threads(process)
            self._resident = pages * _PAGE
            # The time of one that has ended is its parent's from when it is waited for. If nobody
            # waits, it is lost, so what was seen before is kept: only increases count.
            before = self._times
            more = max(0, own - before[0]) * _TICK, max(0, others - before[1]) * _TICK
            self._own += more[0]
            self._told += more[1]
            self._times = own, others
            seen = self._last_seen
            self._see_helpers()
            # Who came or went may have worked unseen.
            self.helpers_stirred |= more[1] > 0 or self._last_seen != seen
            self.helpers_wait = b"R" in helpers
            self._see_activity(sum(more), b"R" in states | helpers)

    def settle(self) -> None:
        """Count what others work from the last look on for itself, and add it to what they have.

        Else work that is only seen would not count after as much work that was only told.
        """
        with self._lock:
            self._settled, self._told, self._seen = self.helped, 0.0, 0.0
            self.helpers_stirred = False

    @property
    def worked(self) -> float:
        """The CPU time of all processes so far, in seconds, those included that have ended."""
        return self._own + self.helped

    @property
    def helped(self) -> float:
        """The part of `worked` that others than the student's process have used.

        Of one that ended and that nobody waited for, what was seen.
        """
        return self._settled + max(self._told, self._seen)

    @property
    def has_helpers(self) -> bool:
        """Whether there are other processes than pid 1 and the student's."""
        return len(self.processes) > 2

    def most_memory(self) -> int:
        """Return the most memory that the student's process has used, as Linux marks it, in bytes.

        Its helpers' is not in it, and of one that is gone, it is 0.
        """
        found = re.search(rb"^VmHWM:\s+(\d+) kB", self._read(f"{_STUDENT}/status"), re.M)
        return int(found[1]) * 1024 if found else 0

    def memory(self, limit: int, anew: bool = False) -> int:
        """Return the memory of all processes together at the last look, in bytes.

        Counted simply, a page that processes share counts for each of them. If this is more than
        `limit`, it is counted in shares; `anew` if what was counted a moment ago does not serve.
        """
        buffers = self._buffers()
        if self._resident + buffers <= limit:
            return self._resident + buffers
        return self.in_shares(anew) + buffers

    def in_shares(self, anew: bool = False) -> int:
        """Return the memory of all processes, in bytes; of a page that n share, each has 1/n.

        That was counted a moment ago, since it takes time, or is counted now. What is in sockets
        is not in it.
        """
        if anew or time.monotonic() > self._believed:
            began = time.thread_time()
            shares: dict[str, int] = {}
            for _ in range(ROUNDS):
                # Who was forked meanwhile shares what others have.
                for process in (one for one in self._numbers() if one not in shares):
                    if time.thread_time() - began > LONGEST_COUNT:
                        shares[process] = self._pages_of_threads(process) * _PAGE
                    else:
                        shares[process] = self._share(process)
            self._shares = sum(shares.values())
            took = time.thread_time() - began
            self._believed = time.monotonic() + max(BELIEVED_SECONDS, BELIEVED * took)
        return self._shares

    def open_files(self) -> int:
        """Return how many files all processes have open together."""
        return sum(self._open_files(process) for process in self.processes)

    def descriptors_in_flight(self) -> tuple[int, int]:
        """Return how many descriptors were sent through sockets and have not been received.

        Returns
        -------
        in_sight : int
            Those in sockets that a process has open.
        at_most : int
            The same, and what there may be in sockets that are on their way themselves.
        """
        # Without a socket of its own, it can only have used the line to the examiner.
        if not (sockets := self._sockets()):
            return 0, 0
        opened = {
            f"{process}/fd/{name}": self._inode(f"{process}/fd/{name}")
            for process in self.processes
            for name in self._listed(f"{process}/fd")
        }
        in_sight = sum(
            descriptors_waiting(self._read(name.replace("/fd/", "/fdinfo/")))
            for name, inode in opened.items()
            if inode in sockets
        )
        # One that waits to be accepted has no number yet, and counts with who listens.
        hidden = sockets - {0, *opened.values()}
        return in_sight, in_sight + MESSAGE_DESCRIPTORS * len(hidden)

    def _see_activity(self, worked: float, runs: bool) -> None:
        """Add what they did since the last look: they worked so long, and one runs or waits now."""
        now = time.monotonic()
        passed, self._last_look = now - self._last_look, now
        more = max(worked, passed if runs else 0.0) - RESTING * passed
        self._activity = min(LARGEST, max(0.0, self._activity + more))
        if self._activity > NOTICED:
            self.busy = now

    def _see_helpers(self) -> None:
        """Add what the helpers' threads have worked since the last look, to the microsecond.

        Ticks are too coarse for many that work for a few milliseconds each.
        """
        before, self._last_seen = self._last_seen, {}
        helpers = (process for process in self.processes if process not in {_INIT, _STUDENT})
        for thread in (thread for helper in helpers for thread in self._threads(helper)):
            if counted := self._read(f"{thread}/schedstat").split():
                worked = int(counted[0]) / 1e9
                self._last_seen[thread] = worked
                last = before.get(thread, 0.0)
                # A number may have been given again.
                self._seen += worked - last if worked >= last else worked

    def _numbers(self) -> list[str]:
        """Return the numbers of all processes."""
        return [name for name in self._listed(".") if name.isdigit()]

    def _pages_of_threads(self, process: str) -> int:
        """Return how many resident pages a process has, as its threads show it."""
        found = [self._read(f"{thread}/statm").split() for thread in self._threads(process)]
        return max((int(fields[1]) for fields in found if fields), default=0)

    def _share(self, process: str) -> int:
        """Return the memory of a process, pages that it shares with n others by 1/n, in bytes."""
        for thread in (process, *self._threads(process)):
            if found := re.search(rb"^Pss: +(\d+) kB", self._read(f"{thread}/smaps_rollup"), re.M):
                return int(found[1]) * 1024
        return self._pages_of_threads(process) * _PAGE

    def _threads(self, process: str) -> list[str]:
        """Return where the threads of a process are found."""
        return [f"{process}/task/{name}" for name in self._listed(f"{process}/task")]

    def _buffers(self) -> int:
        """Return how much memory the Unix sockets may hold, in bytes, in use or on their way.

        A socket takes messages as long as less than its buffer's size waits, so it may hold
        almost twice that. What was sent to a datagram socket stays when its sender has closed.
        """
        sockets = self._unix()
        datagram = sum(int(kind, 16) == _DATAGRAM for kind, _ in sockets)
        return (2 * len(sockets) + MESSAGES * datagram) * _buffer()

    def _unix(self) -> list[tuple[bytes, bytes]]:
        """Return type and number of each Unix socket."""
        return _SOCKET.findall(self._read("1/net/unix"))

    def _sockets(self) -> set[int]:
        """Return the numbers of all Unix sockets, 0 for those that wait to be accepted."""
        return {int(number) for _, number in self._unix()}

    def _inode(self, name: str) -> int:
        """Return the number of an open file; 0 if it is gone."""
        try:
            return os.stat(name, dir_fd=self._proc).st_ino
        except OSError:
            return 0

    def _open_files(self, process: str) -> int:
        """Return how many files a process has open."""
        folder = f"{process}/fd"
        try:
            # Older than 6.2, Linux says 0.
            return os.stat(folder, dir_fd=self._proc).st_size or len(self._listed(folder))
        except OSError:
            return 0

    @contextmanager
    def _opened(self, name: str, flags: int = 0) -> Iterator[int]:
        """Lend a descriptor of its own, since two threads look, for as long as it takes."""
        descriptor = os.open(name, os.O_RDONLY | flags, dir_fd=self._proc)
        try:
            yield descriptor
        finally:
            os.close(descriptor)

    def _listed(self, folder: str) -> list[str]:
        """Return the names in a folder; none if it is gone, or the namespace on its way out."""
        with suppress(OSError), self._opened(folder, os.O_DIRECTORY) as descriptor:
            return os.listdir(descriptor)  # noqa: PTH208 (a descriptor is no path)
        return []

    def _read(self, name: str) -> bytes:
        """Return what a file says; nothing if it is gone."""
        with suppress(OSError), self._opened(name) as descriptor:
            content = b""
            while more := os.read(descriptor, 65_536):
                content += more
            return content
        return b""


def descriptors_waiting(facts: bytes) -> int:
    """Return how many descriptors wait in a socket, of which ``/proc/PID/fdinfo`` says `facts`."""
    found = re.search(rb"^scm_fds:\s*(\d+)", facts, re.M)
    return int(found[1]) if found else 0


@cache
def _buffer() -> int:
    """Return how large the buffer of a socket is, in bytes."""
    return int(Path("/proc/sys/net/core/wmem_default").read_text())
