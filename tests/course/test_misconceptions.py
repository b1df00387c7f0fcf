"""Misconceptions: each is graded as it says, and named on the page; so are pairs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from proctor.diagnose.declaration import Misconception
from proctor.diagnose.exercise import Exercise
from proctor.diagnose.naming import name_misconceptions
from proctor.diagnose.outcome import same_outcome
from tests.support.exercises import DECLARED, EXERCISES, FUNCTION_IDS, FUNCTIONS
from tests.support.paths import MASTERS
from tests.support.quick import Graded, QuickGrader

Answer = tuple[str, str]
"""A function, and its source in a submission."""


def shared_out(exercises: dict[str, Exercise], answers: list[Answer]) -> list[list[int]]:
    """Put wrong answers into few submissions, as their numbers.

    No function stands beside another answer to it, nor beside a function that calls it or that
    it calls: each is judged as if it were the only wrong one.
    """
    shares: list[list[int]] = []
    for number, (name, _) in enumerate(answers):
        helpers = exercises[name].declared.helpers
        apart = {name, *helpers, *(n for n, e in exercises.items() if name in e.declared.helpers)}
        for share in shares:
            if not apart & {answers[other][0] for other in share}:
                share.append(number)
                break
        else:
            shares.append([number])
    return shares


def grade_shared(grader: QuickGrader, answers: list[Answer]) -> list[tuple[Graded, list[int]]]:
    """Grade wrong answers; return for each its submission, and all answers in that by number."""
    shares = shared_out(EXERCISES[grader.master][0], answers)
    submissions = grader.grade_all([dict(answers[n] for n in share) for share in shares])
    found = {n: (s, share) for s, share in zip(submissions, shares, strict=True) for n in share}
    return [found[number] for number in range(len(answers))]


@pytest.fixture(scope="module")
def graded(
    quick_grader: Callable[[Path], QuickGrader],
) -> dict[tuple[Path, str, str], tuple[Graded, dict[str, Misconception]]]:
    """For each misconception a graded submission that has it, and all that it has, by function."""
    results = {}
    for master, (exercises, _) in EXERCISES.items():
        todo = [(name, edit) for where, name, edit in DECLARED if where == master]
        answers = [(name, exercises[name].edited(edit)) for name, edit in todo]
        submissions = grade_shared(quick_grader(master), answers)
        for (name, edit), (submission, share) in zip(todo, submissions, strict=True):
            results[master, name, edit.name] = submission, dict(todo[n] for n in share)
    return results


@pytest.mark.parametrize(
    ("master", "name", "edit"),
    DECLARED,
    ids=[f"{master.stem}-{name}-{edit.name}" for master, name, edit in DECLARED],
)
def test_misconception(
    master: Path,
    name: str,
    edit: Misconception,
    graded: dict[tuple[Path, str, str], tuple[Graded, dict[str, Misconception]]],
) -> None:
    submission, present = graded[master, name, edit.name]
    assert present[name] is edit
    # Nothing in another function, although conv_forward was called with a wrong helper.
    assert submission.lost() == {other: set(wrong.fails) for other, wrong in present.items()}
    assert submission.facts(name)["misconceptions"] == [edit.name]
    page = submission.page
    sentences = {wrong.sentence for wrong in present.values()}
    declared = {other.sentence for _, _, other in DECLARED}
    assert {sentence for sentence in declared if sentence in page} == sentences


def test_wrong_answers_are_shared_out_one_to_each_function() -> None:
    answers = [(name, "") for name in EXERCISES[MASTERS[0]][0] for _ in range(2)]
    shares = shared_out(EXERCISES[MASTERS[0]][0], answers)
    assert sorted(number for share in shares for number in share) == list(range(8))
    functions = [[answers[number][0] for number in share] for share in shares]
    helped = ["zero_pad", "conv_single_step", "pool_forward"]
    assert functions == [helped, helped, ["conv_forward"], ["conv_forward"]]


def named_rightly(exercise: Exercise, pair: frozenset[str], named: set[str]) -> bool:
    """Say whether what was named is the pair, or all of it that shows.

    One misconception may hide another: where the sizes are floats nothing is computed at all.
    Then the submission does what it would do with the first alone, and naming that is right.
    """
    if named == pair:
        return True
    both = next(v for v in exercise.pairs if {m.name for m in v.misconceptions} == pair)
    return any(
        {m.name for m in single.misconceptions} == named < pair
        and all(map(same_outcome, both.outcomes, single.outcomes))
        for single in exercise.singles
    )


@pytest.mark.parametrize(("master", "name"), FUNCTIONS, ids=FUNCTION_IDS)
def test_pairs_are_named(master: Path, name: str) -> None:
    exercise = EXERCISES[master][0][name]
    rightly = exactly = 0
    for variant in exercise.pairs:
        pair = frozenset(m.name for m in variant.misconceptions)
        named = {m.name for m in name_misconceptions(exercise, variant.outcomes).misconceptions}
        rightly += named_rightly(exercise, pair, named)
        exactly += named == pair
    hiding = rightly - exactly
    assert rightly >= 0.9 * len(exercise.pairs)
    # And of those pairs in which both show.
    assert exactly >= 0.85 * (len(exercise.pairs) - hiding)


def test_pairs_are_named_alike_through_the_wall(
    quick_grader: Callable[[Path], QuickGrader],
) -> None:
    for master, (exercises, _) in EXERCISES.items():
        todo = [
            (name, variant)
            for name, exercise in exercises.items()
            for variant in exercise.pairs[:: len(exercise.pairs) // 6 + 1]
        ]
        answers = [(name, variant.source) for name, variant in todo]
        submissions = grade_shared(quick_grader(master), answers)
        for (name, variant), (submission, _) in zip(todo, submissions, strict=True):
            naming = name_misconceptions(exercises[name], variant.outcomes)
            named = [misconception.name for misconception in naming.misconceptions]
            assert submission.facts(name)["misconceptions"] == named
            assert {m.name for m in variant.misconceptions} & set(named) or len(named) == 1
