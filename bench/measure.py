"""Run a command and see what it costs, with all processes that it starts."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
EVERY = 0.1


@dataclass
class Cost:
    """What a command cost.

    Attributes
    ----------
    seconds : float
        From start to end.
    cpu_seconds : float
        Processor time of all its processes, as seen every 0.1 s: what a process used in the
        last moments of its life is missing.
    megabytes : float
        The most memory that the command's own process had.
    first : float
        When the first line was printed, in seconds from the start.
    printed : str
    """

    seconds: float = 0
    cpu_seconds: float = 0
    megabytes: float = 0
    first: float = 0
    printed: str = ""


def measure(command: list[str], folder: Path, others: tuple[int, ...] = ()) -> Cost:
    """Run a command of this environment in a folder.

    Parameters
    ----------
    command : list of str
        Its program is taken from this environment.
    folder : Path
    others : tuple of int
        Further processes, whose descendants count, too.
    """
    cost = Cost()
    used: dict[tuple[int, int], int] = {}
    programs = Path(sys.executable).parent
    began = time.monotonic()
    with subprocess.Popen(
        [str(programs / command[0]), *command[1:]],
        cwd=folder,
        env={**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:

        def watch() -> None:
            while process.poll() is None:
                used.update(_times({process.pid, *others}))
                with contextlib.suppress(OSError, TypeError):
                    status = Path(f"/proc/{process.pid}/status").read_text()
                    found = re.search(r"VmHWM:\s+(\d+) kB", status)
                    cost.megabytes = max(cost.megabytes, int(found[1]) / 1024 if found else 0)
                time.sleep(EVERY)

        before = _times({*others})
        watcher = threading.Thread(target=watch)
        watcher.start()
        assert process.stdout is not None
        for line in process.stdout:
            cost.first = cost.first or time.monotonic() - began
            cost.printed += line
        watcher.join()
    cost.seconds = time.monotonic() - began
    if process.returncode:
        raise RuntimeError(f"{command}: {cost.printed[-3000:]}")
    ticks = sum(number - before.get(key, 0) for key, number in used.items())
    cost.cpu_seconds = ticks / TICKS
    return cost


def _times(roots: set[int]) -> dict[tuple[int, int], int]:
    """Return the processor time of processes and their descendants, in ticks."""
    known = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                known[int(entry.name)] = (entry / "stat").read_text().rpartition(")")[2].split()
    family = set(roots)
    while more := {pid for pid, stat in known.items() if int(stat[1]) in family} - family:
        family |= more
    return {
        (pid, int(known[pid][19])): int(known[pid][11]) + int(known[pid][12])
        for pid in family
        if pid in known
    }
