"""check, the helper of whoever is at work: it names what grading names, and tells no solution."""

from __future__ import annotations

import copy
import inspect
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient
from numpy.typing import NDArray

from examples.build_submissions import read_class
from proctor.diagnose.checks import NAME, as_text, compile_lesson, made_of, visible_tests
from proctor.diagnose.declaration import Case, Misconceptions
from proctor.diagnose.exercise import Exercise
from proctor.diagnose.naming import name_misconceptions
from proctor.sandbox.host.command import environment
from tests.support.checks import (
    RUN,
    Notebook,
    arrays,
    leak_problems,
    located_problems,
    naming_problems,
    notebook,
    open_texts,
    seal_problems,
    secret_lines,
    secret_rows,
    texts,
    told_results,
    told_texts,
)
from tests.support.cures import cured, nothing_in
from tests.support.exercises import EXERCISES, FUNCTION_IDS, FUNCTIONS
from tests.support.notebooks import cell
from tests.support.paths import LESSONS, MASTERS, ROOT, edition

from .cases import RIGHT as RIGHT_CASES
from .cases import Wrong
from .test_misconceptions import some

FIRST = MASTERS[0]
MOST_PAIRS = 30
RIGHT = [
    (master, student.name, student.answers)
    for master in MASTERS
    for student in read_class(master.parent.name)
    if student.name.startswith("right_")
]
# Wraps a function, so that it returns lists and numbers of single precision. It stands in the
# student's notebook, and asks nothing of what the lesson imports.
SINGLE = """
def single(value):
    import numpy
    if isinstance(value, (tuple, list)):
        return [single(part) for part in value]
    if isinstance(value, float):
        return numpy.float32(value)
    return value.astype("float32") if getattr(value, "dtype", None) == "float64" else value

{name}_in_full = {name}

def {name}(*args, **options):
    return single({name}_in_full(*args, **options))
"""
STUB = "def {name}(*args):\n    raise NotImplementedError()"


def has_floats(value: Any) -> bool:
    """Say whether a value is a number with decimals, or holds one: no text, and no whole number."""
    if isinstance(value, dict):
        return has_floats(list(value.values()))
    if isinstance(value, tuple | list):
        return any(map(has_floats, value))
    return isinstance(value, float) or getattr(value, "dtype", None) == np.float64


FLOATS = [
    (master, name)
    for master, name in FUNCTIONS
    if any(has_floats(right.result) for right in EXERCISES[master][0][name].right)
]


@pytest.fixture(scope="module")
def opened() -> Iterator[Notebook]:
    """The first lesson."""
    with notebook(FIRST) as first:
        yield first


def reported(opened: Notebook, name: str, answers: dict[str, str]) -> str:
    """Return what check prints about a function, with its lines joined."""
    names = opened.run(answers)
    report: str = opened.check.report_on(opened.lesson, names[name], names)
    return " ".join(report.split())


# --------------------------------------------------------------------------------- what it tells


@pytest.mark.parametrize("master", MASTERS, ids=lambda path: path.stem)
def test_data_are_what_make_build_makes(master: Path) -> None:
    """But for two slips at once, which take minutes: of these what they are made of is the same."""
    text = (master.parent / NAME).read_text(encoding="utf-8")
    committed = json.loads(text)
    assert as_text(committed) == text
    for function in committed["functions"].values():
        function.pop("pairs", None)
    with notebook(master) as opened:
        lesson = compile_lesson(EXERCISES[master][0], visible_tests(master), opened.check)
    made = json.loads(as_text({**lesson, "made_of": made_of(master.parent)}))
    assert committed == made, f"Run make build LESSON={master.parent.name}."


@pytest.mark.parametrize(("master", "name"), FUNCTIONS, ids=FUNCTION_IDS)
def test_every_misconception_is_named(master: Path, name: str) -> None:
    with notebook(master) as opened:
        nothing_in(naming_problems(opened, name, EXERCISES[master][0][name]))


@pytest.mark.parametrize(("master", "name"), FUNCTIONS, ids=FUNCTION_IDS)
def test_what_is_named_is_what_grading_names(master: Path, name: str) -> None:
    exercise = EXERCISES[master][0][name]
    with notebook(master) as opened:
        for variant in exercise.singles:
            graded = name_misconceptions(exercise, variant.outcomes).misconceptions
            named = opened.named(name, opened.run({name: variant.source}))
            assert named == [misconception.sentence for misconception in graded]


@pytest.mark.slow
@pytest.mark.parametrize(("master", "name"), FUNCTIONS, ids=FUNCTION_IDS)
def test_two_at_once_are_named_as_by_grading(master: Path, name: str) -> None:
    """And what is said of them otherwise is true."""
    exercise = EXERCISES[master][0][name]
    pairs = some(exercise.pairs, MOST_PAIRS)
    false, otherwise, untrue = [], [], list[str]()
    with notebook(master) as opened:
        for variant in pairs:
            graded = name_misconceptions(exercise, variant.outcomes).misconceptions
            names = opened.run({name: variant.source})
            named, known = opened.named(name, names), [m.sentence for m in graded]
            if sorted(named) != sorted(known):
                otherwise.append(variant.names)
            if not {*named} <= {*known, *(m.sentence for m in variant.misconceptions)}:
                false.append(variant.names)
            untrue += located_problems(opened, exercise, variant, names)
    # Of exceptions check knows less than grading: not which call failed.
    # One that is missed says little: a lesson may have few.
    assert len(false) <= max(1, 0.05 * len(pairs)), false
    assert len(otherwise) <= max(1, 0.15 * len(pairs)), otherwise
    nothing_in(untrue)


@pytest.mark.parametrize(("master", "name"), FUNCTIONS, ids=FUNCTION_IDS)
def test_what_has_no_name_is_located(master: Path, name: str) -> None:
    """Each misconception, as if it were not known: what is said of it is true."""
    exercise = EXERCISES[master][0][name]
    with notebook(master) as opened:
        for variant in exercise.singles:
            names = opened.run({name: variant.source})
            nothing_in(located_problems(opened, exercise, variant, names))


@pytest.mark.parametrize(
    ("number", "name", "changes", "told"),
    [
        (0, "conv_forward", [("h * stride, w * stride", "h, w")],
         "it calls conv_single_step with an argument a_slice_prev of shape"),
        (0, "conv_forward", [("P[i]", "P[0]")], "In Z only the first example is right."),
        (0, "conv_forward", [("return Z,", "return 2 * Z,")], "Z is wrong, and cache is right."),
        (0, "conv_forward", [("return Z,", "return 2 * Z,")], "off by one and the same factor"),
        (0, "conv_forward", [("return Z,", "return -Z,")], "have the wrong sign"),
        (0, "conv_forward", [("b[:, :, :, c]", "2 * b[:, :, :, c]")],
         "it calls conv_single_step with an argument b of shape (1, 1, 1) that is not what"),
        (1, "conv_backward", [("return dA_prev, dW", "return dA_prev, dW + 1")],
         "dW is wrong, and dA_prev and db are right. In each call all numbers of dW are off by one "
         "and the same amount"),
    ],
)  # fmt: skip
def test_located_sentences(
    number: int, name: str, changes: list[tuple[str, str]], told: str
) -> None:
    lesson = MASTERS[number].parent.name
    wrong = {name: Wrong("", name, tuple(changes)).source(lesson)}
    with notebook(MASTERS[number]) as opened:
        # Some of them are known, and would be named.
        names = opened.run({**RIGHT_CASES[lesson], **wrong})
        located = opened.check.locate(opened.lesson, names[name], names)
    assert told in " ".join(located)


ONE_ARRAY = """\
def numerical_gradient(f, x, h=1e-5):
    gradient = np.zeros(x.shape)
    for p in np.ndindex(x.shape):
        right = x
        right[p] += h
        above = f(right)
        left = x
        left[p] = x[p] - h
        gradient[p] = (above - f(left)) / (2 * h)
    return gradient
"""
ALL_AT_ONCE = """\
def numerical_gradient(f, x, h=1e-5):
    return (f(x + h) - f(x - h)) / (2 * h)
"""
MAXIMUM_WITHOUT_AXIS = """\
def softmax(Z):
    E = np.exp(Z - Z.max(axis=1))
    return E / E.sum(axis=1, keepdims=True)
"""


@pytest.mark.parametrize(
    ("number", "name", "source", "told"),
    [
        (1, "numerical_gradient", ONE_ARRAY, "an assignment copies no array"),
        (1, "numerical_gradient", ALL_AT_ONCE, "nudge one number at a time"),
        (3, "softmax", MAXIMUM_WITHOUT_AXIS, "A maximum or a sum along the rows"),
    ],
)
def test_another_slip_with_the_same_outcome_is_told_the_truth(
    number: int, name: str, source: str, told: str
) -> None:
    with notebook(MASTERS[number]) as opened:
        assert told in " ".join(opened.named(name, opened.run({name: source})))


def test_nothing_is_said_of_helpers_that_nobody_has_to_call() -> None:
    """The right cross_entropy asks softmax for nothing; a wrong one may do so."""
    wrong = (
        "def cross_entropy(Z, y):\n"
        "    P = softmax(Z)\n"
        "    dZ = P + 1\n"
        "    return P[np.arange(len(y)), y].sum(), dZ\n"
    )
    with notebook(MASTERS[3]) as opened:
        names = opened.run({"cross_entropy": wrong})
        located = opened.check.locate(opened.lesson, names["cross_entropy"], names)
    assert "asks of" not in " ".join(located)


@pytest.mark.parametrize(
    ("master", "student", "answers"), RIGHT, ids=[f"{m.stem}-{name}" for m, name, _ in RIGHT]
)
def test_right_functions_pass(master: Path, student: str, answers: dict[str, str]) -> None:
    with notebook(master) as opened:
        names = opened.run(answers)
        for name in opened.lesson["functions"]:
            assert opened.lost(name, names) == set(), name
            if name in EXERCISES[master][0]:
                assert opened.named(name, names) == []
                # Nor would anything be said about where it is wrong.
                assert opened.check.locate(opened.lesson, names[name], names) == []


def test_a_checkpoint_may_be_read_as_plain_numbers() -> None:
    """Its attributes are numbers, so whoever turns them into Python's own is right."""
    right = (
        "def load_checkpoint(path):\n"
        "    with h5py.File(path) as file:\n"
        "        arrays = {n: {k: d[:] for k, d in g.items()} for n, g in file.items()}\n"
        "        return arrays, {n: v.item() for n, v in file.attrs.items()}\n"
    )
    with notebook(MASTERS[3]) as opened:
        names = opened.run({"load_checkpoint": right})
        assert opened.lost("load_checkpoint", names) == set()


@pytest.mark.parametrize(
    ("master", "name"), FLOATS, ids=[f"{master.stem}-{name}" for master, name in FLOATS]
)
def test_numbers_of_single_precision_are_named_alike(master: Path, name: str) -> None:
    """Marks compare rounded sums: another precision, another order, or lists change nothing."""
    exercise = EXERCISES[master][0][name]
    missed = []
    with notebook(master) as opened:
        for variant in exercise.singles:
            (misconception,) = variant.misconceptions
            names = opened.run({name: variant.source + SINGLE.format(name=name)})
            if opened.named(name, names) != [misconception.sentence]:
                missed.append(misconception.name)
    assert missed == []


def test_the_gate_sees_a_misconception_that_is_not_named(opened: Notebook) -> None:
    lesson = copy.deepcopy(opened.lesson)
    marks = lesson["functions"]["zero_pad"]["prints"]
    lesson["functions"]["zero_pad"]["prints"] = {k: v for k, v in marks.items() if v != [0]}
    lesson["functions"]["zero_pad"]["slips"][2]["fails"].remove("border")
    lesson["functions"]["zero_pad"]["tests"]["border"] = ""
    broken = Notebook(FIRST, opened.check, lesson)
    problems = naming_problems(broken, "zero_pad", EXERCISES[FIRST][0]["zero_pad"])
    assert problems[0] == cured("zero_pad, batch_padded: named otherwise")
    assert any("zero_pad, channels_first: check finds it to lose" in p for p in problems)


# ----------------------------------------------------------------------------- what it must not


@pytest.mark.parametrize("master", MASTERS, ids=lambda path: path.stem)
@pytest.mark.parametrize("file", ["check.py", NAME])
def test_nothing_of_a_solution_is_told(master: Path, file: str) -> None:
    text = (ROOT / "release" / master.parent.name / file).read_text(encoding="utf-8")
    nothing_in(leak_problems(text, master))
    with notebook(master) as opened:
        for name, exercise in EXERCISES[master][0].items():
            marks = opened.check.prints(opened.lesson, exercise.reference)
            assert not any(mark in text for mark in marks), (
                f"{name}: on the input of its probe, a misconception of another function does what "
                f"{name} should. Give that function other input, and run make build."
            )


@pytest.mark.parametrize("master", MASTERS, ids=lambda path: path.stem)
def test_seals_are_of_enough_numbers(master: Path) -> None:
    with notebook(master) as opened:
        assert seal_problems(opened) == []
        broken = copy.deepcopy(opened.lesson)
        name = next(iter(EXERCISES[master][0]))
        broken["functions"][name]["seals"]["more"] = opened.check.seal(1.5) + "0"
        problems = seal_problems(Notebook(master, opened.check, broken))
        assert problems == [f"{name}: a seal of more than 16 bits"]


def test_a_single_number_has_no_seal(opened: Notebook) -> None:
    """It could be found by trying."""
    broken = copy.deepcopy(opened.lesson)
    first = broken["functions"]["conv_single_step"]["probe"][0]
    assert "seal" not in first["right"][0]
    first["right"][0]["seal"] = opened.check.seal(1.5)
    problems = seal_problems(Notebook(FIRST, opened.check, broken))
    assert problems == ["conv_single_step: a seal of too few numbers"]


def test_a_seal_is_too_little_to_find_a_result(opened: Notebook) -> None:
    """Of the numbers that one may try, so many have the same seal."""
    right = np.array([0.25, -1.5, 3.0, 0.7])
    sealed = opened.check.seal(right)
    assert opened.check.fits(sealed, right * (1 + 1e-12))
    assert not opened.check.fits(sealed, right + 1e-4)
    # Four numbers of seven digits have more than 90 bits.
    assert re.fullmatch("[0-9a-f]{5}", sealed)


def tells(master: Path, name: str, decimals: int) -> bool:
    """Say whether a function's right results would be seen where they are told."""
    exercise, known = EXERCISES[master][0][name], open_texts(master, 0)
    if decimals > 2 and any(secret_rows(right.result, known) for right in exercise.right):
        return True
    if only_moves(exercise) or only_counts(exercise):
        return False  # its results tell nothing, or may stand anywhere
    sizes = [array.size for right in exercise.right for array in arrays(right.result)]
    return decimals > 2 or max(sizes) >= RUN  # so few numbers, rounded, may stand anywhere


def only_moves(exercise: Exercise) -> bool:
    """Say whether all results of a function are numbers of its input, 0 and 1."""
    return all(
        np.isin(
            np.ravel(part), [0, 1, *(n for a in _numeric(case.args) for n in np.ravel(a))]
        ).all()
        for (_, case), right in zip(exercise.probe, exercise.right, strict=True)
        for part in _numeric(right.result)
    )


def only_counts(exercise: Exercise) -> bool:
    """Say whether all results of a function are whole numbers of up to three digits."""
    numbers = np.concatenate([[], *(a for r in exercise.right for a in arrays(r.result))])
    return bool(((numbers == np.rint(numbers)) & (np.abs(numbers) < 1000)).all())


def _numeric(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return _numeric(list(value.values()))
    if isinstance(value, tuple | list):
        return [part for one in value for part in _numeric(one)]
    return [value] if isinstance(value, np.ndarray | float | int | np.number) else []


TELLING = [
    (master, name, decimals)
    for master, name in FUNCTIONS
    for decimals in (2, 17)
    if tells(master, name, decimals)
]


@pytest.mark.parametrize(
    ("master", "name", "decimals"),
    TELLING,
    ids=[f"{master.stem}-{name}-{decimals}" for master, name, decimals in TELLING],
)
def test_the_gate_sees_results(master: Path, name: str, decimals: int) -> None:
    exercise = EXERCISES[master][0][name]
    text = (master.parent / NAME).read_text(encoding="utf-8")
    lesson = json.loads(text)
    lesson["more"] = [
        np.round(np.asarray(part, dtype=float), decimals).tolist()
        for outcome in exercise.right
        for part in _numeric(outcome.result)
    ] + [list(texts(outcome.result)) for outcome in exercise.right]
    problems = leak_problems(json.dumps(lesson), master)
    assert any(problem.startswith(f"{name}: it holds right results, ") for problem in problems)


def test_all_functions_but_those_that_only_move_numbers_tell_something() -> None:
    ours = [(master, name) for master, name in FUNCTIONS if master in MASTERS[:4]]
    moving = {name for master, name in ours if only_moves(EXERCISES[master][0][name])}
    assert {name for _, name in ours} - {name for _, name, _ in TELLING} == moving


def halved(x: NDArray[np.float64]) -> NDArray[np.float64]:
    return x / 2


def test_a_result_of_few_digits_may_stand_there_by_chance() -> None:
    def told(*inputs: float) -> str | None:
        declared = Misconceptions(halved, lambda rng: {"value": Case(np.array(inputs))})
        exercise = Exercise(declared, inspect.getsource(halved), vars(sys.modules[__name__]))
        results = np.array(inputs) / 2
        return told_results(np.array([0.1, 7.0, *results, 9.0]), exercise, 0)

    assert told(1.0, -1.0, 3.0) is None
    assert told(0.6, 0.2 + 0.4) is None
    assert told(1.0, -1.0, 3.001) == "such as 1.5005 in the probe's case of value"
    # But not so many in a row.
    assert told(1.0, -1.0, 3.0, 5.0, 7.0) == "such as 0.5 in the probe's case of value"


def spelled(word: str) -> dict[str, object]:
    cut = [word.upper()[n : n + 3] for n in range(0, len(word), 3)]
    return {"letters": len(word), "cut": cut, "backwards": word[::-1]}


@pytest.mark.parametrize(
    ("word", "told", "known", "found"),
    [
        ("stones and rivers", "See 'srevir dna senots'.", "", "srevir dna senots"),
        ("stones and rivers", "See 'srevir dna senots'.", "x srevir dna senots", None),
        ("waterfall-houses", '["WAT", "ERF", "ALL", "-HO", "USE"]', "", "WAT ERF ALL -HO USE"),
        ("waterfall-houses", '["WAT", "ALL", "ERF", "-HO", "USE"]', "", None),
        # Few letters may stand there by chance.
        ("stones", "See 'senots', and STO, NES.", "", None),
    ],
)
def test_a_long_text_of_a_result_must_not_be_told(
    word: str, told: str, known: str, found: str | None
) -> None:
    declared = Misconceptions(spelled, lambda rng: {"value": Case(word)})
    exercise = Exercise(declared, inspect.getsource(spelled), vars(sys.modules[__name__]))
    of = None if found is None else f"such as {found!r} in the probe's case of value"
    assert told_texts(told, exercise, 0, known) == of


def test_some_functions_only_move_numbers() -> None:
    moving = {name for master, name in FUNCTIONS if only_moves(EXERCISES[master][0][name])}
    assert moving >= {"zero_pad", "im2col", "create_mask_from_window", "minibatches"}
    assert not moving & {"conv_forward", "pool_backward", "col2im", "softmax"}


@pytest.mark.parametrize("master", MASTERS, ids=lambda path: path.stem)
def test_the_gate_sees_a_line_of_a_solution(master: Path) -> None:
    lesson = json.loads((master.parent / NAME).read_text(encoding="utf-8"))
    line = sorted(secret_lines(master))[0]
    next(iter(lesson["functions"].values()))["slips"].append({"sentence": f'See "{line}".'})
    told = cured(f"it holds a line of a solution: {line!r}")
    assert leak_problems(json.dumps(lesson), master) == [told]
    assert leak_problems(f"x = 1\n    {line}\n", master) == [told]


# --------------------------------------------------------------------------------- how it says it


def test_an_unsolved_function_is_told_in_one_line(opened: Notebook) -> None:
    report = reported(opened, "zero_pad", {"zero_pad": STUB.format(name="zero_pad")})
    assert report.startswith("· This exercise is not solved yet: zero_pad still raises")
    assert "✗" not in report


def test_an_unsolved_helper_comes_first(opened: Notebook) -> None:
    stub = {"conv_single_step": STUB.format(name="conv_single_step")}
    assert reported(opened, "conv_forward", stub) == (
        "· conv_forward calls conv_single_step, which is not solved yet; begin there."
    )


def test_a_wrong_helper_comes_first(opened: Notebook) -> None:
    wrong = {"conv_single_step": "def conv_single_step(a_slice_prev, W, b):\n    return 0.0"}
    report = reported(opened, "conv_forward", wrong)
    assert "behaviours. → conv_single_step goes wrong; look there first" in report
    # Also if it is called by way of a function of the student's own.
    worked = EXERCISES[FIRST][0]["conv_forward"].source
    by_way = "def step(*args):\n    return conv_single_step(*args)\n" + worked.replace(
        "conv_single_step(", "step("
    )
    assert "→ conv_single_step goes" in reported(
        opened, "conv_forward", {**wrong, "conv_forward": by_way}
    )


def test_a_right_function_is_not_called_wrong_for_its_helper(opened: Notebook) -> None:
    answers = {"zero_pad": "def zero_pad(X, pad):\n    return X"}
    # It then does what one does that cuts its windows from the images without a border.
    assert opened.named("conv_forward", opened.run(answers)) != []
    report = reported(opened, "conv_forward", answers)
    assert report.count("→") == 1
    assert "→ zero_pad goes wrong; look there first, with check(zero_pad)." in report


def test_a_wrong_helper_that_is_not_called_is_not_blamed(opened: Notebook) -> None:
    answers = {
        "zero_pad": "def zero_pad(X, pad):\n    return X",
        "conv_forward": "def conv_forward(A_prev, W, b, hparameters):\n    return A_prev, None",
    }
    assert "zero_pad goes wrong" not in reported(opened, "conv_forward", answers)


@pytest.mark.parametrize(
    ("lesson", "name", "body", "meaning"),
    [
        (0, "zero_pad", "return np.pad(X, ((pad, pad), (pad, pad)))",
         "np.pad needs one pair (before, after) for each axis"),
        (3, "softmax", "E = np.exp(Z)\n    return E / E.sum(axis=1)",
         "With keepdims=True the axis stays, with length 1"),
        (0, "zero_pad", "Y = np.zeros(X.shape)\n    Y[:, 1:-1] = X\n    return Y",
         "does not have the shape of the part of the array on the left"),
        (0, "zero_pad", "return undefined_name", "misspelled"),
    ],
)  # fmt: skip
def test_what_numpy_says_is_explained(lesson: int, name: str, body: str, meaning: str) -> None:
    with notebook(MASTERS[lesson]) as opened:
        arguments = {"zero_pad": "X, pad", "softmax": "Z"}[name]
        report = reported(opened, name, {name: f"def {name}({arguments}):\n    {body}\n"})
        assert f"{name} stops with" in report
        assert meaning in report


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("def zero_pad(X):\n    return X", "leave its def line as it is"),
        ("def zero_pad(X, pad):\n    return 'no array'", "yours has ()"),
        ("def zero_pad(X, pad):\n    print('noise')", "returns nothing"),
        ("def zero_pad(X, pad):\n    assert X is None, 'mine'", "stops with AssertionError: mine"),
    ],
)
def test_other_functions_get_a_report(opened: Notebook, source: str, told: str) -> None:
    report = reported(opened, "zero_pad", {"zero_pad": source})
    assert told in report
    assert "noise" not in report


@pytest.mark.parametrize(
    "form", ["zero_pad = {}", "zero_pad = lambda *args: {}(*args)", "zero_pad = partial({})"]
)
@pytest.mark.parametrize("result", ["X", "np.pad(X, ((0, 0), (pad, pad), (pad, pad), (0, 0)))"])
def test_a_function_under_another_name_is_checked(opened: Notebook, form: str, result: str) -> None:
    mine = f"from functools import partial\ndef mine(X, pad):\n    return {result}\n"
    answers = {"zero_pad": mine + form.format("mine")}
    told = "zero_pad: right in" if result == "X" else "zero_pad: all 4 behaviours are right here."
    assert reported(opened, "zero_pad", answers).startswith(told)
    found = "→ zero_pad goes wrong" in reported(opened, "conv_forward", answers)
    assert found is (result == "X")


@pytest.mark.parametrize(
    "form",
    [
        "conv_forward = lambda *args: mine(*args)",
        "from functools import partial\nconv_forward = partial(mine)",
        "def twice(f):\n    return lambda *args: f(*args)\nconv_forward = twice(mine)",
        "class Mine:\n    def __call__(self, *args):\n        return mine(*args)\n"
        "conv_forward = Mine()",
    ],
)
def test_a_right_function_in_another_form_is_not_called_wrong_for_its_helper(
    opened: Notebook, form: str
) -> None:
    source = EXERCISES[FIRST][0]["conv_forward"].source.replace("def conv_forward", "def mine")
    answers = {"zero_pad": "def zero_pad(X, pad):\n    return X"}
    report = reported(opened, "conv_forward", answers | {"conv_forward": f"{source}\n\n{form}"})
    assert report.count("→") == 1
    assert "→ zero_pad goes wrong; look there first, with check(zero_pad)." in report


def test_a_cell_that_has_not_been_run_is_missed(opened: Notebook) -> None:
    names = opened.run({})
    del names["np"]
    report = opened.check.report_on(opened.lesson, names["conv_forward"], names)
    assert "A cell further up has not been run" in report or "NameError" in report


def test_something_else_is_no_exercise(opened: Notebook) -> None:
    for value, names in ((len, {}), (array := np.zeros(3), {"zero_pad": array})):
        assert "zero_pad, conv_single_step" in opened.check.report(value, names)


def test_a_passed_check_differs_from_none(opened: Notebook) -> None:
    report = reported(opened, "zero_pad", {})
    assert report.startswith("zero_pad: all 4 behaviours are right here.")
    assert report.count("✓") == 4


# --------------------------------------------------------------------------------- where it works


def test_it_needs_numpy_alone(tmp_path: Path) -> None:
    """In a folder by itself, also in a browser's kernel, which has no other packages."""
    for file in ("check.py", NAME):
        shutil.copy(ROOT / "release" / LESSONS[0] / file, tmp_path)
    run = (
        "import sys; from check import check; import numpy as np\n"
        "def zero_pad(X, pad): return np.pad(X, ((0, 0), (pad, pad), (pad, pad), (0, 0)))\n"
        "check(zero_pad)\n"
        "known = {*sys.stdlib_module_names, 'numpy', 'check', '__main__'}\n"
        "print({n.partition('.')[0] for n in sys.modules} - known)\n"
    )
    run = f"import sys; sys.path[:0] = {['.', _packages()]}\n{run}"
    shown = subprocess.run(
        [sys.executable, "-I", "-S", "-c", run],
        cwd=tmp_path, capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    ).stdout  # fmt: skip
    assert "all 4 behaviours are right" in shown
    # What Cython has made is NumPy's.
    assert [name for name in re.findall(r"'(\w+)'", shown) if "cython" not in name] == []


def _packages() -> str:
    return str(Path(np.__file__).parents[1])


@pytest.mark.parametrize(
    ("guess", "said"),
    [
        (None, ""),
        ((2, 3), "✓ As you predicted.\n"),
        ([2.0, 3], "✓ As you predicted.\n"),
        ((3, 2), "✗ You predicted (3, 2). It is:\n"),
        (6, "✗ You predicted 6. It is:\n"),
        ([[2], [3, 4]], "✗ You predicted [[2], [3, 4]]. It is:\n"),
    ],
)
def test_predictions(
    guess: object, said: str, opened: Notebook, capsys: pytest.CaptureFixture[str]
) -> None:
    opened.check.check_guess(guess, (2, 3))
    assert capsys.readouterr().out == said


def test_nothing_is_checked_while_grading(
    opened: Notebook, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("UNDRAWN", environment()["UNDRAWN"])
    names = opened.run({"zero_pad": "def zero_pad(X, pad):\n    return called"})
    capsys.readouterr()
    opened.check.check(names["zero_pad"])
    assert capsys.readouterr().out == "Not checked while grading.\n"


def test_in_a_kernel_it_shows_the_students_own_line(tmp_path: Path) -> None:
    folder = tmp_path / LESSONS[0]
    shutil.copytree(ROOT / "release" / LESSONS[0], folder)
    release = nbformat.read(edition("release", FIRST), as_version=4)
    cell(
        release, "zero_pad"
    ).source = (
        "def zero_pad(X, pad):\n    border = ((pad, pad), (pad, pad))\n    return np.pad(X, border)"
    )
    wanted = ("imports", "zero_pad")
    release.cells = [cell(release, name) for name in wanted] + [
        one for one in release.cells if one.source == "check(zero_pad)"
    ]
    NotebookClient(release, resources={"metadata": {"path": str(folder)}}).execute()
    (output,) = release.cells[-1].outputs
    assert "in your line 'return np.pad(X, border)'" in " ".join(output.text.split())
