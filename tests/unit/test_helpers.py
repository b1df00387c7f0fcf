"""Call-backs of helpers: which calls the examiner answers in place of the student's function."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, cast

import numpy as np
import pytest

from proctor.diagnose.calls import Calls, StudentCodeError
from proctor.diagnose.exercise import HelperCall
from proctor.diagnose.explain import Judge, Loss
from proctor.diagnose.helpers import MOST_CALLS, Helpers, KnownHelpers, WatchedHelpers
from proctor.sandbox.protocol import wire
from tests.support.exercises import EXERCISES, read_lesson
from tests.support.paths import MASTERS


def ask(helpers: Helpers, name: str, *args: object, **kwargs: object) -> Any:
    """Call a helper as a student's process would, and return its value."""
    header, buffers = wire.encode([list(args), kwargs])
    return wire.decode(*helpers.answer(name, header, buffers))


@pytest.fixture
def helpers() -> Helpers:
    """One helper that repeats an array, in a lesson that says what room a helper may need."""
    return Helpers(
        {"repeat": lambda x, n: np.repeat(x, n)}, lambda numbers, n: numbers * (1 + 2 * n) ** 4
    )


def test_a_helper_answers_what_is_small(helpers: Helpers) -> None:
    assert ask(helpers, "repeat", np.ones(3), 4).shape == (12,)
    assert helpers.called == 1


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("repeat", (np.ones(3), 17)),
        ("repeat", (np.ones(3), np.int64(10**9))),
        ("repeat", (np.ones(5000), 1)),
        ("repeat", (np.ones(3), -100)),
        ("repeat", ([1] * 1000, 1)),
        ("repeat", (np.ones(3), {"n": 10**9}.values())),
        ("repeat", ({n: 1 for n in range(100)}, 1)),
        ("repeat", (np.ones(3), (16, 16, 16, 16))),
        ("repeat", (np.ones(3), np.array(10**9))),
        ("repeat", (np.ones(3), np.array([1, 1, 10**9]))),
        ("repeat", (np.ones((0, 5000)), 1)),
        ("repeat", (np.ones(1000), 15)),
        ("repeat", ()),
        ("other", (np.ones(3), 1)),
    ],
)
def test_a_helper_refuses_what_is_large_or_makes_no_sense(
    name: str, args: tuple[object, ...], helpers: Helpers
) -> None:
    with pytest.raises((wire.WireError, TypeError, ValueError)):
        ask(helpers, name, *args)
    assert helpers.called == 0


@pytest.mark.parametrize("args", [None, 7, ["list"], ["list", ["list"]], ["array", "object", [3]]])
def test_a_helper_refuses_malformed_arguments(args: object, helpers: Helpers) -> None:
    with pytest.raises(wire.WireError):
        helpers.answer("repeat", args, [])


def test_integers_may_be_as_large_as_belongs_to_the_exercise() -> None:
    """A year, or the number of a letter, is no size."""

    def later(year: int, years: int) -> int:
        return year + years

    functions = {"later": later}
    usual = [HelperCall(later, {"year": 1990, "years": 30}, 2020)]
    helpers = Helpers(functions, usual=usual)
    assert ask(helpers, "later", 3000, 5) == 3005
    assert not helpers.refused
    for args in ((4000, 1), (3000, 3000)):
        with pytest.raises(wire.WireError, match="larger"):
            ask(helpers, "later", *args)
    assert helpers.refused
    with pytest.raises(wire.WireError, match="larger"):
        ask(Helpers(functions), "later", 3000, 5)


def test_a_large_integer_of_one_argument_excuses_none_of_another() -> None:
    def latest(years: list[int]) -> int:
        return max(years)

    def grid(n: int, years: list[int]) -> Any:
        return np.ones((n, n, n)).tolist()

    functions: dict[str, Any] = {"latest": latest, "grid": grid}
    years = [1990] * 20
    usual = [
        HelperCall(latest, {"years": years}, 1990),
        HelperCall(grid, {"n": 3, "years": years}, None),
    ]
    helpers = Helpers(functions, usual=usual)
    assert ask(helpers, "latest", [2024] * 21) == 2024
    assert len(ask(helpers, "grid", 4, years)) == 4
    for args in ((17, years), (4000, [1])):
        with pytest.raises(wire.WireError, match="larger"):
            ask(helpers, "grid", *args)
    with pytest.raises(TypeError, match="missing 1 required"):
        ask(helpers, "grid", 4)
    with pytest.raises(wire.WireError, match="larger"):
        ask(helpers, "grid", 17)


def test_what_a_students_function_asks_for_is_not_kept() -> None:
    """It may ask a thousand times for a million numbers."""
    exercise = read_lesson(MASTERS[0])[0]["conv_forward"]
    helpers = WatchedHelpers(exercise.helpers(), usual=exercise.usual_calls)
    X = np.ones((1, 2, 2, 1))
    assert ask(helpers, "zero_pad", X, pad=3).sum() == 4
    (call,) = helpers.calls
    assert np.array_equal(call.arguments["X"], X) and call.value is None


def test_what_is_asked_in_all_is_bounded(helpers: Helpers) -> None:
    texts = np.full(500, "a" * 30)
    with pytest.raises(wire.WireError, match="larger"):
        for _ in range(MOST_CALLS):
            ask(helpers, "repeat", texts, 1)
    assert 800 < helpers.called < 850


def test_a_helper_stops_answering(helpers: Helpers) -> None:
    for _ in range(MOST_CALLS):
        ask(helpers, "repeat", np.ones(1), 1)
    with pytest.raises(wire.WireError, match="more than"):
        ask(helpers, "repeat", np.ones(1), 1)


def test_a_case_that_takes_a_while_is_answered_as_far_as_it_is_known() -> None:
    exercise = read_lesson(MASTERS[2])[0]["conv_forward_fast"]
    case, limit = exercise.declared.timed["speed"](np.random.default_rng(0))
    calls = exercise.calls_of_helpers(case)
    assert [call.function for call in calls] == [exercise.namespace["im2col"]] and limit > 0

    def known(*args: object, **kwargs: object) -> Any:
        return ask(KnownHelpers(exercise.helpers(), calls), "im2col", *args, **kwargs)

    A_prev = case.args[0]
    assert np.array_equal(known(A_prev, 3, pad=0, stride=1), calls[0].value)
    for args in [(A_prev, 3, 1, 1), (A_prev[1:], 3, 1, 0), (A_prev + 1, 3, 1, 0)]:
        with pytest.raises(wire.WireError, match="not a call that the right function makes"):
            known(*args)
    for args in [(A_prev,), ()]:
        with pytest.raises(TypeError, match="missing a required argument"):
            known(*args)


class Refused:
    """A student's function that stops where it calls a right helper, which does not answer."""

    def kinds(self, names: list[str], as_tested: bool = False) -> dict[str, str]:
        """Say that it can be called."""
        return dict.fromkeys(names, "callable")

    def call(self, name: str, args: Any, kwargs: Any, helpers: Helpers, *more: Any) -> Any:
        """Call it."""
        with suppress(wire.WireError):
            ask(helpers, *helpers.names[:1], 10**9)
        raise StudentCodeError("RuntimeError: larger than anything", "x = zero_pad(X, 9)")


def test_a_function_that_cannot_be_tried_with_right_helpers_is_not_said_to_stop() -> None:
    exercise, calls = EXERCISES[MASTERS[0]][0]["conv_forward"], cast(Calls, Refused())
    behaviours = tuple({behaviour for behaviour, _ in exercise.probe})
    told = Judge(exercise, Loss(behaviours, ("zero_pad",)), calls, lambda: 9).explain()
    assert told.kept == () and told.names == [] and told.unnamed == {}
    [sentence] = told.sentences
    assert sentence.startswith("It is not known whether conv_forward itself has a mistake")
    # With its own helpers it is the function that stops.
    told = Judge(exercise, Loss(behaviours), calls, lambda: 9).explain()
    assert "conv_forward stops with RuntimeError" in told.sentences[0]
