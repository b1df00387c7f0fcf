"""The processes of one submission: pid 1 of its namespace, and the kernel or the self-test."""

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


def run(grader: socket.socket, payload: int, limits: Limits, hidden: list[str]) -> NoReturn:
    """Be pid 1: build the jail, start the kernel in it, bury orphans until the kernel ends.

    Parameters
    ----------
    grader : socket
        To report to.
    payload : int
        Descriptor of the request.
    limits : Limits
    hidden : list of str
        See `jail.build`.
    """
    for number in (signal.SIGINT, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    request = Request.read(payload)
    sockets = os.open(f"{jail.SOCKETS}/{request.name}", os.O_PATH)
    # With a session of its own, a submission gets its share of the processors, and not more.
    os.setsid()
    jail.build(limits, request.files, hidden)
    jail.restrict(limits)
    _silence()
    # The student's processes belong to the same user, but may not look into this one.
    linux.prctl(linux.PR_SET_DUMPABLE, 0)
    kernel = os.fork()
    if kernel == 0:
        _be_pid_2(grader, request, sockets, limits)
    os.close(sockets)
    while True:
        pid, status = os.wait()
        if pid == kernel:
            break
    grader.send(json.dumps({"status": os.waitstatus_to_exitcode(status)}).encode())
    os._exit(0)


def _be_pid_2(grader: socket.socket, request: Request, sockets: int, limits: Limits) -> NoReturn:
    """Be the kernel or the self-test; everything is in place and all privileges are gone."""
    try:
        linux.prctl(linux.PR_SET_DUMPABLE, 1)
        _hand_over(grader)
        if request.connection:
            _run_kernel(grader, request, sockets, limits)
        else:
            from . import selftest

            report = {"problems": selftest.problems(limits, request.folders)}
            grader.send(json.dumps(report).encode())
            grader.recv(1)  # never comes: the grader looks at these processes, then ends them
    except BaseException:
        grader.send(json.dumps({"error": traceback.format_exc()[-4000:]}).encode())
    finally:
        os._exit(1)


def _hand_over(grader: socket.socket) -> None:
    """Give the grader what it holds us by: both processes, and a view of all there will be."""
    handles = [os.pidfd_open(1), os.pidfd_open(2), os.open("/proc", os.O_RDONLY | os.O_DIRECTORY)]
    socket.send_fds(grader, [b'{"started": true}'], handles)
    for handle in handles:
        os.close(handle)


def _run_kernel(grader: socket.socket, request: Request, sockets: int, limits: Limits) -> None:
    """Run the kernel; before it takes any request, it lets go of everything of the grader's."""
    from . import kernel

    def let_go() -> None:
        os.close(sockets)
        grader.send(b'{"ready": true}')
        grader.close()

    # Bound by way of a descriptor: no path leads to them later, neither ours nor anybody's.
    connection: dict[str, Any] = {**request.connection, "ip": f"/proc/self/fd/{sockets}/k"}
    kernel.run(connection, limits, let_go)


def _silence() -> None:
    """Detach from the parent's standard streams."""
    null = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(null, stream)
    os.close(null)
