"""Processes of this machine: who descends from whom, and who has ended."""

from __future__ import annotations

import re
import time
from collections.abc import Collection, Iterable
from contextlib import suppress
from pathlib import Path

import psutil

ENDED_SECONDS = 30
"""How long the end of processes may take on a busy machine."""


def share_of(cores: Collection[int], number: int) -> set[int]:
    """Return the two CPU cores, or the one that there is, for one of several processes.

    The first has the first two, the next the second and third, and so on, around.
    """
    known = sorted(cores)
    return {known[(number + step) % len(known)] for step in (0, 1)}


def descendants(root: int) -> set[psutil.Process]:
    """Return the processes that descend from one."""
    try:
        return set(psutil.Process(root).children(recursive=True))
    except psutil.NoSuchProcess:
        return set()


def command_line(process: psutil.Process) -> str:
    """Return how a process was called; nothing if it is gone."""
    with suppress(psutil.Error):
        return " ".join(process.cmdline())
    return ""


def alive(process: psutil.Process) -> bool:
    """Say whether a process is still there; of one that has ended, init may have to take note."""
    with suppress(psutil.NoSuchProcess):
        # Of one whose first thread has ended, others may be left.
        has_ended = process.status() == psutil.STATUS_ZOMBIE and process.num_threads() == 1
        return process.is_running() and not has_ended
    return False


def left(family: Iterable[psutil.Process]) -> list[psutil.Process]:
    """Wait until processes have ended; return those that have not."""
    until = time.monotonic() + ENDED_SECONDS
    while (there := [one for one in family if alive(one)]) and time.monotonic() < until:
        time.sleep(0.05)
    return there


def peak_memory(pid: int) -> float:
    """Return the most memory that a process has had, in MB."""
    with suppress(OSError):
        found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
        return int(found[1]) / 1024 if found else 0
    return 0
