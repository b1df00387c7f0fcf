"""The warm parent inside the wall: imports everything once, then forks a child per submission.

It never reads what belongs to one submission, since all later children inherit its memory.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import resource
import signal
import socket
import sys
import traceback
from typing import NoReturn

from ..protocol.limits import Limits
from . import jail, pid1

# How many submissions one wall may hold at a time, as far as its processes go.
CHILDREN = 64


def main() -> NoReturn:
    """Warm up, say so, and fork on request until the grader hangs up."""
    control = socket.socket(fileno=int(sys.argv[1]))
    config = json.loads(control.recv(1_000_000))
    limits = Limits(**config["limits"])
    try:
        warm_up(config["imports"])
        ready = {"ready": ""}
    except BaseException:
        # The imports cell may raise anything, and the grader should hear of it.
        ready = {"error": traceback.format_exc()}
    control.send(json.dumps(ready).encode())
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
        if os.fork() == 0:
            control.close()
            report, line, request = descriptors
            start_child(report, line, request, limits, config["hidden"])
        for descriptor in descriptors:
            os.close(descriptor)


def warm_up(imports: str) -> None:
    """Load what every submission needs: the shell, the lesson's imports, fonts."""
    from . import expired, student
    from .shell import make_shell

    # As in a notebook, modules beside it can be imported.
    sys.path.insert(0, "")
    shell = make_shell()
    exec(compile(imports, "<imports>", "exec"), {"__name__": "__main__"})
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
