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
from pathlib import Path
from tempfile import TemporaryDirectory

MAINS = {"nbgrader": "nbgrader.apps.nbgraderapp", "proctor": "proctor.app"}
FORKS = multiprocessing.get_context("forkserver")
# The first spares nbgrader a second, too.
FORKS.set_forkserver_preload(
    ["proctor.quick_start", *MAINS.values(), "proctor.grade", "proctor.cluster"]
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


def run(command: list[str], cwd: Path, path: str) -> subprocess.CompletedProcess[str]:
    """Run a command and return what it printed; `path` is where it finds programs."""
    with TemporaryDirectory() as folder:
        outputs = [Path(folder) / "stdout", Path(folder) / "stderr"]
        for output in outputs:
            output.touch()
        process = FORKS.Process(target=become, args=(command, cwd, path, outputs))
        process.start()
        process.join()
        assert process.exitcode is not None
        stdout, stderr = (output.read_text(encoding="utf-8") for output in outputs)
        return subprocess.CompletedProcess(command, process.exitcode, stdout, stderr)


def become(command: list[str], cwd: Path, path: str, outputs: list[Path]) -> None:
    """Become a command; called in the new process."""
    for number, output in enumerate(outputs, start=1):
        os.dup2(os.open(output, os.O_WRONLY), number)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.chdir(cwd)
    os.environ["PATH"] = path
    sys.argv = command
    # What tests import is not on the path of a command.
    tests = Path(__file__).parent
    sys.path[:] = [entry for entry in sys.path if entry not in ("", str(tests), str(tests.parent))]
    importlib.import_module(MAINS[command[0]]).main()
