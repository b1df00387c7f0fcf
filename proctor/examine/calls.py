"""Calling a student's functions across the wall, and what may come back.

Values are decoded by `proctor.sandbox.protocol.wire` alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from types import FunctionType, MappingProxyType
from typing import Any

from ..diagnose.calls import CallError, ProcessLostError, StudentCodeError, UnfitError
from ..diagnose.helpers import Helpers
from ..sandbox.protocol import wire
from ..sandbox.protocol.messages import (
    AskHelper,
    CallFunction,
    FindNames,
    GetValue,
    Kinds,
    Raised,
    Unfit,
    Value,
)
from .limits import Stopwatch
from .session import Session
from .student import HangsError, LostError, NoSenseError, Student

LIMITS = wire.WireLimits()
# The name of the module that a test cell believes to be, as in a notebook.
TEST_CELL = "__main__"

TIMEOUT = (
    "{name} did not finish within {seconds:g} seconds. Does a loop never end, in it or in what it "
    "calls?"
)
OUT_OF_TIME = "{name} was stopped: the submission had used up its time."
# A function that has returned nothing yet is called so often: each call may take its whole limit,
# and the submission's time is for the other functions, too.
CALLS_LOST = 2
NOT_AGAIN = (
    "{name} was not called again: twice it did not finish or ended the Python process, and it has "
    "returned nothing yet."
)
DEATH = "{name} ended the Python process it ran in ({reason})."
GONE = "{name} was not called: the Python process had ended before, in this test."
UNFIT = "{name} returned something that cannot be checked: {what}."
UNFIT_DATA = "{name} is something that cannot be checked: {what}."
NO_ANSWER = "{name}: the answer of the student's process cannot be read ({what})."


class StudentCalls:
    """The names, values and functions of one submission.

    Parameters
    ----------
    session : Session
        In which a process runs.
    is_trial : bool
        Whether the submission is the lesson's own. What makes iterators is there to be asked for
        one thing after the other, so such a test belongs inside: here they do not cross.
    """

    def __init__(self, session: Session, is_trial: bool = False) -> None:
        self._session = session
        self._is_trial = is_trial
        # What is callable stays so until a cell runs; a call of it that fails says why.
        self._callable: set[str] = set()
        # By function, how many calls of tests cost the process; none counts once one has returned.
        self._lost: Counter[str] = Counter()
        self._returned: set[str] = set()
        self._asked: Student | None = None

    def kinds(self, names: list[str], as_tested: bool = False) -> dict[str, str]:
        """Return for each name whether it is "callable", "data" or "missing".

        Parameters
        ----------
        names : list of str
        as_tested : bool
            Whether a function that a test has called counts, whatever its name stands for now.

        Raises
        ------
        CallError
            If there is no answer.
        """
        if self._session.student is not self._asked:
            # The one before had run a cell that this one may have left out.
            self._asked = self._session.student
            self._callable.clear()
        unknown = [name for name in names if as_tested or name not in self._callable]
        asked: dict[str, str] = {}
        if unknown:
            answer, _ = self._ask("your code", FindNames(unknown, as_tested), answers=(Kinds,))
            asked = {name: _kind(answer.kinds.get(name)) for name in unknown}
        if not as_tested:
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
        return _decoded(name, *self._ask(name, GetValue(name)), LIMITS, unfit=UNFIT_DATA)

    def call(
        self,
        name: str,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        helpers: Helpers | None = None,
        limits: wire.WireLimits = LIMITS,
        afterwards: bool = False,
        as_in_notebook: bool = False,
    ) -> Any:
        """Call the student's function `name` and return what it returned.

        A function of one of the lesson's modules may be an argument: only its name crosses, and
        the student's function gets the one that is called so on its own side.

        Parameters
        ----------
        name, args, kwargs
            The call.
        helpers : Helpers, optional
            What takes the place of the student's own functions during this call, which is then
            not a test's own: it is made to the function as it was tested.
        limits : WireLimits
            How much may come back.
        afterwards : bool
            Whether what the function did to its arguments is done to those of `args` and `kwargs`,
            too. Whoever goes on to compute with them would compute what the student's function
            likes.
        as_in_notebook : bool
            Whether a test of nbgrader's kind makes the call: it sees arguments afterwards and
            what iterators give, and has a limit of its own.

        Raises
        ------
        CallError
            If the call gives no value.
        """
        functions, data = _take_out_functions(args)
        header, buffers = wire.encode([data, kwargs])
        names = helpers.names if helpers else []
        afterwards, iterators = afterwards or as_in_notebook, as_in_notebook and not self._is_trial
        as_tested = helpers is not None
        request = CallFunction(
            name, header, functions, names, as_tested, afterwards, iterators=iterators
        )
        limit = self._session.limits.nbgraders_call if as_in_notebook else None
        if helpers is None and self._lost[name] >= CALLS_LOST and name not in self._returned:
            raise ProcessLostError(NOT_AGAIN.format(name=name))
        given = {place: args[place] for place, _, _ in functions}
        is_test = helpers is None and self._session.student is not None
        try:
            answer, answer_buffers = self._ask(name, request, buffers, helpers, given, limit)
        except ProcessLostError:
            self._lost[name] += is_test
            raise
        self._returned.add(name)
        value = _decoded(name, answer, answer_buffers, limits, iterators)
        if type(value) is not list or len(value) != 1 + 2 * afterwards:
            raise CallError(NO_ANSWER.format(name=name, what="not what was asked for"))
        if afterwards:
            wire.copy_back([list(args), kwargs], value[1:])
        return value[0]

    def timed(self, call: Callable[[], Any], helpers: Helpers | None = None) -> tuple[Any, float]:
        """Make a call; return what it returned and how long the student's function took.

        What counts, in seconds, is the CPU time of the student's process and of all that work for
        it or, if that is longer, the time by the clock without waits for a CPU core. A busy
        machine makes nobody slow.

        Parameters
        ----------
        call : callable
            Makes the call, by `call`.
        helpers : Helpers, optional
            Those of the call, whose time is not the function's.

        Raises
        ------
        CallError
            If the call gives no value.
        """
        student = self._session.student
        if student is None:
            return call(), 0.0  # which says that it is gone
        with student.own.closely():
            watch, worked = Stopwatch(*student.processes), student.cpu_seconds()
            result = call()
        worked = student.cpu_seconds() - worked
        waited = watch.seconds() - (helpers.seconds if helpers is not None else 0)
        return result, max(worked, waited)

    def _ask(
        self,
        name: str,
        request: FindNames | GetValue | CallFunction,
        buffers: Any = (),
        helpers: Helpers | None = None,
        given: Mapping[int, Any] = MappingProxyType({}),
        limit: float | None = None,
        answers: tuple[type, ...] = (Value, Unfit, Raised),
    ) -> tuple[Any, list[Any]]:
        """Ask the student's process; `name` is what the student should read about."""
        session = self._session
        student = session.student
        if student is None:
            raise ProcessLostError(GONE.format(name=name))
        handlers: dict[type, Callable[[Any, list[Any]], None]] = {}
        if helpers is not None:
            handlers[AskHelper] = lambda question, its: student.reply(
                *_help(helpers, question, its, given)
            )
        left = session.seconds_left()
        seconds = min(session.limits.call if limit is None else limit, left)
        try:
            return student.ask(request, buffers, seconds, answers, handlers)
        except HangsError:
            text = TIMEOUT if seconds < left else OUT_OF_TIME
            session.end()
            raise ProcessLostError(text.format(name=name, seconds=seconds)) from None
        except NoSenseError:
            session.end()
            what = "it makes no sense"
            raise ProcessLostError(NO_ANSWER.format(name=name, what=what)) from None
        except LostError:
            reason = session.end()
            raise ProcessLostError(DEATH.format(name=name, reason=reason)) from None


def _help(
    helpers: Helpers, question: AskHelper, buffers: list[Any], given: Mapping[int, Any]
) -> tuple[Value | Raised, list[Any]]:
    """Return the answer to a call of a helper.

    Parameters
    ----------
    given : mapping of int to function
        What the function was given that calls the helper, and may hand on.
    """
    try:
        functions = {place: given.get(number) for place, number in question.functions}
        header, answer = helpers.answer(question.name, question.args, buffers, functions)
    except Exception as error:
        return Raised(type(error).__name__, str(error)[:1000], ""), []
    return Value(header), answer


def _decoded(
    name: str,
    answer: Any,
    buffers: list[Any],
    limits: wire.WireLimits,
    iterators: bool = False,
    unfit: str = UNFIT,
) -> Any:
    """Return the value in an answer, or raise what it says went wrong."""
    match answer:
        case Raised():
            raised = f"{shortened(answer.ename)}: {shortened(answer.evalue)}"
            raise StudentCodeError(raised, shortened(answer.line), shortened(answer.base))
        case Unfit():
            raise UnfitError(unfit.format(name=name, what=shortened(answer.reason)))
    try:
        return wire.decode(answer.value, buffers, limits, iterators)
    except wire.WireError as error:
        raise UnfitError(unfit.format(name=name, what=error)) from None


def _kind(kind: Any) -> str:
    return kind if kind in ("callable", "data") else "missing"


def _take_out_functions(args: tuple[Any, ...]) -> tuple[list[list[Any]], list[Any]]:
    """Return the place, module and name of each function in `args`, and `args` without them."""
    functions, data = [], list(args)
    for place, value in enumerate(args):
        # One that a test cell makes is nowhere on the student's side: the wire refuses it.
        if type(value) is FunctionType and value.__module__ != TEST_CELL:
            functions.append([place, value.__module__, value.__name__])
            data[place] = None
    return functions, data


def shortened(text: str, limit: int = 2000) -> str:
    """Return a text that came across the wall, cut to a length a person can read."""
    return text if len(text) <= limit else text[:limit] + " ..."
