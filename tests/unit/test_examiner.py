"""The examiner: which answers of a student's process count, and what a test cell sees of it."""

from __future__ import annotations

import os
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from proctor.diagnose.calls import CallError, ProcessLostError, StudentCodeError, UnfitError
from proctor.diagnose.exercise import Exercise
from proctor.diagnose.explain import Explanation, Judge
from proctor.diagnose.helpers import Helpers
from proctor.examine.calls import StudentCalls
from proctor.examine.cells import Verdict, run_imports, run_test
from proctor.examine.examination import Examination, Knowledge
from proctor.examine.limits import Process, Stopwatch, TimeLimitError, time_limit, work_limit
from proctor.examine.session import Session
from proctor.examine.student import UNASKED, Student
from proctor.lesson import Lesson, RunLimits
from proctor.lesson.lesson import GradedCell
from proctor.sandbox.protocol import wire
from proctor.sandbox.protocol.line import MAX_BYTES, MAX_HEAD_BYTES, Line
from proctor.sandbox.protocol.messages import (
    AskHelper,
    CallFunction,
    Done,
    FindNames,
    Kinds,
    Message,
    Raised,
    RunCell,
    Text,
    Unfit,
    Value,
)
from tests.support.paths import LESSONS, ROOT

Answer = Callable[[Line, int, Any, list[Any]], None]
SECONDS = 0.5


class FakeStudent:
    """A student's process that answers as a test says, and who starts and ends it."""

    def __init__(self) -> None:
        self.answer: Answer = lambda line, number, request, buffers: None
        self.ends = 0
        self.reason = "it ended itself"

    def start(self) -> Student:
        """Start a process: a thread that answers, and a program that may be killed."""
        ours, theirs = socket.socketpair()
        self.line = Line(theirs.detach())
        self.program = subprocess.Popen(["sleep", "60"])
        self._thread = threading.Thread(target=self._serve, args=(self.line,))
        self._thread.start()
        pidfd = os.pidfd_open(self.program.pid)
        return Student(Line(ours.detach()), pidfd, Process(os.getpid()))

    def end(self) -> str:
        """End the process, and say why it had ended."""
        self.ends += 1
        self.program.kill()
        self.program.wait()
        self._thread.join()
        self.line.close()
        return self.reason

    def _serve(self, line: Line) -> None:
        try:
            while True:
                number, request, buffers = line.receive()
                self.answer(line, number, request, buffers)
        except (EOFError, OSError):
            return


@pytest.fixture
def fake() -> FakeStudent:
    """A fake process."""
    return FakeStudent()


@pytest.fixture
def session(fake: FakeStudent) -> Iterator[Session]:
    """A session with it."""
    session = Session(fake, RunLimits(cell=SECONDS, call=SECONDS, submission=5, restarts=2))
    assert session.obstacle() is None
    yield session
    session.end()


@pytest.fixture
def calls(session: Session) -> StudentCalls:
    """Calls of the fake process."""
    return StudentCalls(session)


def value_of(request: CallFunction, buffers: list[Any], result: Any) -> tuple[Value, Any]:
    """Return an honest answer to a call."""
    args = wire.decode(request.args, buffers)
    header, answer = wire.encode([result, *args] if request.afterwards else [result])
    return Value(header), answer


def reply(result: Any) -> Answer:
    """Return an answer that gives a result."""

    def answer(line: Line, number: int, request: Any, buffers: list[Any]) -> None:
        line.send(number, *value_of(request, buffers, result))

    return answer


def say(*messages: Message) -> Answer:
    """Return an answer that sends messages."""

    def answer(line: Line, number: int, request: Any, buffers: list[Any]) -> None:
        for message in messages:
            line.send(number, message)

    return answer


def write(*frames: bytes) -> Answer:
    """Return an answer that writes raw frames."""

    def answer(line: Line, number: int, request: Any, buffers: list[Any]) -> None:
        for frame in frames:
            os.write(line.fileno(), frame.replace(b"NUMBER", b"%6d" % number))

    return answer


def framed(head: bytes, *buffers: bytes) -> bytes:
    """Return a message as it goes over the line."""
    data = struct.pack("!I", len(head)) + head + b"".join(buffers)
    return struct.pack("!i", len(data)) + data


def test_an_honest_answer_counts(fake: FakeStudent, calls: StudentCalls) -> None:
    fake.answer = reply(np.arange(3))
    assert calls.call("f", (np.ones(2),), {"mode": "max"}).tolist() == [0, 1, 2]


def test_answers_to_other_requests_and_of_other_types_do_not_count(
    fake: FakeStudent, calls: StudentCalls
) -> None:
    def answer(line: Line, number: int, request: Any, buffers: list[Any]) -> None:
        forged = value_of(request, buffers, "forged")
        for other in (number - 1, number + 1, 0, -7):
            line.send(other, *forged)
        line.send(number, Done())
        line.send(number, Kinds({"f": "callable"}))
        line.send(number, *value_of(request, buffers, "true"))
        line.send(number, *forged)

    fake.answer = answer
    assert calls.call("f", (), {}) == "true"
    assert calls.call("f", (), {}) == "true"  # what came late does not count either


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (say(Value(None)), "f: the answer"),
        (say(Value(["array", "object", [3], "00"])), "cannot be checked"),
        (say(Value(["array", "float64", [2**40], None])), "cannot be checked"),
        (say(Value(7)), "not what was asked for"),
        (say(Value("text")), "not what was asked for"),
        (say(Value(["list", 1, ["list"], ["dict"]])), "not what was asked for"),
        (say(Unfit("a value of type Foo")), "a value of type Foo"),
    ],
)
def test_answers_that_make_no_sense_are_explained(
    answer: Answer, message: str, fake: FakeStudent, calls: StudentCalls
) -> None:
    fake.answer = answer
    with pytest.raises(CallError, match=message):
        calls.call("f", (), {})
    assert fake.ends == 0


@pytest.mark.parametrize(
    "answer",
    [
        write(framed(b"no JSON")),
        write(framed(b"[" * 100_000)),
        write(framed(b'{"a": 1}')),
        write(framed(b'[NUMBER, [], "Nothing"]')),
        write(framed(b'[NUMBER, [], "Value"]')),
        write(framed(b'[NUMBER, [], "Unfit", 7]')),
        write(framed(b'[NUMBER, [], ["Value"], 7]')),
        write(framed(b'[NUMBER, [-1], "Value", 7]')),
        write(framed(b'[NUMBER, [true], "Value", 7]')),
        write(framed(b'[NUMBER, [99999999999], "Value", 7]')),
        write(framed(b'[NUMBER, [3], "Value", 7]', b"12")),
        write(framed(b'[NUMBER, [3], "Value", 7]', b"1234")),
        write(framed(b'[NUMBER, [], "Value", 7]', b"1")),
        write(struct.pack("!i", 2) + b"xx"),
        write(struct.pack("!ii", 4, MAX_HEAD_BYTES + 1)),
        write(struct.pack("!ii", 4, 1000)),
        say(*[Done()] * (UNASKED + 1)),
    ],
)
def test_messages_that_make_no_sense_cost_the_process(
    answer: Answer, fake: FakeStudent, calls: StudentCalls
) -> None:
    fake.answer = answer
    with pytest.raises(ProcessLostError, match="it makes no sense"):
        calls.call("f", (), {})
    assert fake.ends == 1
    with pytest.raises(ProcessLostError, match="had ended before"):
        calls.call("f", (), {})


@pytest.mark.parametrize(
    "answer",
    [
        write(struct.pack("!i", MAX_BYTES + 1)),
        write(struct.pack("!i", -1), struct.pack("!Q", 2**60)),
    ],
)
def test_frames_that_are_too_large_are_not_read(
    answer: Answer, fake: FakeStudent, calls: StudentCalls
) -> None:
    fake.answer = answer
    with pytest.raises(ProcessLostError, match="ended the Python process"):
        calls.call("f", (), {})


@pytest.mark.parametrize(
    "answer",
    [
        say(),
        write(struct.pack("!i", 1000) + b"the rest never comes"),
        write(struct.pack("!i", 1000) + framed(b'[NUMBER, [10], "Value", 7]')),
    ],
)
def test_an_answer_that_does_not_come_ends_the_process(
    answer: Answer, fake: FakeStudent, calls: StudentCalls
) -> None:
    fake.answer = answer
    with pytest.raises(ProcessLostError, match=r"did not finish within 0\.5 seconds"):
        calls.call("f", (), {})
    assert fake.ends == 1


def test_a_function_that_returns_nothing_is_called_twice(
    fake: FakeStudent, session: Session, calls: StudentCalls
) -> None:
    """So that the time, and the restarts, are left for the other functions."""
    session.limits = replace(session.limits, restarts=9)
    for name, attempts, text in (
        ("f", 2, "did not finish"),
        ("f", 1, "not called again"),
        ("g", 1, "did not finish"),
    ):
        for _ in range(attempts):
            assert session.obstacle() is None
            fake.answer = say()
            with pytest.raises(ProcessLostError, match=f"{name} (was )?{text}"):
                calls.call(name, (), {})
            ended = fake.ends
    assert session.obstacle() is None
    # With right helpers it may return, which the reasons for lost points depend on.
    with pytest.raises(ProcessLostError, match="did not finish"):
        calls.call("f", (), {}, helpers=Helpers({}))
    assert fake.ends == ended + 1 == 4


def test_a_function_that_has_returned_is_called_again(
    fake: FakeStudent, session: Session, calls: StudentCalls
) -> None:
    fake.answer = reply(7)
    assert calls.call("f", (), {}) == 7
    for _ in range(2):
        fake.answer = say()
        with pytest.raises(ProcessLostError, match="did not finish"):
            calls.call("f", (), {})
        with pytest.raises(ProcessLostError, match="had ended before"):
            calls.call("g", (), {})
        assert session.obstacle() is None
    fake.answer = reply(8)
    assert calls.call("f", (), {}) == calls.call("g", (), {}) == 8


def test_a_call_by_a_test_of_nbgraders_kind_has_its_own_limit(
    fake: FakeStudent, session: Session, calls: StudentCalls
) -> None:
    session.limits = replace(session.limits, nbgraders_call=0.2)
    fake.answer = say()
    with pytest.raises(ProcessLostError, match=r"did not finish within 0\.2 seconds"):
        calls.call("f", (), {}, as_in_notebook=True)


def test_an_answer_that_comes_drop_by_drop_is_not_waited_for(
    fake: FakeStudent, calls: StudentCalls
) -> None:
    def answer(line: Line, number: int, request: Any, buffers: list[Any]) -> None:
        for byte in framed(b" " * 1000):
            os.write(line.fileno(), bytes([byte]))
            time.sleep(0.05)

    fake.answer = answer
    began = time.monotonic()
    with pytest.raises(ProcessLostError, match="did not finish"):
        calls.call("f", (), {})
    assert time.monotonic() - began < 20


def test_what_cannot_cross_is_told_as_what_it_is(fake: FakeStudent, calls: StudentCalls) -> None:
    fake.answer = say(Unfit("a value of type Series"))
    with pytest.raises(UnfitError, match=r"^f returned something .*: a value of type Series\.$"):
        calls.call("f", (), {})
    with pytest.raises(UnfitError, match=r"^top is something .*: a value of type Series\.$"):
        calls.data("top")


def test_an_exception_is_told_with_the_students_line(
    fake: FakeStudent, calls: StudentCalls
) -> None:
    fake.answer = say(Raised("KeyError", "x" * 10_000, "a = b[c]"))
    with pytest.raises(StudentCodeError) as raised:
        calls.call("f", (), {})
    assert str(raised.value).startswith("KeyError: xxx")
    assert str(raised.value).endswith("in your line: a = b[c]")
    assert len(str(raised.value)) < 3000


def test_a_process_that_dies_is_noticed_at_once(fake: FakeStudent, calls: StudentCalls) -> None:
    # Somebody else, such as a process of the student's, still holds the line.
    fake.answer = lambda line, number, request, buffers: fake.program.kill()
    with pytest.raises(ProcessLostError, match=r"ended the Python process .* \(it ended itself\)"):
        calls.call("f", (), {})


def test_what_a_function_does_to_its_arguments_is_seen_if_asked_for(
    fake: FakeStudent, calls: StudentCalls
) -> None:
    def answer(line: Line, number: int, request: Any, buffers: list[Any]) -> None:
        changed = np.array([7.0, 8.0])
        after = [[changed], {"y": [1, changed], "z": 2}] if request.afterwards else []
        header, answer_buffers = wire.encode([None, *after])
        line.send(number, Value(header), answer_buffers)

    fake.answer = answer
    argument, named = np.zeros(2), [np.zeros(2)]
    calls.call("f", (argument,), {"y": named})
    assert argument.tolist() == [0, 0] and len(named) == 1
    calls.call("f", (argument,), {"y": named}, afterwards=True)
    assert argument.tolist() == [7, 8]
    assert named[0] == 1 and named[1].tolist() == [7, 8]


def test_a_test_cell_sees_changed_arguments_if_it_asks() -> None:
    looks = "x = np.zeros(2)\nf(x)\nassert x[0] == 0"
    assert examine(f"from proctor.testing import scalar\n{looks}").passed
    assert not examine(f"from proctor.testing import assert_unchanged\n{looks}").passed
    # One of nbgrader's kind sees them as it does in a notebook.
    assert not examine(looks).passed


def test_of_a_function_in_an_argument_only_the_name_crosses(
    fake: FakeStudent, calls: StudentCalls, tmp_path: Path
) -> None:
    (tmp_path / "given.py").write_text("def slope(x):\n    return 2 * x\n")
    slope = run_imports("from given import slope", tmp_path)["slope"]
    asked: list[Any] = []

    def answer(line: Line, number: int, request: Any, buffers: list[Any]) -> None:
        asked.extend([request.functions, wire.decode(request.args, buffers)])
        line.send(number, *value_of(request, buffers, 1))

    fake.answer = answer
    calls.call("f", (3.0, slope), {})
    assert asked == [[[1, "given", "slope"]], [[3.0, None], {}]]


@pytest.mark.parametrize(
    ("functions", "answered"),
    [([[0, 1]], True), ([["f", 1]], True), ([[0, 0]], False), ([[1, 1]], False), ([[9, 1]], False)]
    + [([odd], False) for odd in ([[0], 1], [0, [1]], [0], 7, [True, 1], ["x", 1], [0, "slope"])],
)
def test_a_helper_gets_a_function_that_its_caller_was_given(
    functions: list[Any], answered: bool, fake: FakeStudent, calls: StudentCalls, tmp_path: Path
) -> None:
    (tmp_path / "given.py").write_text("def slope(x):\n    return 2 * x\n")
    slope = run_imports("from given import slope", tmp_path)["slope"]

    def answer(line: Line, number: int, request: Any, buffers: list[Any]) -> None:
        args = [] if functions == [["f", 1]] else [None, 5.0]
        header, asked = wire.encode([args, {} if args else {"x": 5.0}])
        line.send(number, AskHelper("step", header, functions), asked)
        _, got, its = line.receive()
        value = wire.decode(got.value, its) if isinstance(got, Value) else "refused"
        line.send(number, *value_of(request, buffers, value))

    fake.answer = answer
    helpers = Helpers({"step": lambda f, x: f(x)})
    result = calls.call("g", (1.0, slope), {}, helpers=helpers)
    assert (result == 10.0) == answered
    assert helpers.called == answered


def test_a_function_that_a_test_cell_makes_does_not_cross(calls: StudentCalls) -> None:
    namespace: dict[str, Any] = {"__name__": "__main__"}
    exec("def slope(x):\n    return 2 * x", namespace)
    with pytest.raises(wire.WireError, match="a value of type function"):
        calls.call("f", (namespace["slope"],), {})


def test_what_is_callable_is_asked_for_once_until_a_cell_runs(
    fake: FakeStudent, session: Session, calls: StudentCalls
) -> None:
    asked: list[list[str]] = []

    def answer(line: Line, number: int, request: Any, buffers: list[Any]) -> None:
        assert isinstance(request, FindNames)
        asked.append(request.names)
        line.send(number, Kinds({"f": "callable", "x": "data", "odd": ["callable"]}))

    fake.answer = answer
    found = {"f": "callable", "x": "data", "odd": "missing", "y": "missing"}
    assert calls.kinds(list(found)) == found
    assert calls.kinds(list(found)) == found
    assert calls.kinds(["f"]) == {"f": "callable"}
    calls.cell_ran()
    assert calls.kinds(["f"]) == {"f": "callable"}
    assert asked == [["f", "x", "odd", "y"], ["x", "odd", "y"], ["f"]]
    # A process that takes the place of another may lack a cell.
    session.end()
    assert session.obstacle() is None
    assert calls.kinds(["f"]) == {"f": "callable"}
    assert asked[3:] == [["f"]]


# ------------------------------------------------------------------------------ sessions


def run_cells(line: Line, number: int, request: Any, buffers: list[Any]) -> None:
    """Answer as a process does in which "hang" hangs and "die" dies."""
    assert isinstance(request, RunCell)
    line.send(number, Text("stdout", f"{request.number}: {request.source}\n"))
    if request.source == "die":
        line.close()
    elif request.source != "hang":
        line.send(number, Done())


def test_a_lost_process_is_replaced_and_earlier_cells_run_again(
    fake: FakeStudent, session: Session
) -> None:
    seen: list[str] = []

    def answer(line: Line, number: int, request: Any, buffers: list[Any]) -> None:
        seen.append(request.source)
        run_cells(line, number, request, buffers)

    fake.answer = answer
    lost = []
    for source in ("a", "hang", "b", "die", "c"):
        assert session.obstacle() is None
        run = session.run_cell(source)
        assert run.outputs[0]["text"] == f"{run.number}: {source}\n"
        lost.append(run.lost)
    assert seen == ["a", "hang", "a", "b", "die", "a", "b", "c"]
    assert lost[1] == "it did not finish within 0.5 seconds"
    assert lost[3] == "it ended the Python process it ran in (it ended itself)"
    assert [lost[0], lost[2], lost[4]] == ["", "", ""]


@pytest.mark.slow
def test_a_process_is_not_replaced_for_ever(fake: FakeStudent, session: Session) -> None:
    fake.answer = run_cells
    for _ in range(3):
        assert session.obstacle() is None
        assert session.run_cell("die").lost
    assert "had lost its Python process 3 times" in str(session.obstacle())


def test_a_submission_has_an_end(fake: FakeStudent) -> None:
    fake.answer = run_cells
    session = Session(fake, RunLimits(cell=1, submission=1.5))
    for _ in range(2):
        assert session.obstacle() is None
        assert session.run_cell("hang").lost
    assert "had used up its 1.5 seconds" in str(session.obstacle())
    session.end()


def test_what_was_used_is_added_up_over_processes(fake: FakeStudent) -> None:
    session = Session(fake, RunLimits(cell=0.3, submission=5))
    memory = []
    for work, most in ((1.0, 700), (2.0, 300)):
        assert session.obstacle() is None and session.student is not None
        own: Any = session.student.own
        own.times, own.most_memory = lambda work=work: (work, 0.0), lambda most=most: most
        fake.answer = run_cells
        assert session.run_cell("hang").lost
        memory.append(session.used().memory)
    assert session.used().cpu_seconds == 3.0
    assert memory == [700, 700]
    # About what it worked, or more.
    assert session.used().seconds > 2.5
    session.end()


def test_a_reason_that_cannot_be_found_is_said_and_costs_nothing(
    fake: FakeStudent, monkeypatch: pytest.MonkeyPatch
) -> None:
    def explain(judge: Judge) -> Explanation:
        raise ValueError("an odd probe")

    monkeypatch.setattr(Judge, "explain", explain)
    graded = {"grade_id": "f-value", "grade": True, "solution": False, "points": 2}
    given = GradedCell("f-value", "code", "assert 1 == 2", graded)
    lesson = Lesson("l", "l.ipynb", (given,), {})
    odd = cast(Exercise, SimpleNamespace(declared=SimpleNamespace(name="f", helpers=())))
    cell = {"cell_type": "code", "source": given.source, "metadata": {"nbgrader": graded}}
    examination = Examination(Knowledge(lesson, {}, {"f": odd}), [cell], fake)
    ((outputs, _),) = examination.run()
    assert [output["output_type"] for output in outputs] == ["error"]
    (problem,) = examination.problems
    assert problem.startswith("why f lost points could not be found out (ValueError: an odd probe")
    assert "test_examiner.py, line " in problem


def test_a_test_that_could_not_look_is_worth_a_look(fake: FakeStudent) -> None:
    def answer(line: Line, number: int, request: Any, buffers: list[Any]) -> None:
        if isinstance(request, FindNames):
            line.send(number, Kinds({"f": "callable"}))
        else:
            assert request.iterators is not is_trial
            line.send(number, Unfit("a value of type Series"))

    fake.answer = answer
    graded = {"grade_id": "top", "grade": True, "solution": False, "points": 2}
    given = GradedCell("top", "code", "assert f() == [1]", graded)
    lesson = Lesson("l", "l.ipynb", (given,), {})
    cell = {"cell_type": "code", "source": given.source, "metadata": {"nbgrader": graded}}
    for is_trial in (False, True):
        examination = Examination(Knowledge(lesson, {}, {}), [cell], fake, is_trial)
        ((outputs, _),) = examination.run()
        assert [output["output_type"] for output in outputs] == ["error"]
        (problem,) = examination.problems
        what = "f returned something that cannot be checked: a value of type Series."
        assert problem.startswith(f"top could not look at an answer, which may be right: {what}")
        assert problem.endswith(
            '`"proctor": {"run": "inside"}` in the metadata of the master\'s cell'
        )


def test_outputs_have_limits(fake: FakeStudent) -> None:
    fake.answer = say(*[Text("stdout", "x" * 400)] * 10, Done())
    session = Session(fake, RunLimits(output_bytes=1000, all_output_bytes=2500))
    assert session.obstacle() is None
    lengths = [len(session.run_cell("x").outputs[0]["text"]) for _ in range(4)]
    session.end()
    assert lengths[0] == lengths[1] and 400 < lengths[0] < 1000
    assert lengths[3] < lengths[0]


# ------------------------------------------------------------------------------ limits of time


def burn(seconds: float) -> None:
    """Work for some seconds."""
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass


@pytest.mark.slow
def test_waiting_for_a_core_costs_nobody() -> None:
    cores = os.sched_getaffinity(0)
    # However many there are, all of them share one.
    os.sched_setaffinity(0, {min(cores)})
    crowd = [subprocess.Popen(["sh", "-c", "while :; do :; done"]) for _ in range(6)]
    measured = []
    try:
        # A virtual machine may stand still at any time: that is not counted as waiting.
        for _ in range(3):
            watch, began = Stopwatch(Process(os.getpid())), time.monotonic()
            with time_limit(2.0, Process(os.getpid())):
                burn(0.3)
            measured.append(watch.seconds())
            assert time.monotonic() - began > 1.0  # otherwise this shows nothing
        assert min(measured) < 0.6
    finally:
        os.sched_setaffinity(0, cores)
        for process in crowd:
            process.kill()
            process.wait()


def test_sleep_and_work_count() -> None:
    for action in (time.sleep, burn):
        began = time.monotonic()
        with pytest.raises(TimeLimitError), time_limit(0.3, Process(os.getpid())):
            action(20)
        assert time.monotonic() - began < 15


def test_work_of_this_process_has_a_limit() -> None:
    with pytest.raises(TimeLimitError), work_limit(0.2):
        burn(20)
    with work_limit(0.2):
        time.sleep(0.4)


# ------------------------------------------------------------------------------ test cells


class FakeCalls:
    """A student with one function, one variable and nothing else."""

    def kinds(self, names: list[str]) -> dict[str, str]:
        """Say what the student has."""
        return {name: {"f": "callable", "x": "data"}.get(name, "missing") for name in names}

    def data(self, name: str) -> Any:
        """Return the variable."""
        return 5

    def call(
        self,
        name: str,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        afterwards: bool = False,
        as_in_notebook: bool = False,
    ) -> Any:
        """Call the function."""
        if args and isinstance(args[0], np.ndarray):
            args[0][...] = 7 if afterwards or as_in_notebook else args[0]
        elif args == ("hang",):
            raise ProcessLostError("f hangs")
        return (name, args, kwargs)


def examine(source: str, **names: Any) -> Verdict:
    """Run a test cell."""
    calls: Any = FakeCalls()
    return run_test(source, {"np": np, **names}, calls)


@pytest.mark.parametrize(
    "source",
    [
        "assert f(1, mode='max') == ('f', (1,), {'mode': 'max'})",
        "assert x == 5",
        "def inner():\n    return [f(n) for n in range(x)]\nassert len(inner()) == 5",
        "assert callable(f) and np.sum([1, 2]) == 3",
        "x = 7\nassert x == 7",
        "from proctor.testing import fresh_rng\nassert fresh_rng('a').normal() != 0",
    ],
)
def test_cells_that_pass(source: str) -> None:
    assert examine(source).passed


@pytest.mark.parametrize(
    ("source", "ename", "message"),
    [
        ("assert False, 'what went wrong'", "AssertionError", "what went wrong"),
        ("missing(1)", "NameError", "name 'missing' is not defined"),
        ("assert np_missing.x", "NameError", "name 'np_missing' is not defined"),
        ("[][1]", "IndexError", "list index out of range"),
        ("raise SystemExit('the end')", "SystemExit", "the end"),
        ("class Own(BaseException): pass\nraise Own('odd')", "Own", "odd"),
        ("f('hang')", "Stopped", "f hangs"),
        ("def broken(:", "SyntaxError", "invalid syntax (<unknown>, line 1)"),
        ("raise MemoryError", "Stopped", "What your code returned is too large for this test."),
    ],
)
def test_cells_that_fail(source: str, ename: str, message: str) -> None:
    assert examine(source) == Verdict(False, ename, message)


def test_a_test_that_never_ends_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("proctor.examine.cells.TEST_SECONDS", 0.2)
    assert "keeps this test busy" in examine("while True: pass").message


def test_assertions_count_whatever_the_environment_says() -> None:
    code = (
        "from proctor.examine.cells import run_test; print(run_test('assert 0', {}, None).passed)"
    )
    command = [sys.executable, "-c", code]
    environment = {**os.environ, "PYTHONOPTIMIZE": "2"}
    printed = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert printed.stdout == "False\n"


def test_cells_share_nothing() -> None:
    assert examine("y = 1; np = None").passed
    assert not examine("y").passed
    assert examine("np.zeros(1)").passed


def test_the_lessons_imports_run() -> None:
    for lesson in LESSONS:
        folder = str(ROOT / "release" / lesson)
        code = (
            "import sys\nfrom pathlib import Path\nfrom proctor.examine.cells import run_imports\n"
            "imports = '%matplotlib inline\\nimport figures\\nimport numpy as np\\n!ls'\n"
            "assert 'np' in run_imports(imports, Path(sys.argv[1]))"
        )
        subprocess.run([sys.executable, "-c", code, folder], check=True)
