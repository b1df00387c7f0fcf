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
        warm_up(config["imports"], config["demonstrations"])
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
        message, descriptors, _, _ = socket.recv_fds(control, 1, 2)
        if not message:
            # bwrap's pid 1 would outlive us as long as any child did.
            with contextlib.suppress(ProcessLookupError):
                os.kill(-1, signal.SIGKILL)
            os._exit(0)
        if os.fork() == 0:
            control.close()
            report, payload = descriptors
            start_child(report, payload, limits, config["hidden"])
        for descriptor in descriptors:
            os.close(descriptor)


def warm_up(imports: str, demonstrations: list[str]) -> None:
    """Load what every submission needs: the kernel, the lesson's imports, fonts."""
    from . import kernel

    # As in a kernel, modules beside the notebook can be imported.
    sys.path.insert(0, "")
    exec(compile(imports, "<imports>", "exec"), {"__name__": "__main__"})
    kernel.warm_up(demonstrations)
    # A collection in a child would write to, and so copy, all these objects.
    gc.collect()
    gc.freeze()


def start_child(report: int, payload: int, limits: Limits, hidden: list[str]) -> NoReturn:
    """Build a submission's jail around this forked process and start its kernel."""
    try:
        with socket.socket(fileno=report) as grader:
            try:
                jail.enter_namespaces()
                if os.fork() == 0:
                    pid1.run(grader, payload, limits, hidden)
            except BaseException:
                grader.send(json.dumps({"error": traceback.format_exc()[-4000:]}).encode())
    finally:
        os._exit(0)


if __name__ == "__main__":
    main()
