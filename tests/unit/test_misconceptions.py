"""Misconceptions: declared rightly, and named. No submission is graded."""

from __future__ import annotations

import dataclasses
import re
import sys
import time
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from nbformat.v4 import new_code_cell, new_notebook

from proctor.diagnose import checks, explain, kinds, locate, newer_python, steps
from proctor.diagnose.consistency import inconsistencies
from proctor.diagnose.declaration import Case, Misconceptions
from proctor.diagnose.exercise import DeclarationError, Exercise
from proctor.diagnose.kinds import stopped_sentence
from proctor.diagnose.misconceptions import read_exercises, try_out
from proctor.diagnose.naming import name_misconceptions
from proctor.diagnose.outcome import Outcome, same
from proctor.diagnose.picture import compare
from proctor.lesson.marks import unpaired_mark
from tests.support import gates
from tests.support.commands import run
from tests.support.cures import nothing_in
from tests.support.exercises import DECLARED, EXERCISES, FUNCTION_IDS, FUNCTIONS
from tests.support.hypothesis_settings import settings
from tests.support.notebooks import LESSON
from tests.support.paths import MASTERS, ROOT

first_lesson, first_sources = EXERCISES[MASTERS[0]]


def problems(exercise: Exercise, sources: dict[str, str]) -> list[str]:
    """Return what the gate says of an exercise."""
    name = exercise.declared.name
    behaviours = {key.partition("-")[2] for key in sources if key.startswith(f"{name}-")}
    return gates.misconception_problems(exercise, behaviours, sources[name])


@pytest.mark.parametrize(("master", "name"), FUNCTIONS, ids=FUNCTION_IDS)
def test_declaration(master: Path, name: str) -> None:
    exercises, sources = EXERCISES[master]
    nothing_in(problems(exercises[name], sources))


def test_there_are_enough_of_them() -> None:
    assert len([edit for master, _, edit in DECLARED if master.parent.name == LESSON]) >= 40


# ------------------------------------------------------------------------- the gate, broken once


def changed(exercise: Exercise, source: str = "", **parts: object) -> Exercise:
    """Return an exercise with another source, or other parts of its declaration."""
    old = exercise.declared
    declared = Misconceptions(exercise.reference, old.probe, *old.edits, helpers=old.helpers)
    for part, value in parts.items():
        setattr(declared, part, value)
    return Exercise(declared, source or exercise.source, exercise.namespace)


def broken(name: str, **changes: object) -> list[str]:
    """Return what the gate says when the first misconception of a function is changed."""
    exercise = first_lesson[name]
    first, *others = exercise.declared.edits
    edits = (dataclasses.replace(first, **changes), *others)  # type: ignore[arg-type]
    return problems(changed(exercise, edits=edits), first_sources)


def test_gate_sees_wrong_behaviours() -> None:
    (problem,) = broken("zero_pad", fails=("border",))
    assert "batch_padded: its small cases fail ['border', 'reference', 'shape']" in problem


def test_gate_sees_an_edit_without_effect() -> None:
    assert "its small cases fail []" in "".join(broken("zero_pad", new="batch = (0, 0)"))


def test_gate_sees_an_edit_without_a_place() -> None:
    with pytest.raises(
        ValueError,
        match="batch_padded: neither the reference nor a style holds the old text 'nowhere'",
    ):
        broken("zero_pad", old="nowhere")


def test_gate_sees_misconceptions_that_cannot_be_told_apart() -> None:
    exercise = first_lesson["zero_pad"]
    twin = dataclasses.replace(exercise.declared.edits[0], name="twin", sentence="Another.")
    exercise = changed(exercise, edits=(*exercise.declared.edits, twin))
    (problem,) = problems(exercise, first_sources)
    assert problem.startswith("zero_pad: the probe does not tell batch_padded and twin apart: add")


def test_gate_sees_sentences_that_give_away_or_repeat() -> None:
    line = "return np.sum(products) + b.item()"
    (problem,) = broken("conv_single_step", sentence=f"It should be: {line}")
    assert "the sentence holds a line of the solution" in problem
    second = first_lesson["zero_pad"].declared.edits[1]
    assert "one sentence" in "".join(broken("zero_pad", sentence=second.sentence))


def test_gate_sees_a_probe_without_a_behaviour() -> None:
    def probe(rng: np.random.Generator) -> dict[str, Case]:
        case = Case(rng.random((1, 2, 2, 1)), 1)
        return {"shape": case, "forms": case}

    exercise = changed(first_lesson["zero_pad"], probe=probe)
    said = "".join(problems(exercise, first_sources))
    assert "the probe has no case of border, inputs_kept, reference" in said
    assert "the probe has cases of forms, and no test cell has" in said


def test_gate_sees_a_wrong_reference() -> None:
    exercise = first_lesson["zero_pad"]
    other = changed(exercise, exercise.source.replace("values=0", "values=9"), edits=())
    assert "the reference and the solution differ" in "".join(problems(other, first_sources))
    stops = changed(exercise, exercise.source.replace("return X_pad", "return Y"), edits=())
    assert "the reference stops with an error" in "".join(problems(stops, first_sources))


# ----------------------------------------------------------------------- declarations and naming

TOY = """\
import numpy as np

from proctor.testing import Case, Misconception, Misconceptions


def double(x):
    return 2 * x


def probe(rng):
    return {"value": Case(np.array([1.5, 2.5]))}


DOUBLE = Misconceptions(
    double,
    probe,
    Misconception("squared", "2 * x", "x**2", ("value",), "Squared."),
    Misconception("multiplied", "2 * x", "x * x", ("value",), "Multiplied by itself."),
    Misconception("fails", "2 * x", "x[2]", ("value",), "Fails."),
    Misconception("harmless", "2 * x", "x + x", ("value",), "Added."),
)
MISCONCEPTIONS = [DOUBLE]
"""


def read_toy(source: str, folder: Path = Path()) -> dict[str, Exercise]:
    """Read a misconceptions.py of a lesson with one test cell."""
    return read_exercises(source, folder, {"double-value"})


@pytest.fixture
def toy() -> Exercise:
    """A function with two misconceptions that nothing tells apart, and one that is none."""
    return read_toy(TOY)["double"]


def names(exercise: Exercise, outcome: Outcome) -> list[str]:
    """Return what is named."""
    return [m.name for m in name_misconceptions(exercise, [outcome]).misconceptions]


def returned(value: object) -> Outcome:
    """Return the outcome of a call that leaves its argument alone."""
    return Outcome(value, (np.array([1.5, 2.5]),))


def test_two_that_cannot_be_told_apart_are_both_named(toy: Exercise) -> None:
    squared = returned(np.array([2.25, 6.25]))
    assert names(toy, squared) == ["squared", "multiplied"]
    assert not name_misconceptions(toy, [squared]).certain


def test_what_is_right_is_never_named(toy: Exercise) -> None:
    assert names(toy, returned(np.array([3.0, 5.0]))) == []


@pytest.mark.parametrize(
    ("value", "named"),
    [
        (np.array([2.25 + 1e-7, 6.25]), True),
        (np.array([2.25 + 1e-4, 6.25]), False),
        (np.array([2.2501, 6.25], dtype=np.float32), True),
        (np.array([2.252, 6.25], dtype=np.float32), False),
        ([2.25, 6.25], True),
        (np.array([[2.25, 6.25]]), False),
        (None, False),
        ("text", False),
    ],
)
def test_a_match_is_the_same_shape_and_values(toy: Exercise, value: object, named: bool) -> None:
    assert bool(names(toy, returned(value))) == named


def test_an_exception_matches_by_what_failed(toy: Exercise) -> None:
    """Its text depends on how the code is written; the kind and the sizes do not."""
    for axis in (0, 1):
        message = f"index 2 is out of bounds for axis {axis} with size 2"
        assert names(toy, Outcome(raised=f"IndexError: {message}")) == ["fails"]
        assert names(toy, Outcome(raised=f"ValueError: {message}")) == []
    other = "index 3 is out of bounds for axis 0 with size 3"
    assert names(toy, Outcome(raised=f"IndexError: {other}")) == []
    # Nothing was returned, and nothing says that it is the same step.
    assert names(toy, Outcome(raised="IndexError: list index out of range")) == []


def test_a_changed_argument_does_not_match(toy: Exercise) -> None:
    assert names(toy, Outcome(np.array([2.25, 6.25]), (np.zeros(2),))) == []


@pytest.mark.parametrize(
    ("actual", "model", "equal"),
    [
        ((1, [2.0]), [1, (2,)], True),
        ({"a": 1}, {"a": 1.0}, True),
        ({"a": 1}, {"b": 1}, False),
        (None, None, True),
        ("max", "max", True),
        ([1, [2, 3]], np.array([1, 2]), False),
        (np.array([np.nan]), np.array([np.nan]), True),
        ((1, 2), (1, 2, 3), False),
        (np.sum, np.sum, True),
        (np.sum, np.max, False),
        (None, np.sum, False),
    ],
)
def test_same(actual: object, model: object, equal: bool) -> None:
    assert same(actual, model) == equal


SHAPES = hnp.array_shapes(min_dims=0, max_dims=2, min_side=0, max_side=3)
# Numbers of every kind, and some that are nearly the same.
NUMBERS = st.one_of(
    hnp.arrays(
        st.sampled_from([np.float16, np.float32, np.float64, np.longdouble, np.complex128]),
        SHAPES,
        elements=st.sampled_from([0.0, 1.0, 1 + 2**-10, 1 + 2**-20, -1.0, np.inf, np.nan]),
    ),
    hnp.arrays(st.sampled_from([np.bool_, np.int8, np.uint64]), SHAPES, elements=st.integers(0, 1)),
)


@settings(max_examples=1000)
@given(NUMBERS, NUMBERS)
def test_numbers_are_the_same_if_each_is_close(actual: Any, model: Any) -> None:
    tolerance = 1e-4 if actual.dtype == np.float32 else 1e-6
    close = actual.shape == model.shape and np.isclose(
        actual, model, rtol=tolerance, atol=tolerance, equal_nan=True
    )
    assert same(actual, model) == np.all(close)
    assert same(actual, actual)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("    double,\n", "    lambda x: 2 * x,\n", ", <lambda>: its reference is no function of"),
        ("[DOUBLE]", "[probe]", r": <function probe at .*> in MISCONCEPTIONS is no Misconceptions"),
        ("[DOUBLE]", "[DOUBLE, DOUBLE]", ", double: it is declared twice"),
        ("MISCONCEPTIONS =", "OTHERS =", ": it defines no list of Misconceptions"),
        (
            '"Added."),\n',
            '"Added."),\n    helpers=("half",),\n',
            ", double: its helper half is",
        ),
        ('"Added."),\n', '"Added."),\n    timed={"time": probe},\n', "no test cell double-time"),
        ('"x**2", ("value",)', '"x**2", ("size",)', "squared: there is no test cell double-size"),
        (
            '"squared", "2 * x"',
            '"squared", "3 * x"',
            "squared: neither the reference nor a style holds",
        ),
        ("return 2 * x", "return 2 *", ", line 7: SyntaxError: invalid syntax"),
        (
            '"squared", "2 * x", "x**2", ("value",)',
            '"squared", "2 * x", "x**2", ("value")',
            "squared: fails is the text 'value': write a tuple",
        ),
        ("import numpy", "import nampy", ", line 1: ModuleNotFoundError: No module named 'nampy'"),
    ],
)
def test_bad_declarations_are_named(old: str, new: str, message: str) -> None:
    assert old in TOY
    with pytest.raises(DeclarationError, match=f"^misconceptions.py.*{message}"):
        read_toy(TOY.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("1.5, 2.5]))", "1.5, 2.5]), 3)", "double: a case of the probe for 'value' is no call of"),
        ("np.array([1.5", "np.aray([1.5", "double: the probe stops with AttributeError"),
        ('"x**2"', '"x**"', "squared: the edited reference cannot be run: SyntaxError"),
        ("return 2 * x", "return 2 * x + y", "case of the probe for 'value', the reference stops"),
        (
            '"x * x"',
            '"next(x for x in iter(int, 1) if x)"',
            "multiplied: the edited reference does",
        ),
    ],
)
def test_what_cannot_be_worked_with_is_named(
    old: str, new: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("proctor.diagnose.outcome.LONGEST_CALL", 0.2)
    assert old in TOY
    (problem,) = try_out(read_toy(TOY.replace(old, new)))
    assert problem.startswith("misconceptions.py, double") and message in problem


def test_what_is_not_so_is_named() -> None:
    """`proctor check` says it, before any gate."""
    confused, fails = inconsistencies(read_toy(TOY))
    assert confused == (
        "misconceptions.py, double: the probe does not tell multiplied and squared apart: add a "
        "case on which they differ, or one to APART."
    )
    assert fails == (
        "misconceptions.py, double, harmless: its small cases fail [], not ['value']: correct "
        "`fails`, the edit, or the cases of these behaviours."
    )


def test_an_edit_without_end_costs_one_call_and_makes_no_pairs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("proctor.diagnose.outcome.LONGEST_CALL", 0.2)
    toy = read_toy(TOY.replace('"x * x"', '"next(x for x in iter(int, 1) if x)"'))["double"]
    began = time.process_time()
    assert names(toy, returned(np.array([2.25, 6.25]))) == ["squared"]
    assert toy.pairs_among(range(len(toy.singles))) == []
    assert time.process_time() < began + 1


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("a\n### BEGIN SOLUTION\nb", "cell 1 has a line 'BEGIN SOLUTION' without its 'END"),
        ("### END HIDDEN TESTS", "cell 1 has a line 'END HIDDEN TESTS' without its 'BEGIN"),
        ("### BEGIN SOLUTION\n### BEGIN SOLUTION\n### END SOLUTION", "'BEGIN SOLUTION' without"),
        (
            "### BEGIN SOLUTION\na\n### END SOLUTION\n### BEGIN HIDDEN TESTS\n### END HIDDEN TESTS",
            "",
        ),
    ],
)
def test_a_mark_without_its_other_is_named(source: str, says: str) -> None:
    found = unpaired_mark([{"source": source, "metadata": {}}])
    assert says in found and bool(says) == bool(found)


@pytest.mark.parametrize(
    ("declared", "ids", "says"),
    [
        ("import numpy as np\n\nx = [", ["double-value"], "misconceptions.py, line 3: SyntaxError"),
        (TOY, ["double-value", "double-value"], "toy.ipynb: two cells have the ID double-value"),
    ],
)
def test_a_lesson_that_cannot_be_compiled_is_named(
    declared: str, ids: list[str], says: str, tmp_path: Path
) -> None:
    graded = {"grade": True, "solution": False, "points": 1}
    cells = [
        new_code_cell("assert double(2) == 4", metadata={"nbgrader": {**graded, "grade_id": name}})
        for name in ids
    ]
    nbformat.write(new_notebook(cells=cells), tmp_path / "toy.ipynb")
    (tmp_path / "misconceptions.py").write_text(declared)
    result = run([sys.executable, "-m", "proctor.diagnose.checks", f"{tmp_path}"], ROOT)
    assert result.returncode == 1
    assert says in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_character_that_ends_lines_for_some_ends_none() -> None:
    odd = TOY.replace("import numpy as np\n", 'import numpy as np\n\nTEXT = "\u2028\f"\n')
    assert read_toy(odd)["double"].source == read_toy(TOY)["double"].source


def test_a_lesson_may_have_none() -> None:
    assert read_toy("") == {}


def test_what_a_lesson_declares_may_use_its_own_modules(tmp_path: Path) -> None:
    (tmp_path / "given.py").write_text("def twice(x):\n    return 2 * x\n")
    source = TOY.replace("import numpy as np\n", "import given\nimport numpy as np\n")
    exercise = read_toy(source.replace("return 2 * x", "return given.twice(x)").replace(
        '"2 * x"', '"given.twice(x)"'), tmp_path)["double"]  # fmt: skip
    assert exercise.reference(4) == 8
    assert "given" not in sys.modules and not list(tmp_path.glob("__pycache__"))


def test_references_call_each_other(tmp_path: Path) -> None:
    more = "def half(x):\n    return double(x) / 4\n"
    listed = 'MISCONCEPTIONS = [Misconceptions(half, probe, helpers=("double",)), DOUBLE]\n'
    exercises = read_toy(TOY.replace("MISCONCEPTIONS = [DOUBLE]\n", more + listed))
    assert exercises["half"].reference(4) == 2
    (call,) = exercises["half"].calls_of_helpers(Case(4))
    assert call.function is exercises["half"].helpers()["double"] and call.value == 8


# ------------------------------------------------------------------------ what only a lesson knows


def test_hints_of_a_lesson_come_before_those_for_all(toy: Exercise) -> None:
    stopped = Outcome(raised="NameError: name 'f' is not defined")
    assert "misspelled" in stopped_sentence("double", stopped, {})
    hints = read_toy(TOY + 'HINTS = {"NameError: name \'f\'": "The size is not known."}\n')[
        "double"
    ].conventions.hints
    assert stopped_sentence("double", stopped, hints).endswith(" The size is not known.")


def test_pictures_need_names_for_more_than_two_axes(toy: Exercise) -> None:
    case = Case(np.arange(8.0).reshape(2, 2, 2))
    wrong = Outcome(case.args[0] * 2 + [0, 1], case.args)
    for axes, where in (("", None), ("AXES = {3: (None, None, 'channel')}\n", "channel 1")):
        exercise = read_toy(TOY + axes)["double"]
        exercise.__dict__["probe"] = [("value", case)]
        shown = compare(exercise, [wrong], ["value"])
        assert shown["position"] == "(0, 0, 1)" and shown.get("where") == where
        assert ("rows" in shown) == (where is not None)


# ------------------------------------------------------------------------ what students can read


def grade_of(text: str) -> float:
    """Return the school grade that a text asks for: the automated readability index.

    Source: Senter and Smith, 1967. It counts letters and needs no dictionary of syllables.
    """
    words = text.split()
    letters = sum(character.isalnum() for character in text)
    sentences = len(re.findall(r"[.?!](?=\s|$)", text)) or 1
    return 4.71 * letters / len(words) + 0.5 * len(words) / sentences - 21.43


@pytest.mark.parametrize(("master", "name"), FUNCTIONS, ids=FUNCTION_IDS)
def test_sentences_are_short_and_easy_to_read(master: Path, name: str) -> None:
    sentences = [edit.sentence for edit in EXERCISES[master][0][name].declared.edits]
    long = [text for text in sentences if len(text.split()) > 160 or grade_of(text) > 9]
    assert not long, f"Write shorter words and sentences in {master.parent}/misconceptions.py"


# What stands in the place of the fields of a sentence.
FIELDS = {
    "name": "conv_forward", "helpers": "zero_pad", "helper": "zero_pad", "part": "dW",
    "names": "dW", "wrong": "dW", "right": "db", "is_wrong": "is", "is_right": "is",
    "others": ", and db is right", "argument": "X", "shape": " of shape (2, 3)",
    "first": "in the first call", "kind": "list", "yours": "3", "axis": "1", "are": "are",
    "raised": "KeyError: 'f'", "line": ", in your line 'f = h[1]'.", "hint": "", "number": "2",
    "message": "invalid syntax.", "error": "NameError: f", "loop": "for h in range(n_H):",
    "where": "only the first row is right", "count": "4", "what": "This", "version": "3.12",
    "here": "3.11",
}  # fmt: skip
MODULES = (checks, explain, kinds, locate, newer_python, steps)


def general_sentences() -> dict[str, str]:
    """Return the sentences that belong to no single misconception, with their fields filled."""
    names = {f"{m.__name__}.{n}": v for m in MODULES for n, v in vars(m).items() if n.isupper()}
    dictionaries = {n: v for n, v in names.items() if isinstance(v, dict)}
    names |= {f"{n}, {key}": v for n, each in dictionaries.items() for key, v in each.items()}
    texts = {
        n: v for n, v in names.items() if isinstance(v, str) and v.strip().endswith((".", "?"))
    }
    return {name: text.format(**FIELDS).strip() for name, text in texts.items()}


def test_general_sentences_are_short_and_easy_to_read() -> None:
    sentences = general_sentences()
    assert len(sentences) > 50
    found = {n: grade_of(t) for n, t in sentences.items() if grade_of(t) > 9}
    assert found == {}
    assert [name for name, text in sentences.items() if len(text.split()) > 160] == []


def test_gate_for_sentences_can_fail() -> None:
    assert grade_of("The dog runs. It is fast.") < 2
    nested = "Subsequent reinterpretation of heterogeneous multidimensional representations fails."
    assert grade_of(nested) > 9
