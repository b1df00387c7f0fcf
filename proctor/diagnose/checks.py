"""Compile what check.py needs beside a lesson's notebook: checks.json.

A student who calls ``check(zero_pad)`` reads the same sentences as on the feedback page, on a
computer that has neither solution nor hidden test. So checks.json holds the inputs of the probes,
the visible tests, the sentences, and of what wrong functions do only a digest. `make build` runs
this module before the editions are made:

    python -m proctor.diagnose.checks source/01_convolutional_layer
"""

from __future__ import annotations

import ast
import hashlib
import importlib
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from ..files import whole
from ..lesson.marks import unpaired_mark
from ..lesson.modules import importable
from . import kinds
from .exercise import DeclarationError, Exercise, Variant
from .failure import PATTERNS
from .locate import is_constant, part_names
from .misconceptions import FILE, read_exercises, try_out
from .outcome import looks_right
from .seals import TEXTS, sealed_case, seals_of_all

NAME = "checks.json"
# Modules of a lesson and of this room on which the pairs of slips depend.
OF_LESSON = ("check.py", FILE, "given.py")
DECIDING = ("checks.py", "declaration.py", "exercise.py", "failure.py", "outcome.py")
HIDDEN = "### BEGIN HIDDEN TESTS"
SAME_ID = "{file}: two cells have the ID {grade_id}; give each one its own"
# What NumPy says about a common slip, and what it means: patterns, of which the first that fits
# counts, before the hints that grading gives.
MEANINGS = {
    r"ValueError: operands could not be broadcast together with remapped shapes": "np.pad needs "
    "one pair (before, after) for each axis of the array, in the order of the axes.",
    r"ValueError: operands could not be broadcast together with shapes "
    r"\((\d+),(\d+)\) \(\1,\)": "The second array has lost an axis, probably in a sum, mean or "
    "maximum along it. With keepdims=True the axis stays, with length 1.",
    r"ValueError: could not broadcast input array from shape \S+ into shape \S+": "What stands on "
    "the right does not have the shape of the part of the array on the left. Print both shapes "
    "just before this line.",
}


def main(folder: Path) -> None:
    """Write a lesson's checks.json."""
    (master,) = folder.glob("*.ipynb")
    tests = visible_tests(master)
    declared = (folder / FILE).read_text(encoding="utf-8")
    exercises = read_exercises(declared, folder, tests)
    if problems := try_out(exercises):
        raise DeclarationError(problems[0])
    file = folder / NAME
    before = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    with importable(folder):
        check = importlib.import_module("check")
        lesson = compile_lesson(exercises, tests, check)
        lesson["made_of"] = made_of(folder)
        for name, exercise in exercises.items():
            if before.get("made_of") == lesson["made_of"]:
                lesson["functions"][name]["pairs"] = before["functions"][name]["pairs"]
            else:
                add_pairs(lesson, exercise, check)
    with whole(file) as part:  # It takes minutes to make.
        part.write_text(as_text(lesson), encoding="utf-8")


def made_of(folder: Path) -> str:
    """Return a digest of all that decides how two slips at once show: working that out takes long.

    Of a lesson these are its misconceptions.py, its check.py and what these import.
    """
    files = [folder / name for name in OF_LESSON if (folder / name).is_file()]
    files += [Path(__file__).with_name(name) for name in DECIDING]
    texts = [file.read_text(encoding="utf-8") for file in files]
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]


def as_text(lesson: Mapping[str, Any]) -> str:
    """Return what checks.json holds as text, one line for each function."""
    lines = [f"{_json(name)}: {_json(lesson[name])}" for name in lesson if name != "functions"]
    functions = [f"{_json(name)}: {_json(known)}" for name, known in lesson["functions"].items()]
    lines += ['"functions": {\n' + ",\n".join(functions) + "\n}"]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def compile_lesson(
    exercises: Mapping[str, Exercise], tests: Mapping[str, str], check: ModuleType
) -> dict[str, Any]:
    """Return what checks.json holds, without two slips at once, which take minutes.

    Parameters
    ----------
    exercises : mapping
        The lesson's exercises by name; a function that is tested may be none of them.
    tests : mapping
        The visible tests by their ``grade_id``.
    check : module
        The lesson's check.py, which works out the digests here as it does for the student.
    """
    first = next(iter(exercises.values()), None)
    hints = dict(first.conventions.hints) if first else {}
    lesson: dict[str, Any] = {
        "texts": {"unsolved": kinds.UNSOLVED, "raised": kinds.RAISED, **TEXTS},
        "hints": _hints(hints),
        "kinds": [(kind, pattern.pattern) for kind, pattern in PATTERNS.items()],
        "functions": {},
    }
    for grade_id, source in tests.items():
        name, _, behaviour = grade_id.partition("-")
        function = lesson["functions"].setdefault(
            name, {"name": name, "says": {}, "tests": {}, "helpers": [], "probe": [], "prints": {}}
        )
        says = ast.get_docstring(ast.parse(source)) or ""
        function["says"][behaviour] = says
        function["tests"][behaviour] = source
    for name, exercise in exercises.items():
        _add_probe(lesson, name, exercise, check)
    return lesson


def _add_probe(lesson: dict[str, Any], name: str, exercise: Exercise, check: ModuleType) -> None:
    """Add a function's small examples, its slips and how they show."""
    function = lesson["functions"][name]
    function["helpers"] = list(exercise.declared.helpers)
    function["parts"] = part_names(exercise)
    function["constant"] = is_constant(exercise, exercise.right)
    function["seals"] = seals_of_all(exercise, check)
    function["probe"] = [
        {"args": check.encode(case.args), "kwargs": check.encode(case.kwargs)}
        | sealed_case(exercise, case, right, check)
        for (_, case), right in zip(exercise.probe, exercise.right, strict=True)
    ]
    right = check.prints(lesson, exercise.reference)
    function["slips"], found = [], dict[str, list[int]]()
    for variant in exercise.singles:
        number = _add_slip(function["slips"], variant, exercise)
        for mark in check.prints(lesson, exercise.function(variant.source)):
            # What does no harm on these examples is no slip that they show.
            if mark not in right and number not in found.setdefault(mark, []):
                found[mark].append(number)
    function["prints"] = found


def add_pairs(lesson: dict[str, Any], exercise: Exercise, check: ModuleType) -> None:
    """Add how two slips at once show, as far as they show as something of their own."""
    function = lesson["functions"][exercise.declared.name]
    known = {*function["prints"], *check.prints(lesson, exercise.reference)}
    slips = [(v, _add_slip(function["slips"], v, exercise)) for v in exercise.singles]
    numbers = {variant.made[0]: number for variant, number in reversed(slips)}
    found: dict[str, dict[str, int]] = {}
    for variant in exercise.pairs:
        both = {made[0].name: numbers[made] for made in variant.made}
        for mark in _pair_marks(lesson, exercise.function(variant.source), check, known):
            # Of several pairs that look alike only what they have in common is known.
            others = found.setdefault(mark, both)
            found[mark] = {name: number for name, number in others.items() if name in both}
    function["pairs"] = {mark: [*both.values()] for mark, both in found.items() if both}


def _pair_marks(
    lesson: dict[str, Any], function: Callable[..., Any], check: ModuleType, known: set[str]
) -> list[str]:
    """Return the short marks of a function with two slips, if these show more than one does."""
    traces = check.traces(lesson, function)
    # Two mistakes of which nothing is left but exceptions are guesswork.
    if all(isinstance(token, str) and token.startswith("raises") for token in traces):
        return []
    marks = check.marks(traces)
    if known & {*marks}:
        return []
    return [mark[: check.SHORTER] for mark in marks if mark.startswith("0")]


def _add_slip(slips: list[dict[str, Any]], variant: Variant, exercise: Exercise) -> int:
    """Add what a wrong function loses and what the student reads about it; return its number."""
    outcomes = zip(exercise.probe, variant.outcomes, exercise.right, strict=True)
    fails = {
        behaviour
        for (behaviour, case), outcome, right in outcomes
        if behaviour and not looks_right(outcome, right, case.look)
    }
    (misconception,) = variant.misconceptions
    slip = {"sentence": misconception.sentence, "fails": sorted(fails)}
    if slip not in slips:
        slips.append(slip)
    return slips.index(slip)


def visible_tests(master: Path) -> dict[str, str]:
    """Return what students see of each test cell of a master, by its grade_id.

    Raises
    ------
    DeclarationError
        If two cells have one, or a mark of a solution or of hidden tests has no other.
    """
    tests: dict[str, str] = {}
    cells = json.loads(master.read_text(encoding="utf-8"))["cells"]
    if what := unpaired_mark(cells):
        raise DeclarationError(f"{master.name}: {what}.")
    for cell in cells:
        graded = cell["metadata"].get("nbgrader", {})
        if graded.get("grade") and not graded["solution"]:
            source, grade_id = "".join(cell["source"]), graded["grade_id"]
            if grade_id in tests:
                raise DeclarationError(SAME_ID.format(file=master.name, grade_id=grade_id))
            tests[grade_id] = source.split(HIDDEN)[0].rstrip() + "\n"
    return tests


def _hints(hints: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return what exceptions mean, as patterns, the most telling first, as grading does."""
    known = {**hints, **kinds.HINTS}
    texts = [(_pattern(begin), hint) for begin, hint in known.items() if ":" in begin]
    names = [(_pattern(n), hint) for n, hint in known.items() if ":" not in n and n not in PATTERNS]
    failures = [(PATTERNS[kind].pattern, hint) for kind, hint in known.items() if kind in PATTERNS]
    return [*MEANINGS.items(), *texts, *names, *failures]


def _pattern(begin: str) -> str:
    """Return a pattern for what an exception's text begins with."""
    return begin.translate({ord(sign): f"\\{sign}" for sign in "()[]{}.*+?^$|\\"})


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]))
    except DeclarationError as error:
        sys.exit(f"{sys.argv[1]}: {error}")
