"""Mistakes that nobody knew yet: which outcomes are the same, and what the author is shown."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest

from proctor.diagnose.exercise import DeclarationError, Exercise
from proctor.diagnose.misconceptions import read_exercises
from proctor.diagnose.naming import name_misconceptions
from proctor.diagnose.outcome import Outcome, Varying
from proctor.diagnose.unnamed import describe_outcomes, digest
from proctor.examine.outputs import error, feedback
from proctor.report.graded import read_notebooks
from proctor.report.unnamed import LINES, NOT_ON_PROBE, Group, unnamed_groups, unnamed_text

TESTS = ("twice-value", "twice-sign", "twice-kept")
LESSON = """\
import numpy as np

from proctor.testing import Case, Misconception, Misconceptions


def twice(x):
    y = 2 * x
    return y, (x,)


def probe(rng):
    x = rng.normal(size=(2, 3))
    kept = Case(x, look=lambda result, arguments: arguments)
    return {"value": [Case(x), Case(x[:1])], "sign": Case(np.abs(x)), "kept": kept}


MISCONCEPTIONS = [Misconceptions(twice, probe, # more
)]
"""
# One mistake in three styles, another one, and what is right on the probe.
CLASS = {
    "ana": "def twice(x):\n    return abs(2 * x), (x,)",
    "ben": "def twice(x):\n    y = [abs(2 * row) for row in x]\n    return np.array(y), [x]",
    "cem": "def twice(x):\n    return [np.sqrt((2 * x) ** 2), [x]]",
    "dua": "def twice(x):\n    return 2 + x, (x,)",
    "eva": "def twice(x):\n    return 2 * x, (x,)",
    "fay": "def twice(x):\n    return x + x, (x,)",
    # Right on the probe as well, and loses something else.
    "gus": "def twice(x):\n    return x * 2, (x,)",
}


def exercise(more: str = "") -> Exercise:
    return read_exercises(LESSON.replace("# more\n", more), Path(), TESTS)["twice"]


def outcomes_of(toy: Exercise, source: str) -> list[Outcome]:
    return [toy.outcome(case, toy.function(source)) for _, case in toy.probe]


def graded(folder: Path, student: str, source: str, unnamed: Any, sentence: str = "So.") -> Path:
    """Write a graded notebook in which two behaviours were lost, or one of gus."""
    lost = ("twice-value",) if student == "gus" else ("twice-value", "twice-kept")
    cells = []
    for grade_id in ("twice", *TESTS):
        cell = nbformat.v4.new_code_cell(source if grade_id == "twice" else "assert hidden")
        cell.metadata["nbgrader"] = {
            "grade_id": grade_id,
            "grade": grade_id != "twice",
            "solution": grade_id == "twice",
        }
        if grade_id in lost:
            cell.outputs = [nbformat.from_dict(error("AssertionError", "no"))]
        cells.append(cell)
    facts = {"sentences": [sentence], "unnamed": unnamed}
    cells[1].outputs.append(nbformat.from_dict(feedback("", facts)))
    path = folder / student / "lesson.ipynb"
    path.parent.mkdir()
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path


@pytest.fixture
def groups(tmp_path: Path) -> list[Group]:
    """The groups of the made-up class."""
    toy = exercise()
    notebooks = {
        name: graded(tmp_path, name, code, describe_outcomes(toy, outcomes_of(toy, code)))
        for name, code in CLASS.items()
    }
    return groups_of(notebooks)


def groups_of(notebooks: Mapping[str, Path]) -> list[Group]:
    return unnamed_groups({name: read_notebooks([path]) for name, path in notebooks.items()})


def test_who_makes_the_same_mistake_comes_together(groups: list[Group]) -> None:
    assert [group.students for group in groups] == [("ana", "ben", "cem"), ("eva", "fay")]
    (first, probe_is_blind) = groups
    assert first.lost == ("value", "kept")
    assert (first.author, first.code) == ("ana", CLASS["ana"])
    assert first.outcome.splitlines() == [
        "value: 2 of 6 numbers of y are wrong",
        "value: 1 of 3 numbers of y are wrong",
        "sign, kept: right",
    ]
    assert probe_is_blind.outcome == NOT_ON_PROBE


def test_the_stub_becomes_a_misconception(groups: list[Group]) -> None:
    stub = groups[0].stub
    with pytest.raises(DeclarationError, match="TODO: a text of the reference"):
        exercise(stub)
    filled = stub.replace("TODO: a text of the reference", "2 * x")
    filled = filled.replace("TODO: what they write instead", "abs(2 * x)")
    toy = exercise(filled)
    for student in groups[0].students:
        naming = name_misconceptions(toy, outcomes_of(toy, CLASS[student]))
        (named,) = naming.misconceptions
        assert (named.name, named.fails) == ("TODO_a_short_name", ("value", "kept"))


def test_the_author_reads_all_that_is_needed(groups: list[Group]) -> None:
    text = unnamed_text(groups)
    assert text.startswith("What nobody knew yet\n\ntwice: 3 students lose value, kept")
    for part in (
        "ana, ben, cem",
        CLASS["ana"].splitlines()[1],
        "sign, kept: right",
        "So.",
        "fails=",
    ):
        assert part in text
    assert unnamed_text([]) == ""


def test_nobody_is_said_to_read_what_another_wrote(tmp_path: Path) -> None:
    alike = {"digest": "1", "cases": [["value", "stops with an error"]]}
    for student, said in {"ana": "x", "eve": "ana\nsold it", "fay": "x", "gil": "x"}.items():
        graded(tmp_path, student, "", alike, f"NameError: {said}")
    notebooks = {path.parent.name: path for path in tmp_path.glob("*/*.ipynb")}
    assert groups_of(notebooks)[0].sentences == ()
    assert "They read" not in unnamed_text(groups_of(notebooks))
    del notebooks["eve"]
    assert groups_of(notebooks)[0].sentences == ("NameError: x",)
    assert "They read" in unnamed_text(groups_of(notebooks))


def test_many_outcomes_are_cut() -> None:
    cases = tuple(("value", f"stops {number}") for number in range(LINES + 3))
    group = Group("f", ("a", "b"), ("value",), cases, (), "a", "")
    assert group.outcome.splitlines()[LINES:] == ["and 3 other outcomes"]
    assert 'fails=("value",),' in group.stub


def test_what_students_wrote_cannot_reach_a_terminal_or_spoil_the_report(tmp_path: Path) -> None:
    bad = "\x1b[2J\N{RIGHT-TO-LEFT OVERRIDE}"
    whole = {"digest": "1", "cases": [["value", f"stops with an error ({bad})"]]}
    odd: list[Any] = [None, [], {"digest": 1}, {"digest": "1", "cases": [["a"]]}, {"cases": []}]
    notebooks = {
        f"{n}{bad}": graded(tmp_path, f"{n}", f"# {bad}\n{bad}", unnamed, bad)
        for n, unnamed in enumerate([whole, *odd, whole])
    }
    (tmp_path / "broken.ipynb").write_bytes(b"\xff{")
    (tmp_path / "odd.ipynb").write_text('{"cells": [1, {"cell_type": "code"}]}')
    notebooks |= {name: tmp_path / f"{name}.ipynb" for name in ("gone", "broken", "odd")}
    (group,) = groups_of(notebooks)
    assert group.students == (f"0{bad}", f"6{bad}")
    assert not set(bad) & set(unnamed_text([group])) - set("[2J")


# ------------------------------------------------------------------- which outcomes are the same

SUM = np.array([0.1, 0.2, 0.3])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (SUM.sum(), SUM[::-1].sum()),
        (np.zeros(3), -np.zeros(3)),
        (np.full(2, 1e9), np.full(2, 1e9) + 1e-6),
        ([1.0, 2.0], np.array([1, 2])),
        ((1, [2]), [1, (2,)]),
        ({"a": 1, "b": 2}, {"b": 2.0, "a": 1.0}),
        (np.nan, -np.nan),
        (3, np.full((), 3.0)),
    ],
)
def test_the_same_results_have_one_digest(one: Any, other: Any) -> None:
    right = [Outcome(np.zeros(2)) if isinstance(one, list) else Outcome(one)]
    assert digest([Outcome(one)], right) == digest([Outcome(other)], right)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1.0, 1.01),
        (np.ones((2, 3)), np.ones((3, 2))),
        (None, 0),
        ("a", "b"),
        ((1, 2), (12,)),
        (np.inf, -np.inf),
        (1j, 1.0),
        (Varying((2,)), np.zeros(2)),
        ({"a": 1}, {"b": 1}),
    ],
)
def test_other_results_have_another_digest(one: Any, other: Any) -> None:
    right = [Outcome(other)]
    assert digest([Outcome(one)], right) != digest([Outcome(other)], right)
    assert digest([Outcome(1, (one,))], right) != digest([Outcome(1, (other,))], right)


def test_of_errors_the_sizes_decide_if_nothing_else_does() -> None:
    text = "ValueError: operands could not be broadcast together with shapes (2,3) ({},3) "
    four, five, right = Outcome(raised=text.format(4)), Outcome(raised=text.format(5)), Outcome(1)
    assert digest([four], [right]) != digest([five], [right])
    assert digest([four, right], [right, right]) == digest([five, right], [right, right])
    assert digest([four], [right]) != digest([Outcome(raised="KeyError: 1")], [right])


def test_an_exception_with_an_odd_name_is_put_into_words() -> None:
    toy = exercise()
    unnamed = describe_outcomes(toy, [Outcome(raised="\ud800" * 1000 + ": x")] * 4)
    assert all(len(words.encode()) < 100 for _, words in unnamed["cases"])
