"""What hidden tests import: it accepts what is right, and its messages give nothing away."""

from __future__ import annotations

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
