"""What some functions of Python do inside the wall, where their system call does nothing.

This is for honest code, which goes on to work. Whoever calls Linux without Python gets what
`seccomp` gives.
"""

from __future__ import annotations

import errno
import mmap
import os
import selectors
import socket
import subprocess
import tempfile
import time
from functools import partial
from typing import Any

# For how long to try again to send an open file, and how often.
SEND_SECONDS, PAUSE_SECONDS = 30, 0.1


class SharedMap(mmap.mmap):
    """``mmap.mmap`` that takes shared memory from the scratch space, where it is counted."""

    def __new__(cls, fileno: int, length: int, *args: Any, **options: Any) -> SharedMap:
        """Map a file, or a new one without a name in place of none."""
        flags = args[0] if args else options.pop("flags", mmap.MAP_SHARED)
        if fileno != -1 or not flags & mmap.MAP_SHARED:
            return super().__new__(cls, fileno, length, flags, *args[1:], **options)
        flags &= ~mmap.MAP_ANONYMOUS
        with tempfile.TemporaryFile(dir="/dev/shm") as file:
            file.truncate(length)
            return super().__new__(cls, file.fileno(), length, flags, *args[1:], **options)


class Popen(subprocess.Popen[Any]):
    """``subprocess.Popen`` that starts a process group where a session is asked for."""

    def __init__(self, *args: Any, start_new_session: bool = False, **options: Any) -> None:
        if start_new_session:
            options.setdefault("process_group", 0)
        super().__init__(*args, **options)


_sendmsg = socket.socket.sendmsg


def sendmsg(self: socket.socket, *args: Any) -> int:
    """Send like ``socket.socket.sendmsg``, and wait while others have too much on its way.

    Linux counts the open files that wait in sockets of all submissions together. Whoever leaves
    many is ended; see `host.wall`.
    """
    end = time.monotonic() + SEND_SECONDS
    while True:
        try:
            return _sendmsg(self, *args)
        except OSError as error:
            if error.errno != errno.ETOOMANYREFS or time.monotonic() > end:
                raise
        time.sleep(PAUSE_SECONDS)


def install() -> None:
    """Put them in place; called in the warm parent."""
    mmap.mmap = SharedMap  # type: ignore[misc]
    subprocess.Popen = Popen  # type: ignore[misc]
    # epoll is refused; Python itself chooses this where it finds none.
    selectors.DefaultSelector = selectors.PollSelector  # type: ignore[misc,assignment]
    socket.socket.sendmsg = sendmsg  # type: ignore[method-assign,assignment]
    # What whoever wants to signal all processes of a session needs: a group of the same number.
    os.setsid = partial(os.setpgid, 0, 0)
