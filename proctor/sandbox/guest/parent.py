"""The warm parent inside the wall: imports everything once, then forks a child per submission.

It never reads what belongs to one submission, since all later children inherit its memory.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import resource
import signal
import socket
import sys
import traceback
from typing import TYPE_CHECKING, NoReturn

from ..protocol.fork import fork
from ..protocol.limits import Limits
from . import jail, pid1, seccomp

if TYPE_CHECKING:
    from .shell import StudentShell

# How many submissions one wall may hold at a time, as far as its processes go.
CHILDREN = 64


class ImportsError(Exception):
    """The lesson's `imports` cell stops; the message says with what and in which line."""


def main() -> NoReturn:
    """Warm up, say so, and fork on request until the grader hangs up."""
    control = socket.socket(fileno=int(sys.argv[1]))
    try:
        shell = load_shell()
        lesson = control.recv(1_000_000)
        if not lesson:
            os._exit(0)
        config = json.loads(lesson)
        limits = Limits(**config["limits"])
        warm_up(shell, config["imports"])
    except ImportsError as error:
        control.send(json.dumps({"imports": str(error)}).encode())
        os._exit(1)
    except BaseException:
        # The imports cell may do anything, and the grader should hear of it.
        control.send(json.dumps({"error": traceback.format_exc()}).encode())
        os._exit(1)
    control.send(json.dumps({"ready": ""}).encode())
    # What is still to be written would be written by each child again.
    sys.stdout.flush()
    sys.stderr.flush()
    # Nobody waits for the children, so the kernel of the system buries them.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    allowed = limits.processes * CHILDREN
    resource.setrlimit(resource.RLIMIT_NPROC, (allowed, allowed))
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, 1, 3)
        if not message:
            # bwrap's pid 1 would outlive us as long as any child did.
            with contextlib.suppress(ProcessLookupError):
                os.kill(-1, signal.SIGKILL)
            os._exit(0)
        if fork() == 0:
            control.close()
            report, line, request = descriptors
            start_child(report, line, request, limits, config["hidden"])
        for descriptor in descriptors:
            os.close(descriptor)


def load_shell() -> StudentShell:
    """Load what any lesson needs, and return the shell."""
    from . import expired, stand_ins, student  # noqa: F401 (loaded now)
    from .shell import make_shell

    stand_ins.install()
    if seccomp.known():
        seccomp.prepare()
    with contextlib.suppress(ImportError):
        import matplotlib.pyplot  # noqa: F401 (loaded now, with its fonts)
    return make_shell()


def warm_up(shell: StudentShell, imports: str) -> None:
    """Load what the submissions of a lesson need.

    Raises
    ------
    ImportsError
        If the lesson's `imports` cell stops.
    """
    from . import expired, student
    from .shell import last_line, name_of, safe_text

    # As in a notebook, modules beside it can be imported.
    sys.path.insert(0, "")
    importlib.invalidate_caches()
    # As in a notebook, magics included.
    result = shell.run_cell(imports)  # type: ignore[no-untyped-call]
    error = result.error_before_exec or result.error_in_exec
    if error is not None:
        told = f"{name_of(type(error))}: {safe_text(lambda: str(error))}"
        line = last_line(error.__traceback__)
        raise ImportsError(f"{told}, in its line {line!r}" if line else told)
    expired.give_back()
    student.warm_up(shell)
    # A collection in a child would write to, and so copy, all these objects.
    gc.collect()
    gc.freeze()


def start_child(
    report: int, line: int, request: int, limits: Limits, hidden: list[str]
) -> NoReturn:
    """Build a submission's jail around this forked process and start the student's process."""
    try:
        with socket.socket(fileno=report) as reporter:
            try:
                jail.enter_namespaces()
                if os.fork() == 0:
                    pid1.run(reporter, line, request, limits, hidden)
            except BaseException:
                pid1.say(reporter, error=traceback.format_exc()[-4000:])
    finally:
        os._exit(0)


if __name__ == "__main__":
    main()
