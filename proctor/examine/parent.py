"""The warm parent outside the wall: it knows the lesson, and forks a child per submission.

It never reads what belongs to one submission. A test that patches a module, loops or exits harms
its own submission's child alone, which has limits and may be killed.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import pickle
import resource
import select
import signal
import socket
import sys
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NoReturn

from ..diagnose.misconceptions import usable_exercises
from ..diagnose.naming import pairs_ahead
from ..lesson import Lesson
from ..sandbox.host.folders import LockedFolder
from ..sandbox.protocol.fork import fork
from ..sandbox.protocol.line import Line
from ..testing import seeded
from .cells import compiled, run_imports
from .examination import Examination, Knowledge
from .limits import Process
from .student import Student

PR_SET_PDEATHSIG = 1
# What a child may have beyond what it inherits, in bytes.
MEMORY_BYTES = 2 * 1024**3
# In seconds, for an examiner's child itself: tests, and reasons.
CPU_SECONDS = 300
PAUSE_MILLISECONDS = 50


def main() -> NoReturn:
    """Learn the lesson, say so, and fork on request until the worker hangs up."""
    control = socket.socket(fileno=int(sys.argv[-1]))
    with suppress(ImportError):
        # Before the lesson is known: nearly every one draws.
        import matplotlib.pyplot  # noqa: F401
    # A connection of its own, since requests come with descriptors.
    with Connection(os.dup(control.fileno())) as connection:
        try:
            pickled = connection.recv_bytes()
        except EOFError:
            os._exit(0)  # the worker has no lesson for it
        try:
            knowledge = learn(pickle.loads(pickled))
            connection.send_bytes(json.dumps({"ready": True}).encode())
        except BaseException:
            # The imports cell may raise anything, and the worker should hear of it.
            connection.send_bytes(json.dumps({"error": traceback.format_exc()[-4000:]}).encode())
            os._exit(1)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    work, is_first = _ahead(knowledge), True
    while True:
        _wait(control, work)
        message, descriptors, _, _ = socket.recv_fds(control, 1, 1)
        if not message:
            os._exit(0)
        if fork() == 0:
            control.close()
            _be_child(knowledge, descriptors[0])
        os.close(descriptors[0])
        if is_first:  # The first grade should come early.
            _make_variants(knowledge)
            is_first = False


def learn(lesson: Lesson) -> Knowledge:
    """Run the lesson's `imports` cell, and read its tests and its misconceptions."""
    with LockedFolder(Path(tempfile.gettempdir()), "proctor-lesson-") as folder:
        for name, content in lesson.files.items():
            path = folder.path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        outside = [cell for cell in lesson.tests if cell.name not in lesson.inside]
        namespace: dict[str, Any] = {}
        if outside:
            namespace = run_imports(lesson.imports, folder.path, lesson.given_imports)
        exercises, _ = usable_exercises(lesson.misconceptions, folder.path, lesson.sources)
    for cell in outside:
        with suppress(Exception):  # that test fails for everybody, with this reason
            compiled(cell.source)
    return Knowledge(lesson, namespace, exercises)


def _make_variants(knowledge: Knowledge) -> None:
    """Make the wrong functions, so that the next children, which start together, need not.

    With styles, this is the larger part of what is worked out ahead.
    """
    for exercise in knowledge.exercises.values():
        # An edit that is no Python must not end this process; whoever needs it hears of it.
        with suppress(Exception):
            _ = exercise.singles
    _freeze()


def _ahead(knowledge: Knowledge) -> Iterator[None]:
    """Work out, step by step, what wrong functions do: children need not do it again."""
    for exercise in knowledge.exercises.values():
        with suppress(Exception):
            _ = exercise.right
            for variant in exercise.singles:
                _ = variant.outcomes
                yield
            for pair in pairs_ahead(exercise):
                pair.outcome(0)
                yield
    _freeze()


def _freeze() -> None:
    """Keep children from writing to, and so copying, all objects when they collect garbage."""
    gc.collect()
    gc.freeze()


def _wait(control: socket.socket, work: Iterator[None]) -> None:
    """Wait for a request; work ahead meanwhile."""
    poll = select.poll()
    poll.register(control, select.POLLIN)
    # While requests come one upon the other, the CPU cores are theirs.
    if poll.poll(PAUSE_MILLISECONDS):
        return
    for _ in work:
        if poll.poll(0):
            return
    poll.poll()


class Host:
    """The worker's thread that starts and ends processes behind the wall for one submission.

    Parameters
    ----------
    descriptor : int
        Of the socket to it.
    """

    def __init__(self, descriptor: int) -> None:
        self._socket = socket.socket(fileno=os.dup(descriptor))
        self.connection = Connection(descriptor)
        self._examiner = Process(os.getpid())

    def start(self) -> Student:
        """Return a new process of the submission, in place of any other."""
        self._ask("start")
        _, descriptors, _, _ = socket.recv_fds(self._socket, 1, 2)
        line, pidfd = descriptors
        return Student(Line(line), pidfd, self._examiner)

    def end(self) -> str:
        """End the process, with all that it has started; return why it had ended before."""
        return str(self._ask("end"))

    def _ask(self, what: str) -> Any:
        self.connection.send_bytes(json.dumps({"ask": what}).encode())
        return json.loads(self.connection.recv_bytes())["ok"]


def _be_child(knowledge: Knowledge, descriptor: int) -> NoReturn:
    """Examine one submission; called in the forked process."""
    try:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        _limit()
        host = Host(descriptor)
        host.connection.send_bytes(json.dumps({"pid": os.getpid()}).encode())
        wanted = json.loads(host.connection.recv_bytes())
        answer: dict[str, Any]
        try:
            with seeded(wanted["seed"]):
                examination = Examination(knowledge, wanted["cells"], host, wanted["is_trial"])
                answer = {"outputs": examination.run()}
            answer |= {"used": asdict(examination.used), "problems": examination.problems}
        except BaseException as error:  # of ours, or what a test has made of this process
            reason = f"{type(error).__name__}: {error}"[:300]
            answer = {"failed": reason, "trace": traceback.format_exc()[-4000:]}
        host.connection.send_bytes(json.dumps(answer).encode())
    finally:
        os._exit(0)


def _limit() -> None:
    """Set the limits of this process; what it prints is for nobody."""
    null = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(null, stream)
    has = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    allowed = has + MEMORY_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (allowed, allowed))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
