"""The student's process: it runs cells, and answers the examiner's calls, until it is ended."""

from __future__ import annotations

import builtins
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from importlib import import_module
from typing import Any, NoReturn

from ..protocol import wire
from ..protocol.limits import Limits
from ..protocol.line import Line
from ..protocol.messages import (
    AskHelper,
    CallFunction,
    Done,
    Error,
    FindNames,
    GetValue,
    Kinds,
    Message,
    Raised,
    RunCell,
    Unfit,
    Value,
)
from .expired import with_hint
from .output import STREAMS, Outputs, Stream
from .shell import LONGEST_MESSAGE, StudentShell, base_of, last_line, name_of, safe_text


class Student:
    """Serves the examiner, one request after the other.

    Parameters
    ----------
    shell : StudentShell
    line : Line
    limits : Limits
    """

    def __init__(self, shell: StudentShell, line: Line, limits: Limits) -> None:
        self._shell = shell
        self._line = line
        self._number = 0
        self._names: dict[str, Any] = shell.user_ns
        self._tested: dict[str, Any] = {}
        self._outputs = Outputs(self._send, limits.output_bytes)
        shell.connect(self._outputs)
        self._streams = {name: Stream(name, self._outputs) for name in STREAMS}
        for name, stream in self._streams.items():
            setattr(sys, name, stream)

    def serve(self) -> NoReturn:
        """Answer until the examiner hangs up."""
        try:
            while True:
                self._number, request, buffers = self._line.receive()
                if isinstance(request, RunCell):
                    self._run_cell(request)
                else:
                    before = _figures()
                    self._answer(request, buffers)
                    self._forget_outputs(before)
        finally:
            # Whatever the student's code has left to be done at the end: it is not done.
            os._exit(0)

    def _send(self, message: Message, buffers: Any = ()) -> None:
        self._line.send(self._number, message, buffers)

    def _run_cell(self, request: RunCell) -> None:
        """Run a cell, whose outputs are sent as they come."""
        self._mend_streams()
        self._outputs.start()
        try:
            self._shell.execution_count = request.number
            self._shell.run_cell(request.source, store_history=True)  # type: ignore[no-untyped-call]
        except BaseException as error:  # of the shell itself, which the student has changed
            text = safe_text(partial(str, error))
            self._outputs.publish(Error(name_of(type(error)), text, []))
        finally:
            self._outputs.stop()
        self._send(Done())

    def _mend_streams(self) -> None:
        """Put our streams back in place of what is none; another that works is the student's."""
        for name, stream in self._streams.items():
            try:
                works = callable(getattr(sys, name).write)
            except BaseException:
                works = False
            if not works:
                setattr(sys, name, stream)

    def _answer(self, request: Message, buffers: Any) -> None:
        """Answer a request for names, a value or a call."""
        try:
            answer, answer_buffers = self._find(request, buffers)
        except wire.WireError as error:
            answer, answer_buffers = Unfit(str(error)[:LONGEST_MESSAGE]), []
        except BaseException as error:
            # SystemExit and KeyboardInterrupt, too: the process goes on.
            text = with_hint(safe_text(partial(str, error)))
            kind, line = type(error), last_line(error.__traceback__)
            answer = Raised(name_of(kind), text, line, safe_text(lambda: base_of(kind)))
            answer_buffers = []
        self._send(answer, answer_buffers)

    def _forget_outputs(self, before: set[int]) -> None:
        """Drop what a call has put out: the next cell must not show it, nor pay for its figures.

        Figures that were open before are the notebook's, for a test to look at.
        """
        self._outputs.drop()
        with suppress(Exception):
            for number in _figures() - before:
                sys.modules["matplotlib.pyplot"].close(number)

    def _find(self, request: Message, buffers: Any) -> tuple[Message, Any]:
        """Return the answer to a request, with its buffers."""
        match request:
            case FindNames():
                tested = self._tested if request.as_tested else {}
                kinds = {n: "callable" if n in tested else self._kind(n) for n in request.names}
                return Kinds(kinds), []
            case GetValue():
                header, answer = wire.encode(self._names[request.name])
            case CallFunction():
                value = self._call(request, buffers)
                # What a generator does is part of the call: its time, and what it raises.
                header, answer = wire.encode(value, iterators=request.iterators)
            case _:
                raise TypeError(f"{type(request).__name__} is no request")
        return Value(header), answer

    def _kind(self, name: str) -> str:
        """Say what a name stands for in the student's notebook."""
        if name not in self._names:
            return "missing"
        return "callable" if callable(self._names[name]) else "data"

    def _call(self, request: CallFunction, buffers: Any) -> list[Any]:
        """Call a function; return its result and, if asked for, what it made of its arguments."""
        args, kwargs = wire.decode(request.args, buffers)
        functions = {
            place: getattr(import_module(module), function)
            for place, module, function in request.functions
        }
        filled = [functions.get(place, argument) for place, argument in enumerate(args)]
        if not request.as_tested:
            function = self._tested[request.name] = self._names[request.name]
            return self._result(function(*filled, **kwargs), args, kwargs, request)
        function = self._tested.get(request.name) or self._names[request.name]
        helpers = {name: self._helper(name, functions) for name in request.helpers}
        with _replaced(helpers, self._names, getattr(function, "__globals__", self._names)):
            return self._result(function(*filled, **kwargs), args, kwargs, request)

    def _result(
        self, result: Any, args: list[Any], kwargs: dict[str, Any], request: CallFunction
    ) -> list[Any]:
        return [result, args, kwargs] if request.afterwards else [result]

    def _helper(self, name: str, given: dict[int, Any]) -> Callable[..., Any]:
        """Return a function that lets the examiner compute what a helper returns.

        Of functions, those cross that its caller was given, by their place there.
        """

        def number_of(value: Any) -> int | None:
            return next((number for number, function in given.items() if function is value), None)

        def helper(*args: Any, **kwargs: Any) -> Any:
            arguments: list[tuple[int | str, Any]] = [*enumerate(args), *kwargs.items()]
            numbers = ((place, number_of(value)) for place, value in arguments)
            functions = {place: number for place, number in numbers if number is not None}
            data = [None if place in functions else value for place, value in enumerate(args)]
            named = {name: value for name, value in kwargs.items() if name not in functions}
            try:
                header, buffers = wire.encode([data, named])
            except wire.WireError:
                header, buffers = None, []
            self._send(AskHelper(name, header, list(map(list, functions.items()))), buffers)
            _, answer, answer_buffers = self._line.receive()
            if isinstance(answer, Value):
                return wire.decode(answer.value, answer_buffers)
            assert isinstance(answer, Raised)
            raise getattr(builtins, answer.ename, RuntimeError)(answer.evalue)

        helper.__name__ = helper.__qualname__ = name
        return helper


def _figures() -> set[int]:
    """Return the numbers of the open figures of pyplot, as far as it is loaded."""
    pyplot: Any = sys.modules.get("matplotlib.pyplot")
    try:
        return set(pyplot.get_fignums()) if pyplot is not None else set()
    except Exception:  # of what the student has made of it
        return set()


@contextmanager
def _replaced(values: dict[str, Any], *spaces: dict[str, Any]) -> Iterator[None]:
    """Give some names other values for a while."""
    before = [dict(space) for space in spaces]
    for space in spaces:
        space.update(values)
    try:
        yield
    finally:
        for space, old in zip(spaces, before, strict=True):
            for name in values:
                if name in old:
                    space[name] = old[name]
                else:
                    space.pop(name, None)


def warm_up(shell: StudentShell) -> None:
    """Do once in the warm parent what each child would do for the first time."""
    # The first cell, the first result and the first error load modules and compile patterns; and
    # NumPy loads this part of it only when it is used.
    for source in ("import numpy.random", "1 + 1", "1 / 0", "(", "print()"):
        shell.run_cell(source, store_history=True)  # type: ignore[no-untyped-call]
    shell.reset(new_session=False)  # type: ignore[no-untyped-call]
    # Every module has one; multiprocessing looks at that of ``__main__``.
    shell.user_ns["__spec__"] = None
