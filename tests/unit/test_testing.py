"""What hidden tests import: it accepts what is right, and its messages give nothing away."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import numpy as np
import pytest

from proctor import testing

RIGHT = np.array([[1.25, 2.5], [3.75, 987.654]])


def message(actual: Any, expected: Any = RIGHT) -> str:
    """Return what assert_close says of a wrong result."""
    with pytest.raises(AssertionError) as failure:
        testing.assert_close("f(X)", actual, expected)
    return str(failure.value)


@pytest.mark.parametrize(
    "actual", [RIGHT, RIGHT.tolist(), RIGHT + 1e-6, np.asfortranarray(RIGHT), tuple(RIGHT)]
)
def test_right_values_pass_whatever_holds_them(actual: Any) -> None:
    testing.assert_close("f(X)", actual, RIGHT)


@pytest.mark.parametrize("actual", [2.5, np.float64(2.5), np.array(2.5), np.float32(2.5)])
def test_scalars_pass_whatever_holds_them(actual: Any) -> None:
    testing.assert_close("f(X)", actual, 2.5)
    assert testing.scalar("f(X)", actual) == 2.5


@pytest.mark.parametrize("actual", [[[[2.5]]], np.full((1, 1, 1), 2.5)])
def test_scalar_takes_the_number_out_of_an_array(actual: Any) -> None:
    assert testing.scalar("f(X)", actual) == 2.5


def test_wrong_shape_is_named() -> None:
    assert message(RIGHT[0]) == "f(X): the result should have shape (2, 2), yours has (2,)."


def test_first_wrong_position_is_named_with_the_students_value() -> None:
    wrong = RIGHT.copy()
    wrong[1] = [7, 8]
    assert message(wrong) == "f(X): 2 of 4 values are wrong, first the 7 at position (1, 0)."


def test_wrong_scalar_is_named() -> None:
    assert message(7.0, 987.654) == "f(X): 7 is wrong."


@pytest.mark.parametrize(
    ("actual", "kind"),
    [
        (None, "returned None. Is a return missing?"),
        (np.ones((2, 2), "m8[s]"), "should hold numbers, yours is of type ndarray"),
        ("text", "yours is of type str"),
        ([1, [2, 3]], "yours is a list of 2"),
        (np.array([[None, 1], [2, 3]]), "yours is of type ndarray"),
        ((RIGHT, "cache"), "yours is a tuple of 2"),
        (np.full((2, 2), np.nan), "4 of 4 values are wrong, first the nan"),
    ],
)
def test_what_is_no_array_of_numbers_is_named(actual: Any, kind: str) -> None:
    assert kind in message(actual)


@pytest.mark.parametrize("actual", [None, 7.0, RIGHT[0], RIGHT + 1, "text", RIGHT.T])
def test_messages_hold_no_expected_value(actual: Any) -> None:
    text = message(actual)
    own = set(map(str, np.ravel(actual))) if isinstance(actual, np.ndarray) else set()
    for number in RIGHT.ravel():
        assert f"{number:g}" in own or f"{number:g}" not in text


NESTED = {"oh": [1, 2.5], "no": ("a", b"b", {3, 4}), "array": RIGHT, "nothing": None, "nan": np.nan}


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        ("text", np.str_("text")),
        ([1, "a"], [1.0, "a"]),
        (Counter("abba"), {"a": 2, "b": 2}),
        (frozenset({1}), {1}),
        (NESTED | {"array": RIGHT.tolist(), "oh": [np.int64(1), 2.5 + 1e-7]}, NESTED),
        (np.array(["a", "b"]), np.array(["a", "b"])),
        (date(2026, 1, 2), date(2026, 1, 2)),
        (None, None),
    ],
)
def test_what_is_equal_passes(actual: Any, expected: Any) -> None:
    testing.assert_equal("f(X)", actual, expected)


@pytest.mark.parametrize(
    ("actual", "expected", "says"),
    [
        (None, "a", "your function returned None. Is a return missing?"),
        ("stop", "step", "the result is wrong from position 2 on; yours is 'stop'."),
        ("sto", "stop", "the result ends too early; yours is 'sto'."),
        ("stops", "stop", "the result should end after the first 4 characters; yours is 'stops'."),
        (b"stop", b"s", "the result should end after the first byte; yours is b'stop'."),
        ("a", "", "the result should be empty; yours is 'a'."),
        (["a"], "a", "the result should be a text, yours is a list of 1."),
        (("a", "b"), ["a", "b"], "the result should be a list, yours is a tuple of 2."),
        ([1], [1, 2], "the result should have length 2, yours has 1."),
        ([1, 2, 4], [1, 2, 3], "result[2] is wrong; yours is 4."),
        ({"a": 1, "x": 2}, {"a": 1}, "the result has the key 'x', which should not be there."),
        ({"a": 1}, {"a": 1, "b": 2, "c": 3}, "the result lacks 2 of 3 keys."),
        ({"a": [1, "x"]}, {"a": [1, "y"]}, "result['a'][1] is wrong from position 0 on; yours is "
         "'x'."),
        ({1, 2}, {1}, "the result has the element 2, which should not be there."),
        ({1}, {1, 2}, "the result lacks 1 of 2 elements."),
        ("1", 2, "the result should be a number, yours is of type str."),
        ([RIGHT + np.eye(2)[::-1]], [RIGHT], "result[0] is wrong at position (0, 1); yours is "
         "3.5."),
        (RIGHT[0], RIGHT, "the result should be an array of shape (2, 2), yours has shape "
         "(2,)."),
        (date(2026, 1, 2), date(2026, 1, 3), "the result is wrong; yours is datetime.date(2026, "
         "1, 2)."),
        (0, date(2026, 1, 3), "the result is wrong; yours is 0."),
        (np.array(["a", "c"]), np.array(["a", "b"]), "the result is wrong; yours is array(['a', "
         "'c'], dtype='<U1')."),
    ],
)  # fmt: skip
def test_the_first_difference_is_named(actual: Any, expected: Any, says: str) -> None:
    with pytest.raises(AssertionError) as failure:
        testing.assert_equal("f(X)", actual, expected)
    assert str(failure.value) == f"f(X): {says}"


def test_scalar_refuses_more_than_one_number() -> None:
    with pytest.raises(AssertionError, match=r"single number, yours has shape \(2, 2\)"):
        testing.scalar("f(X)", RIGHT)


def test_a_changed_argument_is_named() -> None:
    testing.assert_unchanged("f(X)", "X", RIGHT, RIGHT.copy())
    with pytest.raises(AssertionError, match="changed its argument X"):
        testing.assert_unchanged("f(X)", "X", RIGHT, RIGHT * 2)


def test_a_constant_is_named() -> None:
    testing.assert_depends("f(X)", RIGHT, RIGHT + 1)
    with pytest.raises(AssertionError, match="the same result"):
        testing.assert_depends("f(X)", RIGHT, RIGHT.copy())
    with pytest.raises(AssertionError, match="the result is NaN"):
        testing.assert_depends("f(X)", np.full(3, np.nan), np.full(3, np.nan))


def test_unpack() -> None:
    assert testing.unpack("f(X)", [1, 2], ("Z", "cache")) == (1, 2)
    for wrong, got in [(None, "a return missing"), (RIGHT, "ndarray"), ((1, 2, 3), "tuple of 3")]:
        with pytest.raises(AssertionError, match=got):
            testing.unpack("f(X)", wrong, ("Z", "cache"))


def test_fresh_inputs_depend_on_seed_and_label() -> None:
    def draw(seed: str, label: str) -> list[float]:
        with testing.seeded(seed):
            return list(testing.fresh_rng(label).normal(size=3))

    assert draw("one", "f-shape") == draw("one", "f-shape")
    assert draw("one", "f-shape") != draw("two", "f-shape")
    assert draw("one", "f-shape") != draw("one", "f-stride")
