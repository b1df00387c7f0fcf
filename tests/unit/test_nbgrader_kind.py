"""Tests of nbgrader's kind: points by a value, exceptions as themselves, the end of a cell."""

from __future__ import annotations

from typing import Any

import pytest

from proctor.diagnose.calls import CallError, ProcessLostError, StudentCodeError, UnfitError
from proctor.examine.cells import Verdict, run_test
from proctor.examine.limits import TimeLimitError, work_limit
from proctor.examine.outputs import CellOutputs, Output, error, result, settle_points
from proctor.sandbox.protocol import wire
from proctor.sandbox.protocol.messages import Display, Error, Text

FAILURES: dict[Any, Exception] = {
    "nonsense": CallError("f: the answer cannot be read"),
    "hangs": ProcessLostError("f did not finish"),
    "object": UnfitError("f returned something that cannot be checked"),
    "a function": wire.WireError("a value of type function"),
}
"""By argument, what goes wrong with a call other than in the student's code."""


class Calls:
    """A student whose function `f` raises, and whose variable `x` counts the calls."""

    def __init__(self) -> None:
        self.x = 0

    def kinds(self, names: list[str]) -> dict[str, str]:
        """Say what names stand for."""
        return {name: {"f": "callable", "x": "data"}.get(name, "missing") for name in names}

    def data(self, name: str) -> Any:
        """Return the variable."""
        if name == "f":
            raise UnfitError("f is something that cannot be checked: a value of type Connection.")
        return self.x

    def call(self, name: str, args: Any, kwargs: Any, **options: Any) -> Any:
        """Count a call."""
        self.x += 1
        if args and args[0] in FAILURES:
            raise FAILURES[args[0]]
        if args and args[0] in ("SystemExit", "KeyboardInterrupt"):
            raise StudentCodeError(f"{args[0]}: left", "exit()", args[0])
        if args and args[0] < 0:
            raise StudentCodeError("OwnError: below 0", "f(x)", "ValueError")
        return args[0] if args else None


def examine(source: str) -> Verdict:
    """Run a test cell."""
    calls: Any = Calls()
    return run_test(source, {}, calls)


@pytest.mark.parametrize(
    ("text", "points", "kept"),
    [
        ("1.5", 1.5, "1.5"),
        ("4", 4, "4"),
        ("'well done'", 4, "'well done'"),
        ("np.float64(1.0)", 4, "np.float64(1.0)"),
        # nbgrader gives all points for these two, and stops at the others.
        ("-1", 0, "0.0"),
        ("nan", 0, "0.0"),
        ("5", 4, "4"),
        ("inf", 4, "4"),
    ],
)
def test_a_result_is_made_a_number_of_points(text: str, points: float, kept: str) -> None:
    outputs = [result(text, 3)]
    assert settle_points(outputs, 4) == points
    assert outputs[0]["data"]["text/plain"] == kept


def test_an_error_costs_all_points_and_no_result_none() -> None:
    assert settle_points([error("E", "e"), result("4", 1)], 4) == 0
    assert settle_points([], 4) == 4


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("f(1)", "1"),
        ("f(1);", None),
        ("f()", None),
        ("y = f(1)", None),
        ("if True:\n    f(1)", None),
        ("f(2)\n# a comment", "2"),
    ],
)
def test_the_last_value_is_the_result(source: str, value: str | None) -> None:
    assert examine(source) == Verdict(True, result=value)


def test_an_exception_is_of_its_own_kind() -> None:
    catches = "try:\n    f(-1)\nexcept ValueError as error:\n    assert str(error) == 'below 0'"
    assert examine(f"{catches}\nelse:\n    assert False").passed
    # For a test that uses proctor's tools it is a call that gave nothing.
    assert not examine(f"import proctor.testing\n{catches}").passed
    verdict = examine("f(-1)")
    assert verdict.ename == "Error in your code"
    assert verdict.message == "OwnError: below 0\n  in your line: f(x)"


@pytest.mark.parametrize("caught", ["Exception", "ValueError, CallError", "BaseException"])
@pytest.mark.parametrize("argument", FAILURES)
def test_what_is_no_exception_of_the_students_fails_whatever_a_test_catches(
    argument: str, caught: str
) -> None:
    test = f"try:\n    f({argument!r})\nexcept ({caught}):\n    pass\nelse:\n    assert False"
    setting = "from proctor.diagnose.calls import CallError\n"
    verdict = examine(f"{setting}{test}\nf(1)")
    assert (verdict.passed, verdict.message) == (False, str(FAILURES[argument]))
    # What cannot cross may be right.
    assert verdict.unfit == (verdict.message if argument == "object" else "")
    # One that uses proctor's tools knows what it catches.
    assert examine(f"import proctor.testing\n{setting}{test}") == Verdict(True)


@pytest.mark.parametrize("use", ["f['a']", "f.execute('x')", "list(f)", "1 in f"])
def test_a_callable_that_is_used_as_data_is_told_as_what_it_is(use: str) -> None:
    verdict = examine(use)
    assert verdict.message.endswith("cannot be checked: a value of type Connection.")
    assert verdict.unfit == verdict.message
    assert examine(f"import proctor.testing\n{use}").message.startswith(("'function'", "argument"))


@pytest.mark.parametrize("base", ["", "open", "BaseExceptionGroup", "ExceptionGroup"])
def test_a_forged_kind_is_none(base: str) -> None:
    raised = StudentCodeError("E: text", "", base)
    assert raised.as_itself() is raised


@pytest.mark.parametrize("base", ["KeyError", "OSError", "UnicodeDecodeError", "StopIteration"])
def test_each_of_pythons_kinds_can_be_raised(base: str) -> None:
    raised = StudentCodeError("E: text", "a = b", base).as_itself()
    assert base in [kind.__name__ for kind in type(raised).__mro__] or base == "UnicodeDecodeError"
    assert isinstance(raised, StudentCodeError)
    assert raised.told() == "E: text\n  in your line: a = b"


@pytest.mark.parametrize("base", ["SystemExit", "KeyboardInterrupt", "GeneratorExit"])
def test_a_student_who_ends_the_process_raises_no_exception(base: str) -> None:
    raised = StudentCodeError(f"{base}: text", "exit()", base).as_itself()
    assert type(raised).__name__ == base and str(raised) == "text"


@pytest.mark.parametrize("name", ["SystemExit", "KeyboardInterrupt"])
def test_what_ends_a_process_is_caught_by_its_name_alone(name: str) -> None:
    test = "try:\n    f({name!r})\nexcept {caught}:\n    pass\nelse:\n    assert False"
    verdict = examine(test.format(name=name, caught="Exception"))
    assert verdict.ename == "Error in your code"
    assert verdict.message == f"{name}: left\n  in your line: exit()"
    assert examine(test.format(name=name, caught=name)).passed


def test_variables_are_seen_as_they_are_after_each_call() -> None:
    assert examine("before = x\nf(1)\nf(2)\nassert (before, x) == (0, 2)").passed


@pytest.mark.parametrize("name", ["SystemExit", "KeyboardInterrupt", "GeneratorExit"])
def test_a_test_that_raises_anything_fails_alone(name: str) -> None:
    assert examine(f"raise {name}").ename == name


def test_a_loop_in_a_test_ends_whatever_it_catches() -> None:
    loop = "while True:\n    try:\n        while True:\n            pass\n"
    with pytest.raises(TimeLimitError), work_limit(0.1):
        exec(f"{loop}    except Exception:\n        pass", {})


def ends(*messages: Text | Display | Error) -> list[Output]:
    """Return what is kept of a test cell's errors and results, after much other output."""
    outputs = CellOutputs(100, number=1)
    for _ in range(9):
        outputs.take(Text("stdout", "x" * 50), [])
    for message in messages:
        outputs.take(message, [])
    return [out for out in outputs.joined() if out["output_type"] != "stream"]


def test_how_a_test_ended_counts_however_much_it_printed() -> None:
    failed = Error("E", "e", [])
    [kept] = ends(failed)
    assert kept["output_type"] == "error"
    [kept] = ends(Display({"text/plain": "1"}, {}, is_result=True))
    assert kept["output_type"] == "execute_result"
    assert len(ends(*[failed] * 1000)) == 1
    [kept] = ends(Error("E", "e" * 100_000, []))
    assert len(kept["evalue"]) == 1000
