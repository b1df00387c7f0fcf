"""Every sentence that the example classes, the cases and the misconceptions produce is true."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from examples.build_submissions import read_class
from proctor.diagnose.outcome import Outcome
from tests.support.exercises import EXERCISES
from tests.support.paths import MASTERS
from tests.support.quick import Graded, QuickGrader
from tests.support.truth import Read, outcomes_of, untruths

from .cases import CASES, RIGHT

pytestmark = pytest.mark.slow

Answers = Mapping[str, str]


def answers_of(master: Path) -> dict[str, Answers]:
    """Return what is handed in in a lesson: the example class, and the cases."""
    lesson = master.parent.name
    found: dict[str, Answers] = {s.name: s.answers for s in read_class(lesson)}
    for case in CASES.get(lesson, []):
        wrong = {case.function: case.source(lesson)}
        found[f"{case.function}, {case.name}"] = RIGHT[lesson] | wrong
    return found


def read_all(master: Path, answers: Answers, graded: Graded) -> list[Read]:
    """Return what a student reads about each function that lost something."""
    lost = graded.lost()
    found = []
    for name, exercise in EXERCISES[master][0].items():
        facts = graded.facts(name)
        if facts:
            # The names that any of the student's own cells defines, and what is right elsewhere.
            outcomes = outcomes_of(exercise, answers)
            source = answers.get(name, "")
            found.append(Read(exercise, facts, lost.get(name, set()), outcomes, source, set(lost)))
    return found


@pytest.fixture(scope="module")
def reads(
    quick_grader: Callable[[Path], QuickGrader], chosen_masters: list[Path]
) -> dict[Path, list[tuple[str, Read]]]:
    """What students of each lesson read, with their names."""
    everything = {}
    for master in chosen_masters:
        answers = answers_of(master)
        submissions = quick_grader(master).grade_all(list(answers.values()))
        everything[master] = [
            (name, read)
            for (name, given), graded in zip(answers.items(), submissions, strict=True)
            for read in read_all(master, given, graded)
        ]
    return everything


@pytest.mark.parametrize("master", MASTERS, ids=lambda master: master.stem)
def test_sentences_are_true(master: Path, reads: dict[Path, list[tuple[str, Read]]]) -> None:
    assert reads[master]
    problems = [
        f"{name}, {read.exercise.declared.name}: {problem}"
        for name, read in reads[master]
        for problem in untruths(read)
    ]
    assert problems == []


def test_most_wrong_functions_are_named(reads: dict[Path, list[tuple[str, Read]]]) -> None:
    """Named, or said where it goes wrong: of those that are more than a stub."""
    written = [
        read
        for lesson in reads.values()
        for _, read in lesson
        if "not solved yet" not in read.facts["sentences"][0]
    ]
    nothing = ("On our small examples it is wrong as well", "Something is different in the call")
    located = [r for r in written if not any(text in str(r.facts["sentences"]) for text in nothing)]
    assert len(located) >= 0.97 * len(written)


# ------------------------------------------------------------------------------ the gate, broken


def broken(
    reads: dict[Path, list[tuple[str, Read]]], name: str, *sentences: str, **facts: object
) -> str:
    """Return what the gate says if a student of the first lesson reads something else."""
    read = next(read for student, read in reads[MASTERS[0]] if student == name)
    said = {"sentences": list(sentences) or read.facts["sentences"], **facts}
    return "\n".join(untruths(dataclasses.replace(read, facts={**read.facts, **said})))


@pytest.mark.parametrize(
    "sentence",
    [
        "On our small examples conv_forward does what it should. Something is different.",
        "On our small examples cache is wrong, and Z is right.",
        "Every number of Z is 0.",
        "On our small examples it is right for stride = 2, and wrong for stride = 1.",
        "Axis 1 of Z has a wrong length: 7 where 2 are asked for.",
        "conv_forward stops with TypeError: nothing.",
    ],
)
def test_gate_sees_what_is_not_true(
    sentence: str, reads: dict[Path, list[tuple[str, Read]]]
) -> None:
    assert "not true" in broken(reads, "ceil_for_floor", sentence)


def test_gate_sees_a_sentence_that_it_does_not_know(
    reads: dict[Path, list[tuple[str, Read]]],
) -> None:
    assert "no fact is known" in broken(reads, "ceil_for_floor", "It is nearly right.")
    assert "points to a place" in broken(reads, "ceil_for_floor", "Look at the call above.")


def test_gate_sees_a_wrong_name_and_a_wrong_picture(
    reads: dict[Path, list[tuple[str, Read]]],
) -> None:
    text = broken(reads, "ceil_for_floor", misconceptions=["bias_in_sum"])
    assert "bias_in_sum does something else" in text
    assert "right on the probe, or not named" in text
    shown = {"comparison": {"expected": "(1, 2)", "yours": "(1, 2)", "arguments": []}}
    assert "the shape asked for is another" in broken(reads, "ceil_for_floor", **shown)
    read = next(read for _, read in reads[MASTERS[0]] if read.facts["comparison"])
    right = dataclasses.replace(read, outcomes=[Outcome(r.result, r.arguments) for r in read.right])
    assert "a small example is shown that is right" in untruths(right)
