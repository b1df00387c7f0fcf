"""What the processes of one submission use, as Linux counts it."""

from __future__ import annotations

import os
import re
import resource
import time
from pathlib import Path

# A close look takes time, so the next one waits: some seconds, or several times as long as it took.
PAUSE_SECONDS, PAUSES = 0.2, 5
# How many messages may wait in a datagram socket; in a new network namespace it is always ten.
MESSAGES = 10
_DATAGRAM = 2


class Consumption:
    """What is used, read from the process file system in which these processes alone are seen.

    Parameters
    ----------
    proc : int
        Descriptor of that file system.
    """

    def __init__(self, proc: int) -> None:
        self._proc = proc
        self._buffer = int(Path("/proc/sys/net/core/wmem_default").read_text())
        # What pages counted for several processes were too much, in bytes, and until when that
        # is believed.
        self._looked = self._shared = 0
        self._believed = 0.0

    def processes(self) -> list[str]:
        """Return the numbers of all processes."""
        try:
            names = os.listdir(self._proc)  # noqa: PTH208 (a descriptor is no path)
        except OSError:
            return []  # the namespace is on its way out
        return [name for name in names if name.isdigit()]

    def memory(self, limit: int) -> int:
        """Return the memory of all processes together, in bytes.

        Counted simply, a page that processes share counts for each of them. If this is more than
        `limit`, it is counted again, in shares.
        """
        processes = self.processes()
        buffers = self._buffers()
        resident = sum(self._resident(process) for process in processes) + buffers
        if resident <= limit:
            return resident
        began = time.monotonic()
        if began > self._believed:
            self._looked = resident
            self._shared = sum(self._share(process) for process in processes) + buffers
            ended = time.monotonic()
            self._believed = ended + max(PAUSE_SECONDS, PAUSES * (ended - began))
        return self._shared + max(0, resident - self._looked)

    def open_files(self) -> int:
        """Return how many files all processes have open together."""
        return sum(self._open_files(process) for process in self.processes())

    def _resident(self, process: str) -> int:
        """Return the resident memory of a process, in bytes."""
        pages = self._statm(process)
        if not pages:
            # Its first thread has ended, and what the others use is to be seen with them only.
            pages = max(map(self._statm, self._threads(process)), default=0)
        return pages * resource.getpagesize()

    def _share(self, process: str) -> int:
        """Return the memory of a process, pages that it shares with n others by 1/n, in bytes."""
        for thread in (process, *self._threads(process)):
            if found := re.search(rb"^Pss: +(\d+) kB", self._read(f"{thread}/smaps_rollup"), re.M):
                return int(found[1]) * 1024
        return self._resident(process)

    def _threads(self, process: str) -> list[str]:
        """Return where the threads of a process are found."""
        try:
            task = os.open(f"{process}/task", os.O_RDONLY | os.O_DIRECTORY, dir_fd=self._proc)
        except OSError:
            return []
        try:
            return [f"{process}/task/{name}" for name in os.listdir(task)]  # noqa: PTH208
        except OSError:
            return []
        finally:
            os.close(task)

    def _statm(self, process: str) -> int:
        """Return how many resident pages Linux counts for a process or a thread."""
        fields = self._read(f"{process}/statm").split()
        return int(fields[1]) if fields else 0

    def _buffers(self) -> int:
        """Return how much memory the Unix sockets may hold, in bytes, in use or on their way.

        A socket takes messages as long as less than its buffer's size waits, so it may hold
        almost twice that. What was sent to a datagram socket stays when its sender has closed.
        """
        lines = self._read("1/net/unix").splitlines()[1:]
        datagram = sum(int(line.split(None, 5)[4], 16) == _DATAGRAM for line in lines)
        return (2 * len(lines) + MESSAGES * datagram) * self._buffer

    def _open_files(self, process: str) -> int:
        """Return how many files a process has open."""
        try:
            folder = f"{process}/fd"
            # Older than 6.2, Linux says 0.
            return os.stat(folder, dir_fd=self._proc).st_size or self._listed(folder)
        except OSError:
            return 0

    def _listed(self, folder: str) -> int:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY, dir_fd=self._proc)
        try:
            return len(os.listdir(descriptor))  # noqa: PTH208
        finally:
            os.close(descriptor)

    def _read(self, name: str) -> bytes:
        """Return what a file says; nothing if it is gone."""
        try:
            descriptor = os.open(name, os.O_RDONLY, dir_fd=self._proc)
        except OSError:
            return b""
        try:
            content = b""
            while more := os.read(descriptor, 65_536):
                content += more
            return content
        except OSError:
            return b""
        finally:
            os.close(descriptor)
