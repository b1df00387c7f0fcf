"""What is said of a mistake that no misconception names: what failed, where, and at which step."""

from __future__ import annotations

import ast
import copy
import datetime
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from proctor.diagnose.code import (
    LONGEST,
    find_function,
    has_return,
    loop_headers,
    returned_names,
    unfilled_names,
)
from proctor.diagnose.exercise import Exercise, HelperCall
from proctor.diagnose.failure import failure
from proctor.diagnose.kinds import HINTS, nothing_sentence, stopped_sentence
from proctor.diagnose.locate import STOPS, locate, when
from proctor.diagnose.misconceptions import read_exercises
from proctor.diagnose.outcome import (
    Outcome,
    Varying,
    outcome_of,
    same,
    same_failure,
    with_varying_parts,
)
from proctor.diagnose.steps import step_sentence

# ----------------------------------------------------------------------------- what failed


@pytest.mark.parametrize(
    "texts",
    [
        ("1 / 0", "1 // 0", "int(np.float64(1) / np.float64(0))"),
        ("np.zeros(2.0)", "np.zeros(np.floor(2.5))", "range(2.0)"),
        ("np.ones((2, 3)) * np.ones((3, 3))", "np.ones((3, 3)) * np.ones((2, 3))"),
        ("np.zeros(3)[4]", "np.zeros((2, 3))[0, 4]"),
        ("float(np.zeros(2))", "np.zeros(2).item()"),
        ("len(None)", "None[0]", "range(None)"),
        ("np.zeros(2)[0, 0]", "np.zeros((2, 2))[0, 0, 0]"),
        ("np.add(1.5, 1, out=np.zeros(2, int))", "np.ones(2, np.uint8).__itruediv__(2)"),
    ],
)
@pytest.mark.filterwarnings("ignore")
def test_what_failed_does_not_depend_on_how_it_is_written(texts: tuple[str, ...]) -> None:
    found = [outcome_of(eval(f"lambda: {text}", {"np": np}), (), {}) for text in texts]
    assert all(outcome.raised for outcome in found)
    kinds = {failure(outcome.raised).kind for outcome in found}
    assert len(kinds) == 1, [outcome.raised for outcome in found]
    assert kinds <= HINTS.keys()


def test_sizes_tell_failures_of_one_kind_apart() -> None:
    def raised(text: str, line: str = "") -> Outcome:
        return Outcome(raised=f"ValueError: {text}", line=line)

    begin = "operands could not be broadcast together with shapes"
    small, turned = raised(f"{begin} (2,3) (3,3) "), raised(f"{begin} (3,3) (2,3) ")
    assert same_failure(small, turned)
    assert not same_failure(small, raised(f"{begin} (2,4) (4,4) "))
    # Without sizes, what the line calls is the step.
    text = "negative dimensions are not allowed"
    assert same_failure(raised(text, "Z = np.zeros((m, n))"), raised(text, "A = np.zeros(n)"))
    assert not same_failure(raised(text, "Z = np.zeros((m, n))"), raised(text, "Z = np.ones(n)"))


def test_hostile_texts_are_read_in_no_time() -> None:
    assert failure("ValueError: " + "(1," * 10**6).kind == "ValueError"
    assert failure(f"IndexError: index {'9' * 10**5} is out").kind == "IndexError"


def test_random_parts_are_marked_and_match() -> None:
    first = Outcome((np.ones(3), np.zeros(2)), ())
    marked = with_varying_parts(first, Outcome((np.ones(3), np.ones(2)), ()))
    assert same(marked.result, (np.ones(3), Varying((2,))))
    assert not same(marked.result, (np.ones(3), Varying((3,))))
    assert not same(marked.result, first.result) and not same(first.result, marked.result)
    assert with_varying_parts(first, first).result[1] is first.result[1]


@pytest.mark.parametrize(
    ("value", "others"),
    [
        ({1, 2}, [{1}, frozenset({1, 2}), [1, 2], None]),
        (np.array(["a", "b"]), [np.array(["a"]), np.array(["a", "c"]), ["a", "b"], np.ones(2)]),
        (datetime.date(2020, 2, 29), [datetime.date(2020, 3, 1), "2020-02-29", 0]),
        ("a", ["a\0", b"a", np.array("a")]),
    ],
)
def test_values_that_are_no_numbers_are_the_same_if_equal(value: Any, others: list[Any]) -> None:
    assert same(copy.deepcopy(value), value)
    assert not any(same(other, value) or same(value, other) for other in others)


# -------------------------------------------------------------------------- where it is wrong

TOY = """\
import numpy as np

from proctor.testing import Case, Misconceptions

AXES = {2: (None, None)}


def both(x, stride=1):
    twice = 2 * x
    cache = (x, stride)
    return twice, cache


def probe(rng):
    x = rng.uniform(1, 2, size=(3, 4))
    return {"value": [Case(x, stride=1), Case(x, stride=2)]}


MISCONCEPTIONS = [Misconceptions(both, probe)]
"""


@pytest.fixture
def toy() -> Exercise:
    """A function that returns two things."""
    return read_exercises(TOY, Path(), {"both-value"})["both"]


def located(toy: Exercise, body: str) -> list[str]:
    """Return what is said of another body of the function."""
    source = f"def both(x, stride=1):\n    {body}\n"
    function = toy.function(source)
    return locate(toy, [toy.outcome(case, function) for _, case in toy.probe])


@pytest.mark.parametrize(
    ("body", "sentences"),
    [
        (
            "return 0 * x, (x, stride)",
            [
                "On our small examples twice is wrong, and cache is right.",
                "Every number of twice is 0.",
            ],
        ),
        (
            "return 2 * x, (stride, x)",
            ["On our small examples cache is wrong, and twice is right."],
        ),
        (
            "return -2 * x, (x, stride)",
            [
                "On our small examples twice is wrong, and cache is right.",
                "The numbers of twice have the wrong sign, and are right but for that.",
            ],
        ),
        (
            "return 3 * x * stride, (x, stride)",
            [
                "On our small examples twice is wrong, and cache is right.",
                "In each call all numbers of twice are off by one and the same factor: look at "
                "what they are multiplied or divided by.",
            ],
        ),
        (
            "return 2 * x + 1, (x, stride)",
            [
                "On our small examples twice is wrong, and cache is right.",
                "In each call all numbers of twice are off by one and the same amount: look at "
                "what is added or subtracted.",
            ],
        ),
        (
            "return x**3 + 9, (x, stride)",
            [
                "On our small examples twice is wrong, and cache is right.",
                "In each small example that goes wrong, twice has the right shape, and all of its "
                "numbers are wrong.",
            ],
        ),
        (
            "return 2 * x[:2], (x, stride)",
            [
                "On our small examples twice is wrong, and cache is right.",
                "Axis 0 of twice has a wrong length: 2 where 3 are asked for.",
            ],
        ),
        (
            "y = 2 * x; y[1:] = 0; return y, (x, stride)",
            [
                "On our small examples twice is wrong, and cache is right.",
                "In twice only the first row is right.",
            ],
        ),
        (
            "y = 2 * x; y[:, -1] = 7; return y, (x, stride)",
            [
                "On our small examples twice is wrong, and cache is right.",
                "In twice all is right but the last column.",
            ],
        ),
        (
            "return 2 * x * stride, (x, stride)",
            [
                "On our small examples twice is wrong, and cache is right.",
                "In each call all numbers of twice are off by one and the same factor: look at "
                "what they are multiplied or divided by.",
                "On our small examples it is right for stride = 1, and wrong for stride = 2.",
            ],
        ),
        (
            "return 'a', (x, stride)",
            [
                "On our small examples twice is wrong, and cache is right.",
                "twice should hold numbers; yours is of type str.",
            ],
        ),
        (
            "return 2 * x",
            [
                "both should give back twice and cache together; on our small examples it gives "
                "back a single thing.",
            ],
        ),
    ],
)
def test_what_is_wrong_is_located(toy: Exercise, body: str, sentences: list[str]) -> None:
    assert located(toy, body) == sentences


def test_one_number_has_no_shape_to_speak_of() -> None:
    source = TOY.replace("return twice, cache", "return float(np.sum(x)) * stride")
    toy = read_exercises(source, Path(), {"both-value"})["both"]
    sentences = located(toy, "return float(np.sum(x ** 3)) + stride ** 3")
    assert sentences[0] == "The result is another number than was asked for."


def test_a_constant_is_said() -> None:
    source = TOY.replace("Case(x, stride=2)", "Case(x + 1, stride=2)")
    toy = read_exercises(source, Path(), {"both-value"})["both"]
    (sentence,) = located(toy, "return np.ones(2), 1")
    assert "the same result in every call" in sentence


def test_if_nothing_else_is_known_the_behaviours_are_named(toy: Exercise) -> None:
    sums = TOY.replace("return twice, cache", "return [cache, twice]").replace(
        '{"value": [Case(x, stride=1), Case(x, stride=2)]}',
        '{"value": Case(x, look=lambda r, a: r[1]), "order": Case(x + 1)}',
    )
    exercise = read_exercises(sums, Path(), {"both-value", "both-order"})["both"]
    (sentence,) = located(exercise, "return [(stride, x), 2 * x]")
    assert sentence.endswith("it is wrong in order as well, and right in value.")


def test_a_changed_argument_is_said(toy: Exercise) -> None:
    (sentence,) = located(toy, "y = 2 * x, (x.copy(), stride); x += 1; return y")
    assert "the call changes what was handed in" in sentence


def test_where_it_stops_is_said_only_if_it_goes_elsewhere(toy: Exercise) -> None:
    stopped = [toy.right[0], Outcome(raised="ValueError: so")]
    (sentence,) = when(toy, stopped, STOPS)
    assert sentence.endswith("it stops like this for stride = 2, and not for stride = 1.")
    assert when(toy, [stopped[1]] * 2, STOPS) == []


def test_of_two_arguments_that_may_decide_it_none_is_named() -> None:
    source = TOY.replace("stride=1)", "stride=1, pad=0)").replace("stride=2)", "stride=2, pad=1)")
    toy = read_exercises(source, Path(), {"both-value"})["both"]
    stopped = [toy.right[0], Outcome(raised="ValueError: so")]
    assert when(toy, stopped, STOPS) == []


# -------------------------------------------------------------------------- at which step


def step(a: object, b: object) -> None:
    """Stand for a helper."""


def call(a: object, b: object) -> HelperCall:
    return HelperCall(step, {"a": a, "b": b}, None)


@pytest.mark.parametrize(
    ("yours", "text"),
    [
        ([call(1, 1), call(2, 2)], "all that it asks of step is right"),
        ([call(2, 2), call(1, 1)], "all that it asks of step is right"),
        ([call(1, 1), call(2, 3)], "an argument b that is not .* for the first time in call 2"),
        ([call(np.ones(2), 1)], r"an argument a of shape \(2,\) that is not .* in the first call"),
        ([call(1, 2)], "things that do not belong together"),
        ([call(1, 1)], "with the right arguments, but once; it takes 2 calls"),
        ([], "^$"),
    ],
)
def test_the_first_wrong_call_of_a_helper_is_named(yours: list[HelperCall], text: str) -> None:
    assert re.search(text, step_sentence(yours, [call(1, 1), call(2, 2)]))


# -------------------------------------------------------------------------- what the code says


def parsed(body: str) -> ast.FunctionDef:
    function = find_function(f"def f(x):\n    {body}\n", "f")
    assert function is not None
    return function


def test_unfilled_lines_and_returns_are_read() -> None:
    assert unfilled_names(parsed("y = None; (z, w) = None; w = 1; return y")) == {"y", "z"}
    assert not has_return(parsed("y = x; return")) and has_return(parsed("return x"))
    assert returned_names(parsed("Z = x; return Z.reshape(2, 3), (x, 1), cache")) == [
        "Z",
        "the second result",
        "cache",
    ]
    # Neither a module nor a function is the name of what it returns, and no name stands for two.
    assert returned_names(parsed("return np.array(x), len(x)")) == [
        "the first result",
        "the second result",
    ]
    assert returned_names(parsed("return x[0], x[1]")) == ["the first result", "the second result"]
    assert returned_names(parsed("return np.array(x)")) == ["the result"]
    docstring = '"""Go.\n\n    Returns\n    -------\n    t, y : arrays\n        So.\n    """'
    assert returned_names(parsed(f"{docstring}\n    return np.array(x), x + 1")) == ["t", "y"]
    source = "def f(x):\n    for h in x:\n        while h:\n            pass\n"
    function = find_function(source, "f")
    assert function is not None
    assert loop_headers(function, source) == ["for h in x:", "while h:"]


@pytest.mark.parametrize(
    "source",
    ["def f(x", "\0", "(" * 9000, "-" * 19_000 + "1", "x" * (LONGEST + 1), "f = 1"],
    ids=["syntax", "null", "brackets", "signs", "long", "none"],
)
def test_code_that_cannot_be_read_says_nothing(source: str) -> None:
    assert find_function(source, "f") is None


def test_none_is_traced_to_its_line() -> None:
    error = "TypeError: cannot unpack non-iterable NoneType object"
    here = Outcome(raised=error, line="(a, b) = None")
    assert "None stands in this line" in stopped_sentence("f", here, {}, parsed("(a, b) = None"))
    there = Outcome(raised=error, line="a, b = y")
    assert "y is given the value None" in stopped_sentence("f", there, {}, parsed("y = None"))
    assert "Something in it is None" in stopped_sentence("f", there, {}, parsed("y = g(x)"))


def test_a_missing_key_may_be_one_that_is_not_there_yet() -> None:
    sentence = stopped_sentence("f", Outcome(raised="KeyError: 'a'", line="n['a'] += 1"), {})
    assert "no such key, or not yet" in sentence and "docstring" not in sentence


def test_nothing_returned_is_told_by_its_cause() -> None:
    nothing = [Outcome(None)]
    assert "has no return statement" in nothing_sentence("f", nothing, parsed("y = x"))
    assert "y in it is given" in nothing_sentence("f", nothing, parsed("y = None; return y"))
    assert "Either it ends" in nothing_sentence("f", nothing, parsed("return g(x)"))
    assert nothing_sentence("f", [Outcome(1)], parsed("return 1")) == ""
    assert "y is given" in nothing_sentence(
        "f", [Outcome((None, 1))], parsed("y = None; return y, 1")
    )
