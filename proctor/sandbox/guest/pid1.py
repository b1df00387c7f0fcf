"""The processes of one submission: pid 1 of its namespace, and the student's or the self-test."""

from __future__ import annotations

import json
import os
import signal
import socket
import traceback
from typing import Any, NoReturn

from ..protocol.limits import Limits
from ..protocol.request import Request
from . import jail, linux

# Where sessions get no shares, the grader comes first. Not lower: the time that a process waits for
# a core is not its own, but somebody waits for the class.
NICENESS = 10


def run(
    report: socket.socket, line: int, request: int, limits: Limits, hidden: list[str]
) -> NoReturn:
    """Be pid 1: build the jail, start the student's process in it, bury orphans until it ends.

    Parameters
    ----------
    report : socket
        To whoever asked for this child.
    line, request : int
        Descriptors: the student's end of the line to the examiner, and the `Request`.
    limits : Limits
    hidden : list of str
        See `jail.build`.
    """
    for number in (signal.SIGINT, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    introduce(report)
    wanted = Request.read(request)
    # With a session of its own, a submission gets its share of the CPU cores, and not more: the
    # filter keeps it from starting others.
    os.setsid()
    jail.build(limits, wanted.files, hidden)
    jail.restrict(limits)
    os.nice(NICENESS)
    _silence()
    # The student's processes belong to the same user, but may not look into this one.
    linux.prctl(linux.PR_SET_DUMPABLE, 0)
    student = os.fork()
    if student == 0:
        _be_pid_2(report, line, wanted, limits)
    os.close(line)
    while True:
        pid, status = os.wait()
        if pid == student:
            break
    say(report, status=os.waitstatus_to_exitcode(status))
    os._exit(0)


def introduce(report: socket.socket) -> None:
    """Show this process to whoever asked for it, and wait until it has been taken hold of.

    The message carries this process's number, translated by Linux, and no descriptor: those on
    their way through sockets are counted for all submissions together, and one that leaves many
    unread would keep the others from starting.
    """
    say(report, here=True)
    report.recv(1)


def say(report: socket.socket, **facts: Any) -> None:
    """Report something."""
    report.send(json.dumps(facts).encode())


def _be_pid_2(report: socket.socket, line: int, wanted: Request, limits: Limits) -> NoReturn:
    """Be the student or the self-test; everything is in place and all privileges are gone."""
    try:
        linux.prctl(linux.PR_SET_DUMPABLE, 1)
        introduce(report)
        if wanted.selftest is not None:
            from . import selftest

            say(report, problems=selftest.problems(limits, wanted.selftest))
            report.recv(1)  # never comes: the grader looks at these processes, then ends them
        else:
            _be_student(report, line, limits)
    except BaseException:
        say(report, error=traceback.format_exc()[-4000:])
    finally:
        os._exit(1)


def _be_student(report: socket.socket, line: int, limits: Limits) -> NoReturn:
    """Serve the examiner; before any request is read, this process lets go of the grader."""
    from ..protocol.line import Line
    from .shell import StudentShell
    from .student import Student

    student = Student(StudentShell.instance(), Line(line), limits)
    say(report, ready=True)
    report.close()
    student.serve()


def _silence() -> None:
    """Detach from the parent's standard streams."""
    null = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(null, stream)
    os.close(null)
