"""The warm parent, seen from outside."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import socket
import subprocess
import tempfile
import threading
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ..protocol.limits import Limits
from ..protocol.request import Request
from . import command, errors, runtime
from .child import Child
from .errors import WallError

DOWN = "the wall is down"
# How long to wait for the parent and for a child; there may be much to do on the machine.
WARM_SECONDS, CHILD_SECONDS = 120, 60


class WarmParent:
    """The process behind the wall that forks children.

    Parameters
    ----------
    lesson_files, imports, demonstrations, limits
        See `Wall`.
    meanwhile : callable
        Run, after the start, in the thread that starts the process.

    Raises
    ------
    WallError
        If it does not start, or its imports fail.
    """

    def __init__(
        self,
        lesson_files: Path,
        imports: str,
        demonstrations: Sequence[str],
        limits: Limits,
        meanwhile: Callable[[], None],
    ) -> None:
        self._limits = limits
        self.process: subprocess.Popen[bytes] | None = None
        self.runtime = runtime.Runtime(lesson_files, command.wall_user())
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 (`close` closes it)
        self._control, inside = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            with inside:
                self._launch(inside.fileno(), meanwhile)
            self._wait_until_warm(imports, demonstrations)
        except BaseException:
            self.close()
            raise

    def ask(self, request: Request) -> Child:
        """Ask for a child and return it when its jail is built.

        Raises
        ------
        WallError
            If that fails.
        """
        folder = self.runtime.sockets / request.name
        try:
            folder.mkdir(mode=0o700)
            if os.geteuid() == 0:
                os.chown(folder, command.WALL_USER, command.WALL_USER)
        except OSError:
            # The wall has fallen, and another thread has removed what was left of it.
            raise WallError(errors.NO_CHILD.format(output=DOWN)) from None
        grader, inside = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        grader.settimeout(CHILD_SECONDS)
        payload = request.write()
        handles: list[int] = []
        try:
            with inside:
                socket.send_fds(self._control, [b"f"], [inside.fileno(), payload])
            hear(grader, "started", handles)
        except BaseException as error:
            grader.close()
            folder.rmdir()
            if isinstance(error, OSError):
                raise WallError(errors.NO_CHILD.format(output=DOWN)) from None
            raise
        finally:
            os.close(payload)
        connection = {**request.connection, "ip": str(folder / "k")}
        return Child(connection, folder, grader, handles, self._limits.cpu_seconds)

    def test(self) -> None:
        """Let a child try to get out.

        Raises
        ------
        WallError
            If any part of the wall is missing.
        """
        try:
            child = self.ask(Request(secrets.token_hex(8), folders=command.python_folders()))
        except WallError as error:
            # bwrap's namespaces were allowed, but not those within them.
            raise errors.explain(str(error)) from None
        try:
            problems = hear(child.grader, "problems")
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

    def _wait_until_warm(self, imports: str, demonstrations: Sequence[str]) -> None:
        config: dict[str, Any] = {"imports": imports, "limits": asdict(self._limits)}
        config["demonstrations"] = list(demonstrations)
        config["hidden"] = command.hidden_folders()
        try:
            self._control.settimeout(WARM_SECONDS)
            self._control.send(json.dumps(config).encode())
            answer = json.loads(self._control.recv(1_000_000) or b"{}")
        except (OSError, ValueError):
            answer = {}
        if "error" in answer:
            raise WallError(errors.NOT_WARM.format(output=answer["error"]))
        if "ready" not in answer:
            self._log.seek(0)
            raise errors.explain(self._log.read().decode(errors="replace").strip())


def hear(grader: socket.socket, word: str, handles: list[int] | None = None) -> Any:
    """Return what a child's process, still ours alone, says under `word`.

    Parameters
    ----------
    grader : socket
        Our end of the line.
    word : str
        What it should speak of.
    handles : list of int, optional
        Takes the descriptors that come with it.

    Raises
    ------
    WallError
        If it speaks of something else, such as an error, or not at all.
    """
    try:
        data, descriptors, _, _ = socket.recv_fds(grader, 10_000, 3)
    except TimeoutError:
        raise WallError(errors.NO_CHILD.format(output="it gave no answer")) from None
    answer = json.loads(data or b"{}")
    if word not in answer:
        text = answer.get("error", "it ended without a word")
        raise WallError(errors.NO_CHILD.format(output=text))
    if handles is not None:
        handles += descriptors
    return answer[word]
