"""What some functions of Python do inside the wall, where their system call does nothing.

This is for honest code, which goes on to work. Whoever calls Linux without Python gets what
`seccomp` gives.
"""

from __future__ import annotations

import mmap
import os
import subprocess
import tempfile
from functools import partial
from typing import Any


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


def install() -> None:
    """Put them in place; called in the warm parent."""
    mmap.mmap = SharedMap  # type: ignore[misc]
    subprocess.Popen = Popen  # type: ignore[misc]
    # What whoever wants to signal all processes of a session needs: a group of the same number.
    os.setsid = partial(os.setpgid, 0, 0)
