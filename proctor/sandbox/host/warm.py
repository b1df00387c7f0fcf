"""The warm parent, seen from outside."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import tempfile
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from ..protocol.limits import Limits
from ..protocol.request import Request
from . import command, errors, runtime
from .child import Child
from .errors import WallError

DOWN = "the wall does not answer"
# How long to wait for the parent; there may be much to do on the machine.
WARM_SECONDS = 120


class WarmParent:
    """The process behind the wall that forks children, launched before its lesson is known.

    Parameters
    ----------
    meanwhile : callable
        Run, after the start, in the thread that starts the process.

    Raises
    ------
    OSError
        If it does not start.
    """

    def __init__(self, meanwhile: Callable[[], None]) -> None:
        self._limits = Limits()
        self.process: subprocess.Popen[bytes] | None = None
        self.runtime = runtime.Runtime()
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 (`close` closes it)
        self._control, inside = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            with inside:
                self._launch(inside.fileno(), meanwhile)
        except BaseException:
            self.close()
            raise

    def learn(self, files: Mapping[str, bytes], imports: str, limits: Limits) -> None:
        """Let the process load a lesson, and wait until it has.

        Parameters
        ----------
        files, imports, limits
            See `Wall`.

        Raises
        ------
        WallError
            If it has not started, or the imports fail.
        """
        self._limits = limits
        self.runtime.add_lesson(files)
        config: dict[str, Any] = {"imports": imports, "limits": asdict(limits)}
        config["hidden"] = command.hidden_folders()
        try:
            self._control.settimeout(WARM_SECONDS)
            self._control.send(json.dumps(config).encode())
            answer = json.loads(self._control.recv(1_000_000) or b"{}")
        except (OSError, ValueError):
            answer = {}
        if "imports" in answer:
            raise WallError(errors.NOT_WARM.format(error=answer["imports"]))
        if "error" in answer:
            raise WallError(errors.NOT_LOADED.format(output=answer["error"]))
        if "ready" not in answer:
            self._log.seek(0)
            raise errors.explain(self._log.read().decode(errors="replace").strip())

    def ask(self, request: Request) -> Child:
        """Ask for a child and return it when its jail is built.

        Raises
        ------
        WallError
            If that fails.
        """
        report, inside = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        # Before anything is sent: messages without a sender's number would have none for ever.
        report.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        line, their_line = socket.socketpair()
        payload = request.write()
        with inside, their_line:
            try:
                descriptors = [inside.fileno(), their_line.fileno(), payload]
                socket.send_fds(self._control, [b"f"], descriptors)
            except OSError as error:
                report.close()
                line.close()
                text = f"{DOWN} ({error.strerror})"
                raise WallError(errors.NO_CHILD.format(output=text)) from None
            finally:
                os.close(payload)
        return Child(report, line, self._limits.cpu_seconds)

    def test(self) -> None:
        """Let a child try to get out.

        Raises
        ------
        WallError
            If any part of the wall is missing.
        """
        try:
            child = self.ask(Request(selftest=command.shown()))
        except WallError as error:
            # bwrap's namespaces were allowed, but not those within them.
            raise errors.explain(str(error)) from None
        try:
            problems = child.hear("problems")
            if child.user() == 0:
                problems.append("a user other than root")
        finally:
            child.close()
        if problems:
            raise WallError(errors.NOT_SAFE.format(problems=", ".join(problems)))

    def close(self) -> None:
        """End the process, with it everything behind the wall, and remove what is on disk."""
        self._control.close()  # the parent leaves when it reads the end of this
        if self.process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(1)
            self.process.kill()
            self.process.wait()
        self._log.close()
        self.runtime.remove()

    def _launch(self, inside: int, meanwhile: Callable[[], None]) -> None:
        """Start the process from a thread that lives as long as the wall."""
        launched = threading.Event()
        failure: list[BaseException] = []

        def live() -> None:
            try:
                self.process = self._start(inside)
            except BaseException as error:
                failure.append(error)
            finally:
                launched.set()
            meanwhile()

        # bwrap dies with the thread that started it: not with a worker's that happened to.
        threading.Thread(target=live, name="wall", daemon=True).start()
        launched.wait()
        if failure:
            raise failure[0]

    def _start(self, inside: int) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            command.build(self.runtime, inside),
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            env=command.environment(),
            cwd="/",
            pass_fds=[inside],
            # Ctrl-C in a terminal is the grader's business, not the wall's.
            start_new_session=True,
        )
