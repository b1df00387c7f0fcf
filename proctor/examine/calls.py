"""Calling a student's functions across the wall.

The student's kernel answers one message type of its own, ``proctor_call_request``. It runs
the student's code, so an answer may be forged: whoever forges one only chooses what their own
function returned. An answer counts if it is the first to carry the request's id and its nonce,
and arrives in time; its values are decoded by `proctor.sandbox.protocol.wire` alone.
"""

from __future__ import annotations

import contextlib
import math
import secrets
import time
from collections.abc import Callable, Mapping
from types import FunctionType
from typing import Any

import zmq
from jupyter_client.session import DELIM

from ..diagnose.helpers import Helpers
from ..sandbox.protocol import wire
from ..sandbox.protocol.session import UndatedSession

LIMITS = wire.WireLimits()
MAX_MESSAGE_BYTES = 80 * 1024**2
MAX_HELPER_MESSAGE_BYTES = 5 * 1024**2
# Of an answer's JSON, which takes up to 30 times as much as objects.
MAX_JSON_BYTES = 8 * 1024**2
# Of an answer: its JSON, signature and identities, and arrays as far as the wire allows.
MAX_PARTS = 5_000
SLICE_MILLISECONDS = 20
# How many times as long as its work a call may take by the clock on a busy machine.
LONGEST_WAIT = 4
# The name of the module that a test cell believes to be.
TEST_CELL = "__test__"

TIMEOUT = "{name} did not finish within {seconds:g} seconds. Does a loop in it never end?"
OUT_OF_TIME = "{name} was stopped: the submission had used up its time."
DEATH = "{name} ended the Python process it ran in ({reason})."
UNFIT = "{name} returned something that cannot be checked: {what}."
NO_ANSWER = "{name}: the answer of the student's kernel cannot be read ({what})."


class CallError(Exception):
    """A call that gave no value. The message is written for the student."""


class KernelLostError(CallError):
    """A call after which the student's kernel is dead or hangs, and must be replaced."""


class StudentCodeError(CallError):
    """An exception in the student's own code.

    Attributes
    ----------
    raised : str
        The exception, as ``"TypeError: message"``.
    line : str
        The last line of the student's own that it went through; empty if there is none.
    """

    def __init__(self, raised: str, line: str) -> None:
        super().__init__(f"{raised}\n  in your line: {line}" if line else raised)
        self.raised = raised
        self.line = line


class StudentCalls:
    """The examiner's line to one student's kernel.

    Parameters
    ----------
    connection : mapping
        How to reach the kernel, as in its connection file; the transport is ipc.
    death : callable
        Returns why the kernel died, or None while it lives.
    processor_seconds : callable
        Returns how long processors have worked for the kernel.
    timeout : float
        How long one call may take, in seconds.
    deadline : float
        When all calls must have ended, as `time.monotonic` has it.
    """

    def __init__(
        self,
        connection: Mapping[str, Any],
        death: Callable[[], str | None],
        processor_seconds: Callable[[], float],
        timeout: float,
        deadline: float = math.inf,
    ) -> None:
        self._death = death
        self._processor_seconds = processor_seconds
        self._timeout = timeout
        self._deadline = deadline
        self._session = UndatedSession(key=connection["key"].encode())
        self._context = zmq.Context()
        self._connection = connection
        # The kernel finds the one socket by the name of the other.
        self._identity = secrets.token_hex(16).encode()
        self._socket = self._connect("shell_port", MAX_MESSAGE_BYTES)
        self._stdin: zmq.Socket[bytes] | None = None
        # What is callable stays so until a cell runs; a call of it that fails says why.
        self._callable: set[str] = set()

    def _connect(self, port: str, limit: int) -> zmq.Socket[bytes]:
        """Return a socket to one of the kernel's channels, for messages up to a size."""
        socket = self._context.socket(zmq.DEALER)
        # Before connecting: set later, the limits have no effect.
        socket.setsockopt(zmq.IDENTITY, self._identity)
        socket.setsockopt(zmq.MAXMSGSIZE, limit)
        # Answers that nobody asked for pile up here: as few as can be.
        socket.setsockopt(zmq.RCVHWM, 1)
        socket.setsockopt(zmq.LINGER, 0)
        # Without it, sending to a kernel that hung up would block for ever.
        socket.setsockopt(zmq.SNDTIMEO, 1000)
        socket.connect(f"ipc://{self._connection['ip']}-{self._connection[port]}")
        return socket

    def close(self) -> None:
        """Hang up."""
        self._context.destroy(linger=0)

    def kinds(self, names: list[str]) -> dict[str, str]:
        """Return for each name whether it is "callable", "data" or "missing" in the kernel.

        Raises
        ------
        CallError
            If the kernel gives no answer.
        """
        unknown = [name for name in names if name not in self._callable]
        kinds: Any = {}
        if unknown:
            content, _ = self._ask("the kernel", {"op": "names", "names": unknown})
            kinds = content.get("kinds")
            if not isinstance(kinds, dict):
                raise CallError(NO_ANSWER.format(name="names", what="no kinds"))
        asked = {
            name: kinds[name] if kinds.get(name) in ("callable", "data") else "missing"
            for name in unknown
        }
        self._callable |= {name for name, kind in asked.items() if kind == "callable"}
        return {name: asked.get(name, "callable") for name in names}

    def cell_ran(self) -> None:
        """Forget what names stand for: a cell may have given them other values."""
        self._callable.clear()

    def data(self, name: str) -> Any:
        """Return a copy of the student's variable `name`.

        Raises
        ------
        CallError
            If there is no such value, or it cannot cross the wall.
        """
        content, buffers = self._ask(name, {"op": "get", "name": name})
        return self._decode(name, content, buffers)

    def call(
        self,
        name: str,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        helpers: Helpers | None = None,
        limits: wire.WireLimits = LIMITS,
    ) -> Any:
        """Call the student's function `name` and return what it returned.

        What the function did to its arguments is done to `args`, too. A function of one of the
        lesson's modules may be an argument: only its name crosses, and the student's function
        gets the one that is called so on its own side.

        Parameters
        ----------
        name, args, kwargs
            The call.
        helpers : Helpers, optional
            What takes the place of the student's own functions during this call.
        limits : WireLimits
            How much may come back.

        Raises
        ------
        CallError
            If the call gives no value.
        """
        functions, data = _take_out_functions(args)
        header, buffers = wire.encode([data, kwargs])
        request = {"op": "call", "name": name, "args": header, "functions": functions}
        if helpers is not None:
            request["helpers"] = helpers.names
        content, answer = self._ask(name, request, buffers, helpers)
        value = self._decode(name, content, answer, limits)
        if type(value) is not list or len(value) != 2:
            raise CallError(NO_ANSWER.format(name=name, what="not a pair"))
        result, after = value
        wire.copy_back(list(args), after)
        return result

    def _decode(
        self,
        name: str,
        content: dict[str, Any],
        buffers: list[Any],
        limits: wire.WireLimits = LIMITS,
    ) -> Any:
        """Return the value in an answer, or raise what it says went wrong."""
        status = content.get("status")
        if status == "error":
            raised = f"{_short(content.get('ename'))}: {_short(content.get('evalue'))}"
            raise StudentCodeError(raised, _short(content.get("line")))
        if status == "unfit":
            raise CallError(UNFIT.format(name=name, what=_short(content.get("evalue"))))
        try:
            return wire.decode(content.get("value"), buffers, limits)
        except wire.WireError as error:
            raise CallError(UNFIT.format(name=name, what=error)) from None

    def timed_call(
        self,
        name: str,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        helpers: Helpers | None = None,
        limits: wire.WireLimits = LIMITS,
    ) -> tuple[Any, float]:
        """Call the student's function `name`; return what it returned and how long it took.

        What counts is the time, in seconds, that processors worked for the kernel: other
        submissions, and the way across the wall, make a call wait. A function that lets another
        process work for it waits, too, and so the time by the clock counts as far as other
        submissions cannot explain it.

        Parameters
        ----------
        name, args, kwargs, helpers, limits
            See `call`.

        Raises
        ------
        CallError
            If the call gives no value.
        """
        start, worked = time.monotonic(), self._processor_seconds()
        result = self.call(name, args, kwargs, helpers, limits)
        worked = self._processor_seconds() - worked
        waited = time.monotonic() - start - (helpers.seconds if helpers is not None else 0)
        return result, max(worked, waited / LONGEST_WAIT)

    def _ask(
        self,
        name: str,
        content: dict[str, Any],
        buffers: list[Any] | None = None,
        helpers: Helpers | None = None,
    ) -> tuple[dict[str, Any], list[Any]]:
        """Send a request and return the content and the buffers of its answer."""
        nonce = secrets.token_hex(16)
        message = self._session.msg("proctor_call_request", {**content, "nonce": nonce})
        poller = zmq.Poller()
        poller.register(self._socket, zmq.POLLIN)
        try:
            self._session.send(self._socket, message, buffers=buffers or [])
            if helpers is not None:
                if self._stdin is None:
                    self._stdin = self._connect("stdin_port", MAX_HELPER_MESSAGE_BYTES)
                poller.register(self._stdin, zmq.POLLIN)
                # Until it has heard from this socket, the kernel cannot send anything to it.
                self._session.send(self._stdin, "proctor_helper_ready", {"nonce": nonce})
        except zmq.ZMQError:
            raise KernelLostError(DEATH.format(name=name, reason="it hung up")) from None
        deadline = min(time.monotonic() + self._timeout, self._deadline)
        while time.monotonic() < deadline:
            ready = dict(poller.poll(SLICE_MILLISECONDS))
            if self._socket in ready:
                answer = self._receive(self._socket)
                if answer is not None and _answers(answer, message["header"]["msg_id"], nonce):
                    return answer["content"], answer["buffers"]
            elif self._stdin in ready and helpers is not None:
                question = self._receive(self._stdin)
                if question is not None and _answers(question, message["header"]["msg_id"], nonce):
                    self._help(question, helpers)
            elif (reason := self._death()) is not None:
                raise KernelLostError(DEATH.format(name=name, reason=reason))
        text = OUT_OF_TIME if deadline == self._deadline else TIMEOUT
        raise KernelLostError(text.format(name=name, seconds=self._timeout))

    def _help(self, question: dict[str, Any], helpers: Helpers) -> None:
        """Answer a call of a helper."""
        start = time.monotonic()
        content, buffers = helpers.answer(question["content"], question["buffers"])
        helpers.seconds += time.monotonic() - start
        reply = self._session.msg("proctor_helper_reply", content, parent=question)
        # To a kernel that does not listen: the call's own time limit ends it.
        with contextlib.suppress(zmq.ZMQError):
            self._session.send(self._stdin, reply, buffers=buffers)

    def _receive(self, socket: Any) -> dict[str, Any] | None:
        """Return one message, or None if it is malformed or carries a wrong signature."""
        try:
            # Not copied: what nobody asked for may be large.
            first, *parts = socket.recv_multipart(copy=False)
            # The signature, four parts of JSON, and buffers.
            if len(parts) > MAX_PARTS or sum(map(len, parts[:5])) > MAX_JSON_BYTES:
                return None
            if len(first) != len(DELIM) or first.bytes != DELIM:
                return None
            message: dict[str, Any] = self._session.deserialize(parts, copy=False)
        except Exception:  # whatever a forged message makes the parser raise
            return None
        return message


def _answers(answer: dict[str, Any], request: str, nonce: str) -> bool:
    """Say whether a message is the answer to a request."""
    parent, content = answer.get("parent_header"), answer.get("content")
    return (
        isinstance(parent, dict)
        and isinstance(content, dict)
        and parent.get("msg_id") == request
        and content.get("nonce") == nonce
    )


def _take_out_functions(args: tuple[Any, ...]) -> tuple[list[list[Any]], list[Any]]:
    """Return the place, module and name of each function in `args`, and `args` without them."""
    functions, data = [], list(args)
    for place, value in enumerate(args):
        # One that a test cell makes is nowhere on the student's side: the wire refuses it.
        if type(value) is FunctionType and value.__module__ != TEST_CELL:
            functions.append([place, value.__module__, value.__name__])
            data[place] = None
    return functions, data


def _short(text: Any, limit: int = 2000) -> str:
    """Return a text that came across the wall, cut to a length a person can read."""
    words = text if isinstance(text, str) else ""
    return words if len(words) <= limit else words[:limit] + " ..."
