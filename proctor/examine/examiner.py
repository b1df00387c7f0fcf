"""The examiner of a lesson, as a worker sees it: a warm parent outside of the wall."""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Self

from ..lesson import Lesson
from ..sandbox.host import Child, Wall, WallError

# How long to wait for the parent; there may be much to do on the machine.
WARM_SECONDS = 120
# How much longer than a submission's limit its examination takes at most, by the clock.
PATIENCE = 5
MAX_RESULT_BYTES = 50_000_000

NOT_WARM = "The lesson cannot be examined: its imports, tests or misconceptions failed:\n{output}"
NO_ANSWER = "The examiner of the lesson did not start"
ENDED = (
    "its examination ended early: what the tests did with its answers took more memory or CPU "
    "time than they may use"
)
TOO_LONG = "its examination was still running after {seconds:g} seconds"
NO_EXAMINATION = "no process could be started for its examination"
NO_CHILD = "no process could be started for its code ({error})"
HUNG_UP = "it hung up"
ODD = "its examination ended with a result that cannot be read"

# The package may lie anywhere: a worker may have been given its own.
_START = """
import sys
if sys.argv[1] not in sys.path:
    sys.path.insert(0, sys.argv[1])
from proctor.examine.parent import main
main()
"""


class ExaminerError(Exception):
    """The examiner cannot be started, or has ended."""


class Examiner:
    """The warm parent that knows a lesson."""

    def __init__(self) -> None:
        self._seconds = 0.0
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def launch(self) -> None:
        """Begin to start the parent, before its lesson needs to be known."""
        self._control, theirs = socket.socketpair()
        root = str(Path(__file__).parent.parent.parent)
        with theirs:
            self._process = subprocess.Popen(
                # Isolated: what the environment says of Python must not change a grade.
                [sys.executable, "-I", "-B", "-c", _START, root, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                env=_environment(),
                cwd="/",
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )

    def start(self, lesson: Lesson) -> None:
        """Start the parent, and wait until it knows the lesson.

        Raises
        ------
        ExaminerError
            If it does not start, or the lesson has an error.
        """
        if self._control is None:
            self.launch()
        assert self._control is not None
        # How long an examination may take by the clock, however busy the machine is.
        self._seconds = lesson.limits.submission * PATIENCE
        with Connection(os.dup(self._control.fileno())) as connection:
            try:
                connection.send_bytes(pickle.dumps(lesson))
                if not connection.poll(WARM_SECONDS):
                    raise EOFError
                answer = json.loads(connection.recv_bytes())
            except (EOFError, OSError):
                self.close()
                raise ExaminerError(NO_ANSWER) from None
        if "error" in answer:
            self.close()
            raise ExaminerError(NOT_WARM.format(output=answer["error"]))

    def alive(self) -> bool:
        """Say whether the parent is there: it may have been ended from outside."""
        return self._process is not None and self._process.poll() is None

    def close(self) -> None:
        """End the parent."""
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def examine(
        self,
        wall: Wall,
        cells: Any,
        files: Mapping[str, bytes],
        seed: str,
        is_trial: bool = False,
    ) -> dict[str, Any]:
        """Examine one submission.

        Parameters
        ----------
        wall : Wall
            Behind which its processes run.
        cells : list of dict
            Of its notebook, repaired.
        files : mapping of str to bytes
            The student's files.
        seed : str
            Of its fresh inputs.
        is_trial : bool
            Whether it is the lesson's own, see `Examination`.

        Returns
        -------
        dict
            ``outputs``, a pair of outputs and number for each code cell, with ``used``, see
            `session.Used`, and ``problems``, what an instructor should know; or ``failed`` with
            the reason why there are none.

        Raises
        ------
        ExaminerError
            If the parent has ended.
        WallError
            If a process does not start.
        """
        if self._control is None:
            raise ExaminerError(NO_ANSWER)
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                socket.send_fds(self._control, [b"f"], [theirs.fileno()])
            except OSError:
                ours.close()
                raise ExaminerError(NO_ANSWER) from None
        with _Examination(ours, wall, files) as examination:
            return examination.serve(
                {"cells": cells, "seed": seed, "is_trial": is_trial}, self._seconds
            )


class _Examination:
    """One examination under way: starts and ends the student's processes that it asks for."""

    def __init__(self, line: socket.socket, wall: Wall, files: Mapping[str, bytes]) -> None:
        self._socket = line
        self._connection = Connection(os.dup(line.fileno()))
        self._wall = wall
        self._files = files
        self._child: Child | None = None
        self._examiner = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        if self._examiner >= 0:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._examiner, signal.SIGKILL)
            os.close(self._examiner)
        self._connection.close()
        self._socket.close()
        self._end()

    def serve(self, submission: dict[str, Any], seconds: float) -> dict[str, Any]:
        """Hand over the submission, and serve until there is a result."""
        deadline = time.monotonic() + seconds
        try:
            # It waits for the submission, so this number is its own.
            try:
                self._examiner = os.pidfd_open(self._receive(deadline)["pid"])
            except (EOFError, OSError):
                raise ExaminerError(NO_EXAMINATION) from None
            self._connection.send_bytes(json.dumps(submission).encode())
            while True:
                asked = self._receive(deadline)
                match asked.get("ask"):
                    case "start":
                        self._start()
                    case "end":
                        self._say(ok=self._end())
                    case _:
                        return asked
        except TimeoutError:
            return {"failed": TOO_LONG.format(seconds=seconds)}
        except (EOFError, OSError):
            return {"failed": ENDED}
        except (json.JSONDecodeError, KeyError, AttributeError):
            return {"failed": ODD}

    def _receive(self, deadline: float) -> dict[str, Any]:
        if not self._connection.poll(max(0.0, deadline - time.monotonic())):
            raise TimeoutError
        answer: dict[str, Any] = json.loads(self._connection.recv_bytes(MAX_RESULT_BYTES))
        return answer

    def _say(self, **facts: Any) -> None:
        self._connection.send_bytes(json.dumps(facts).encode())

    def _start(self) -> None:
        """Start a process behind the wall, and hand over the line to it."""
        self._end()
        try:
            self._child = child = self._wall.fork(self._files)
        except OSError as error:  # this process's, and not the examination's
            raise WallError(NO_CHILD.format(error=error)) from None
        self._say(ok=True)
        socket.send_fds(self._socket, [b"s"], [child.line.fileno(), child.pidfd])

    def _end(self) -> str:
        """End the student's process; return why it had ended before."""
        if self._child is None:
            return ""
        reason = self._child.death() or HUNG_UP
        self._child.close()
        self._child = None
        return reason


def _environment() -> dict[str, str]:
    """Return the environment of the parent: what is needed for the same numbers everywhere."""
    kept = ("PATH", "HOME", "TMPDIR", "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
    return {
        **{name: os.environ[name] for name in kept if name in os.environ},
        "LANG": "C.UTF-8",
        "MPLBACKEND": "agg",
        "UNDRAWN": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }
