"""Mistakes as people write them: each reads its own true sentence, and so do two together."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.paths import MASTERS
from tests.support.quick import Graded, QuickGrader

from .cases import CASES, RIGHT, Wrong

LESSONS = {master.parent.name: master for master in MASTERS if master.parent.name in CASES}
WRONG = [(lesson, case) for lesson, cases in CASES.items() for case in cases]
Key = tuple[str, str, str]


@pytest.fixture(scope="module")
def graded(quick_grader: Callable[[Path], QuickGrader]) -> dict[Key, Graded]:
    """Each case, graded: the rest of its submission is right, and written in the same way."""
    results = {}
    for lesson, cases in CASES.items():
        answers = [RIGHT[lesson] | {case.function: case.source(lesson)} for case in cases]
        submissions = quick_grader(LESSONS[lesson]).grade_all(answers)
        for case, submission in zip(cases, submissions, strict=True):
            results[lesson, case.function, case.name] = submission
    return results


@pytest.mark.parametrize("lesson", LESSONS)
def test_what_they_start_from_is_right(
    lesson: str, quick_grader: Callable[[Path], QuickGrader]
) -> None:
    submission = quick_grader(LESSONS[lesson]).grade(RIGHT[lesson])
    assert submission.lost() == {}
    assert all(submission.facts(name) == {} for name in RIGHT[lesson])


@pytest.mark.parametrize(
    ("lesson", "case"), WRONG, ids=[f"{case.function}-{case.name}" for _, case in WRONG]
)
def test_case_has_its_sentence(lesson: str, case: Wrong, graded: dict[Key, Graded]) -> None:
    submission = graded[lesson, case.function, case.name]
    # What only a wrong helper costs is kept.
    assert set(submission.lost()) == {case.function}
    facts = submission.facts(case.function)
    assert set(facts["misconceptions"]) == set(case.named)
    assert case.words in " ".join(facts["sentences"])


@pytest.mark.parametrize("case", ["unpad", "unpad all"])
def test_a_border_cut_off_wrongly_costs_nothing_else(case: str, graded: dict[Key, Graded]) -> None:
    """Image by image it stops where there is no border, and bias and weights are right."""
    submission = graded["02_backpropagation", "conv_backward", case]
    assert submission.lost() == {"conv_backward": {"input", "stride"}}


def pairs(lesson: str) -> list[tuple[Wrong, Wrong]]:
    """Return some two cases of one function that leave each other's text alone."""
    named = [case for case in CASES[lesson] if len(case.named) == 1]
    found = []
    for first, second in itertools.combinations(named, 2):
        if first.function == second.function and first.named != second.named:
            both = Wrong("both", first.function, first.changes + second.changes)
            back = Wrong("both", first.function, second.changes + first.changes)
            try:
                apart = both.source(lesson) == back.source(lesson)
            except AssertionError:
                continue
            if apart:
                found.append((first, second))
    return found[:: len(found) // 25 + 1]


@pytest.mark.slow
@pytest.mark.parametrize("lesson", LESSONS)
def test_two_cases_are_named_together(
    lesson: str, quick_grader: Callable[[Path], QuickGrader]
) -> None:
    chosen = pairs(lesson)
    answers = [
        RIGHT[lesson]
        | {first.function: Wrong("", first.function, first.changes + second.changes).source(lesson)}
        for first, second in chosen
    ]
    submissions = quick_grader(LESSONS[lesson]).grade_all(answers)
    named = false = 0
    for (first, second), submission in zip(chosen, submissions, strict=True):
        facts = submission.facts(first.function)
        assert facts["sentences"]
        names = set(facts["misconceptions"])
        # One may hide the other.
        named += bool(names) and names <= {*first.named, *second.named}
        false += not names <= {*first.named, *second.named}
    assert len(chosen) >= 15
    # Of two that both stop with an error there is often nothing to see but that.
    assert false <= 0.05 * len(chosen) and named >= 0.7 * len(chosen)
