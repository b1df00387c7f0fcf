"""A function that changes its arguments cannot change what a test compares with.

Each function of each lesson, once computing from zeros that it made of its arguments, once from
copies of zeros. What it returns is the same, and so the one may earn no more than the other.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.exercises import EXERCISES, FUNCTION_IDS, FUNCTIONS
from tests.support.quick import QuickGrader

pytestmark = pytest.mark.slow

ZEROED = """
def {name}_zeroed(value, in_place):
    if isinstance(value, np.ndarray):
        zeros = value if in_place else value.copy()
        zeros[...] = 0
        return zeros
    if isinstance(value, (tuple, list)):
        return type(value)({name}_zeroed(item, in_place) for item in value)
    if isinstance(value, dict) and not all(isinstance(item, int) for item in value.values()):
        return {{key: {name}_zeroed(item, in_place) for key, item in value.items()}}
    return value


{name}_right = {name}


def {name}(*args, **kwargs):
    args, kwargs = {name}_zeroed(args, {in_place}), {name}_zeroed(kwargs, {in_place})
    return {name}_right(*args, **kwargs)
"""

Lost = dict[tuple[Path, str, bool], set[str]]


def answer(master: Path, name: str, in_place: bool) -> str:
    """Return the worked solution, which computes from zeros here."""
    return EXERCISES[master][1][name] + ZEROED.format(name=name, in_place=in_place)


@pytest.fixture(scope="module")
def lost(quick_grader: Callable[[Path], QuickGrader], chosen_masters: list[Path]) -> Lost:
    """The behaviours that each function loses by itself, by whether it changes its arguments."""
    found: Lost = {}
    for master in chosen_masters:
        todo = [(name, flag) for where, name in FUNCTIONS if where == master for flag in (0, 1)]
        answers = [{name: answer(master, name, bool(flag))} for name, flag in todo]
        graded = quick_grader(master).grade_all(answers)
        for (name, flag), submission in zip(todo, graded, strict=True):
            found[master, name, bool(flag)] = submission.lost().get(name, set())
    return found


@pytest.mark.parametrize(("master", "name"), FUNCTIONS, ids=FUNCTION_IDS)
def test_zeroed_arguments_earn_nothing_more(master: Path, name: str, lost: Lost) -> None:
    assert lost[master, name, True] >= lost[master, name, False]


def test_most_functions_lose_by_zeros(lost: Lost) -> None:
    # Otherwise this would show nothing.
    assert sum(bool(behaviours) for behaviours in lost.values()) > len(lost) / 2
