"""The commands `proctor` and `nbgrader`, forked from a process that has loaded them.

Loading takes each of them one to two seconds of a processor, and the tests run a hundred of them.
"""

from __future__ import annotations

import importlib
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from multiprocessing.connection import Connection, wait
from pathlib import Path
from tempfile import TemporaryDirectory

from .paths import ROOT

MAINS = {"nbgrader": "nbgrader.apps.nbgraderapp", "proctor": "proctor.cli"}
FORKS = multiprocessing.get_context("forkserver")
# The first spares nbgrader a second, too.
FORKS.set_forkserver_preload(
    [
        "proctor.grading.quick_start",
        *MAINS.values(),
        "proctor.grading.coordinator",
        "proctor.grading.cluster",
    ]
)
BEGINNING = dict(os.environ)
# pytest's, and that of lesson 3, whose imports some tests run.
OTHERS = {"PYTEST_CURRENT_TEST", "OPENBLAS_NUM_THREADS"}


def can_fork(command: list[str]) -> bool:
    """Say whether a command is one of these, in an environment that no test has changed.

    What is loaded may depend on the environment.
    """
    changed = {name for name, _ in os.environ.items() ^ BEGINNING.items()}
    return command[0] in MAINS and changed <= OTHERS


def run(
    command: list[str], cwd: Path, path: str, seconds: float
) -> subprocess.CompletedProcess[str]:
    """Run a command and return what it printed; `path` is where it finds programs.

    Raises
    ------
    subprocess.TimeoutExpired
        If it takes longer than so many seconds.
    """
    with TemporaryDirectory() as folder:
        outputs = [Path(folder) / "stdout", Path(folder) / "stderr"]
        for output in outputs:
            output.touch()
        process = FORKS.Process(target=become, args=(command, cwd, path, outputs))
        process.start()
        process.join(seconds)
        if process.exitcode is None:
            process.kill()
            raise subprocess.TimeoutExpired(command, seconds)
        stdout, stderr = (output.read_text(encoding="utf-8") for output in outputs)
        return subprocess.CompletedProcess(command, process.exitcode, stdout, stderr)


class Running:
    """A command that has been started, with a process group of its own.

    It is used as a `subprocess.Popen` is, and prints both its outputs to `stdout`.
    """

    def __init__(self, command: list[str], cwd: Path, path: str) -> None:
        ours, theirs = FORKS.Pipe(duplex=False)
        self._process = FORKS.Process(target=become, args=(command, cwd, path, [theirs, theirs]))
        self._process.start()
        self._lock = threading.Lock()
        theirs.close()
        self.stdout = os.fdopen(os.dup(ours.fileno()), encoding="utf-8")
        ours.close()
        assert self._process.pid is not None
        self.pid = self._process.pid
        self.kill = self._process.kill

    @property
    def returncode(self) -> int | None:
        """The exit status, or None while it runs."""
        # It comes once, through a pipe. Of two threads that read it at a time, multiprocessing
        # gives one the status, and then both the 255 that stands for a lost one.
        with self._lock:
            return self._process.exitcode

    def poll(self) -> int | None:
        """Return the exit status, or None while it runs."""
        return self.returncode

    def communicate(self, timeout: float | None = None) -> tuple[str, None]:
        """Wait until it has ended, and return what it printed."""
        printed: list[str] = []
        reader = threading.Thread(target=lambda: printed.append(self.stdout.read()))
        reader.start()
        reader.join(timeout)
        wait([self._process.sentinel], timeout)
        if reader.is_alive() or self.returncode is None:
            raise subprocess.TimeoutExpired(self._process.name, timeout or 0)
        return printed[0], None

    def __enter__(self) -> Running:
        return self

    def __exit__(self, *error: object) -> None:
        self.stdout.close()
        wait([self._process.sentinel])


def become(command: list[str], cwd: Path, path: str, outputs: Sequence[Path | Connection]) -> None:
    """Become a command; called in the new process."""
    os.setsid()
    for number, output in enumerate(outputs, start=1):
        opened = os.open(output, os.O_WRONLY) if isinstance(output, Path) else output.fileno()
        os.dup2(opened, number)
    for output in outputs:
        if not isinstance(output, Path) and not output.closed:
            output.close()
    # Those of this process were made for other files, which one can seek in.
    sys.stdout = open(1, "w", buffering=1, closefd=False)  # noqa: SIM115 (as long as it lives)
    sys.stderr = open(2, "w", buffering=1, closefd=False)  # noqa: SIM115
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.chdir(cwd)
    os.environ["PATH"] = path
    sys.argv = command
    # What tests import is not on the path of a command.
    sys.path[:] = [entry for entry in sys.path if entry not in ("", str(ROOT))]
    importlib.import_module(MAINS[command[0]]).main()
