"""What runs on a worker: one submission at a time in each thread, all behind one wall.

A worker needs no gradebook and no course folder. What it must know of a lesson comes with the
first submission, and only plain values and bytes travel in either direction.
"""

from __future__ import annotations

from . import quick_start  # isort: skip

import asyncio
import gc
import json
import signal
import socket
import tempfile
import threading
import traceback
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import nbformat

from ..examine.examiner import Examiner
from ..examine.run import RunLimits, StudentClient, SubmissionRun
from ..sandbox.host import Wall, WallError, student_kernel_manager
from .tasks import software_digest

__all__ = ["close_walls", "dask_setup", "grade_submission", "quick_start"]

OTHER_VERSION = (
    "the worker on {host} has another version of proctor, or of the packages that grade. Install "
    "the same on all workers."
)
NO_WALL = "the worker on {host} cannot wall student code in. {error}"
GOES_ON = "grading stopped with {error}"
FALLEN = "the wall around it was ended from outside, {count} times"
WALLS = 3
"""Behind how many walls, one after the other, a submission is tried."""
LESSONS = 2
"""How many lessons' walls a worker keeps."""


class NoToolsError(Exception):
    """This worker can grade nothing; the text says why."""


class Tools:
    """The wall and the examiner of one lesson, on this worker.

    Parameters
    ----------
    lesson : dict
        See `grade_submission`.
    """

    def __init__(self, lesson: dict[str, Any]) -> None:
        self.users = 0
        with ExitStack() as stack, tempfile.TemporaryDirectory(prefix="proctor-lesson-") as folder:
            for name, content in lesson["files"].items():
                path = Path(folder, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            self.wall = Wall(
                Path(folder), lesson["imports"], demonstrations=lesson["demonstrations"]
            )
            thread = stack.enter_context(ThreadPoolExecutor(1))
            warm = thread.submit(self.wall.start)
            try:
                self.examiner = Examiner(lesson["imports"], Path(folder), lesson["misconceptions"])
                # As long as the folder is there.
                self.examiner.exercises(lesson["tests"])
            finally:
                warm.result()
        # Traits find the classes that they name when they are first made, and no two threads may
        # do that at once.
        StudentClient(nbformat.v4.new_notebook(), km=student_kernel_manager(self.wall, {}))
        # A collection would look at all these objects again and again.
        gc.collect()
        gc.freeze()


_tools: dict[str, Tools] = {}
_lock = threading.Lock()


def dask_setup(worker: Any) -> None:
    """Leave Ctrl-C to the coordinator, which ends this process; called by Dask on a local worker.

    Parameters
    ----------
    worker : Worker
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def close_walls() -> None:
    """End all walls of this process."""
    with _lock:
        while _tools:
            _tools.popitem()[1].wall.close()


def grade_submission(lesson: dict[str, Any], submission: dict[str, Any]) -> bytes:
    """Run a submission and return what came of it, as JSON.

    Parameters
    ----------
    lesson : dict
        ``digest``; ``software``, the digest of what must be the same here; ``tests``, sources of
        graded cells by `grade_id`; ``imports``; ``misconceptions``, the source of
        misconceptions.py; ``demonstrations``, see `Wall`; ``files`` of the
        release and those, ``given``, that each student gets, by name; ``limits``, see `RunLimits`.
    submission : dict
        ``notebook``, repaired, as JSON; ``files`` of the student, by name; ``seed``.

    Returns
    -------
    bytes
        A dictionary with ``outputs``, for each code cell a pair of its outputs and its number; or
        ``stop`` with the reason why this worker can grade nothing; or ``failed`` with the reason
        why this submission cannot be graded.
    """
    result: dict[str, Any]
    try:
        result = {"outputs": _outputs(lesson, submission)}
    except NoToolsError as error:
        result = {"stop": str(error)}
    except Exception as error:  # whatever it is, the others go on
        reason = f"{type(error).__name__}: {error}"[:300]
        result = {"failed": GOES_ON.format(error=reason), "trace": traceback.format_exc()[-4000:]}
    return json.dumps(result).encode()


def _outputs(lesson: dict[str, Any], submission: dict[str, Any]) -> list[Any]:
    """Run a submission and return outputs and number of each code cell."""
    for _ in range(WALLS):
        tools = _borrow(lesson)
        nb = nbformat.from_dict(json.loads(submission["notebook"]))
        run = SubmissionRun(
            nb,
            tools.wall,
            tools.examiner,
            tests=lesson["tests"],
            files={**submission["files"], **lesson["given"]},
            seed=submission["seed"],
            limits=RunLimits(**lesson["limits"]),
        )
        try:
            asyncio.run(run.run())
        except Exception:
            # If the wall fell meanwhile, it took the student's kernel along.
            if tools.wall.alive():
                raise
        finally:
            _give_back(tools)
        if tools.wall.alive():
            return [
                [cell.outputs, cell.execution_count]
                for cell in nb.cells
                if cell.cell_type == "code"
            ]
    raise WallError(FALLEN.format(count=WALLS))


def _borrow(lesson: dict[str, Any]) -> Tools:
    """Return a lesson's tools, made at first use or if the wall has fallen."""
    digest = lesson["digest"]
    with _lock:
        for known, tools in list(_tools.items()):
            unused = not tools.users and len(_tools) >= LESSONS and known != digest
            if unused or not tools.wall.alive():
                _tools.pop(known).wall.close()
        if digest not in _tools:
            if lesson["software"] != software_digest():
                raise NoToolsError(OTHER_VERSION.format(host=socket.gethostname()))
            try:
                _tools[digest] = Tools(lesson)
            except WallError as error:
                raise NoToolsError(NO_WALL.format(host=socket.gethostname(), error=error)) from None
        _tools[digest].users += 1
        return _tools[digest]


def _give_back(tools: Tools) -> None:
    """Count one user less."""
    with _lock:
        tools.users -= 1
