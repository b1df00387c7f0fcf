"""The mutants of `make adequacy`: how they are made, and those that are listed with a reason."""

from __future__ import annotations

import pytest

from proctor.diagnose.explain import UNNAMED
from tests.adequacy import Mutant, Result, mutants
from tests.equivalent import EQUIVALENT
from tests.support.exercises import EXERCISES

SOURCE = """\
def double(x):
    y = 2 * x
    if y == 4:
        y += 0
    return y
"""
ALL = {
    name: exercise for exercises, _ in EXERCISES.values() for name, exercise in exercises.items()
}


def test_every_small_change_is_made_once() -> None:
    changes = [mutant.change for mutant in mutants("double", SOURCE)]
    assert len(set(changes)) == len(changes)
    for change in (
        "y = 2 * x  ->  y = 2 + x",
        "y = 2 * x  ->  (left out)",
        "if y == 4:  ->  if y != 4:",
        "y += 0  ->  (left out)",
    ):
        assert change in changes
    assert any("3 * x" in change for change in changes)


@pytest.mark.parametrize("function", sorted({function for function, _ in EQUIVALENT}))
def test_what_is_listed_as_equivalent_is_a_mutant_and_has_a_reason(function: str) -> None:
    made = {mutant.change for mutant in mutants(function, ALL[function].source)}
    listed = {change: why for (name, change), why in EQUIVALENT.items() if name == function}
    assert set(listed) <= made
    assert all(len(why) > 20 for why in listed.values())


def test_a_result_is_located_if_it_says_more_than_that_something_is_wrong() -> None:
    mutant = Mutant("double", "y = 2 + x", "y = 2 * x", "")
    assert not Result(mutant, frozenset({"value"}), (), (UNNAMED,)).located
    assert Result(mutant, frozenset({"value"}), (), ("Every number of y is 0.",)).located
    assert not Result(mutant, frozenset(), (), ()).equivalent
    function, change = next(iter(EQUIVALENT))
    old, _, line = change.partition("  ->  ")
    assert Result(Mutant(function, line, old, ""), frozenset(), (), ()).equivalent
