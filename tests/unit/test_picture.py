"""What feedback shows of a wrong result."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from proctor.diagnose.declaration import Case, Conventions, Misconceptions
from proctor.diagnose.exercise import Exercise
from proctor.diagnose.outcome import Outcome
from proctor.diagnose.picture import compare
from proctor.report.feedback import describe
from tests.support.truth import number_problems

X_24 = np.arange(8.0).reshape(2, 4)


def test_what_is_no_array_is_not_pictured() -> None:
    def table(X: np.ndarray, options: dict[str, Any]) -> Any:
        return kinds[options["kind"]]

    def declared(case: Case) -> Misconceptions:
        return Misconceptions(table, lambda rng: {"value": case})

    kinds = {"pairs": [(np.ones(2), np.ones(3))], "dictionary": {"W": np.ones(2)}, "array": X_24}
    for kind, pictured in (("pairs", False), ("dictionary", False), ("array", True)):
        case = Case(X_24, {"kind": kind, "more": X_24})
        exercise = Exercise(declared(case), "", {})
        exercise.__dict__["reference"] = table
        shown = compare(exercise, [Outcome(np.zeros((2, 4)))], ["value"])
        assert bool(shown) == pictured
        if pictured:
            options = "options = {'kind': 'array', 'more': array of shape (2, 4)}"
            assert shown["arguments"] == ["X of shape (2, 4)", options]
            assert shown["wrong"] == 7


def toy(right: Any, *parts: str) -> Exercise:
    """Return an exercise whose function returns something of its argument, or several things."""
    source = f"def {right.__name__}(x, y=1):\n    return {', '.join(parts) or 'x'}\n"
    declared = Misconceptions(right, lambda rng: {"value": case})
    axes = {4: ("example", None, None, "channel")}
    exercise = Exercise(declared, source, {}, Conventions(axes=axes))
    case = Case(np.arange(256.0).reshape(2, 8, 8, 2), y=np.array([0.5, 0.25]))
    exercise.__dict__["reference"] = right
    return exercise


def f(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return what is given."""
    return x


def test_numbers_in_and_out_are_shown_around_the_first_difference() -> None:
    exercise = toy(f)
    (case,) = (case for _, case in exercise.probe)
    wrong = case.args[0].copy()
    wrong[1, 7, 6, 1] = -9
    shown = compare(exercise, [Outcome(wrong)], ["value"])
    (name, numbers), small = shown["inputs"]
    assert name == "x[1, :6, :6, 1]" and numbers.startswith("[[129. 131.")
    assert small == ["y", "[0.5  0.25]"]
    assert shown["where"] == "example 1, channel 1, rows 4 to 7, columns 3 to 7"
    assert (len(shown["rows"]), len(shown["rows"][0])) == (4, 5)
    assert shown["rows"][3][3] == ["-9", 3] and shown["rows"][0][0] == ["199", 0]
    assert describe(shown).endswith("is wrong: row 7: column 6.")


def test_the_result_that_is_wrong_is_shown() -> None:
    def two(x: np.ndarray, y: np.ndarray) -> Any:
        return x, y

    exercise = toy(two, "x", "total")
    x, right = exercise.right[0].result
    shown = compare(exercise, [Outcome((x, np.array([7.0, 0.25])))], ["value"])
    assert (shown["part"], shown["expected"], shown["wrong"]) == ("total", "(2,)", 1)
    assert shown["rows"] == [[["7", 3], ["0.25", 0]]]
    # What is right in all its parts is no small example.
    look_at_arguments = compare(exercise, [Outcome((x, right), ())], ["value"])
    assert look_at_arguments == {}


@pytest.mark.parametrize(
    ("result", "shown"),
    [
        (np.ones((2, 9)), ("2 things", "a single thing, of shape (2, 9)")),
        ("text", ("2 things", "a single thing")),
        ((np.ones(3), 1, 2), ("2 things", "3 things")),
        (np.ones((2, 8, 8, 2)), None),
    ],
)
def test_of_another_number_of_things_no_shapes_are_compared(result: Any, shown: Any) -> None:
    def two(x: np.ndarray, y: np.ndarray) -> Any:
        return x, y

    compared = compare(toy(two, "x", "total"), [Outcome(result)], ["value"])
    if shown is None:
        assert "asked" not in compared and compared["expected"] == "(2, 8, 8, 2)"
    else:
        assert "expected" not in compared and (compared["asked"], compared["yours"]) == shown


@pytest.mark.parametrize(
    ("result", "numbers"),
    [
        (np.float64(3), "3."),
        (np.ones((1, 2)), "[[1. 1.]]"),
        (np.array([[-0.0, -1e-9]]), "[[0. 0.]]"),
        (np.full((1,) * 30, np.nan), "nan"),
        (np.zeros((2, 0)), "[]"),
        (np.ones((9, 9, 9)), ""),
        ("text", ""),
    ],
)
def test_a_result_of_another_shape_is_shown_if_it_is_small(result: Any, numbers: str) -> None:
    shown = compare(toy(f), [Outcome(result)], ["value"])
    assert numbers in shown.get("output", ["", ""])[1]
    assert bool(shown.get("output")) == bool(numbers)
    assert "rows" not in shown


@pytest.mark.parametrize(
    ("raised", "text"),
    [
        ("IndexError: index 9 is out of bounds", "IndexError"),
        ("_Mine: ", "_Mine"),
        ("<b>: x", "an error"),
        (f"{'E' * 61}: x", "an error"),
    ],
)
def test_what_it_stopped_with_is_named(raised: str, text: str) -> None:
    shown = compare(toy(f), [Outcome(raised=raised)], ["value"])
    assert shown["yours"] == f"none: it stopped with {text}"


def test_never_an_expected_number() -> None:
    def secret(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        return x + 1000

    shown = compare(toy(secret), [Outcome(np.zeros((2, 8, 8, 2)))], ["value"])
    assert shown["wrong"] == 256 and not re.search(r"1\d\d\d", str(shown))


def test_gate_for_shown_numbers_can_fail() -> None:
    yours = np.array([0.5, 2.0])
    for text, problems in (("[0.5 2. ]", 0), ("[0.5 3. ]", 1)):
        assert len(number_problems({"output": ["", text]}, yours)) == problems
    assert number_problems({"rows": [[["7", 1]]]}, yours)
    assert not number_problems({"output": ["", "[ True False]"]}, np.array([True, False]))
