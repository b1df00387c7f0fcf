"""The commands of this environment, run as a person runs them."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

from . import forked
from .paths import PROGRAMS

HANGS_SECONDS = 600
"""No command takes so long, however busy the machine is."""


def search_path() -> str:
    """Return a PATH on which this environment comes first: nbgrader calls alembic by name."""
    return f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}"


def run(command: list[str], cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a command and return what it printed.

    Raises
    ------
    subprocess.TimeoutExpired
        If it hangs; so the test at fault fails, and no other.
    """
    if forked.can_fork(command):
        return forked.run(command, cwd, search_path(), HANGS_SECONDS)
    return subprocess.run(
        [str(PROGRAMS / command[0]), *command[1:]],
        cwd=cwd,
        env={**os.environ, "PATH": search_path()},
        capture_output=True,
        text=True,
        check=False,
        timeout=HANGS_SECONDS,
    )


def nbgrader(course: Path, *arguments: str) -> str:
    """Run nbgrader in a course, expect success, and return what it printed."""
    result = run(["nbgrader", *arguments], course)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout + result.stderr


def hear_ctrl_c() -> None:
    """Let a program hear Ctrl-C, as in a terminal; tests may run where it is ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
