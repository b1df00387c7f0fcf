"""Compile what check.py needs beside a lesson's notebook: checks.json.

A student who calls ``check(zero_pad)`` reads the same sentences as on the feedback page, on a
computer that has neither solution nor hidden test. So checks.json holds the inputs of the probes,
the visible tests, the sentences, and of what wrong functions do only a digest. `make build` runs
this module before the editions are made:

    python -m proctor.diagnose.checks source/01_convolutional_layer
"""

from __future__ import annotations

import ast
import importlib
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from ..lesson.modules import importable
from . import kinds
from .exercise import Exercise, Variant
from .failure import KINDS
from .misconceptions import FILE, read_exercises
from .outcome import looks_right

NAME = "checks.json"
HIDDEN = "### BEGIN HIDDEN TESTS"
# What NumPy says about a common slip, and what it means: patterns, of which the first that fits
# counts, before the hints that grading gives.
MEANINGS = {
    r"ValueError: operands could not be broadcast together with remapped shapes": "np.pad needs "
    "one pair (before, after) for each axis of the array, in the order of the axes.",
    r"ValueError: operands could not be broadcast together with shapes "
    r"\((\d+),(\d+)\) \(\1,\)": "The second array has lost an axis, probably in a sum, mean or "
    "maximum along it: keepdims=True keeps the axis, with length 1.",
    r"ValueError: could not broadcast input array from shape \S+ into shape \S+": "What stands on "
    "the right does not have the shape of the part of the array on the left: print both shapes "
    "just before this line.",
}


def main(folder: Path) -> None:
    """Write a lesson's checks.json."""
    (folder / NAME).write_text(compiled(folder), encoding="utf-8")


def compiled(folder: Path) -> str:
    """Return a lesson's checks.json, one line for each function."""
    (master,) = folder.glob("*.ipynb")
    tests = visible_tests(master)
    declared = (folder / FILE).read_text(encoding="utf-8")
    exercises = read_exercises(declared, folder, tests)
    with importable(folder):
        check = importlib.import_module("check")
        lesson = compile_lesson(exercises, tests, check)
    functions = lesson.pop("functions")
    lines = [f"{_json(name)}: {_json(value)}" for name, value in lesson.items()]
    lines += [
        '"functions": {\n'
        + ",\n".join(f"{_json(name)}: {_json(value)}" for name, value in functions.items())
        + "\n}"
    ]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def compile_lesson(
    exercises: Mapping[str, Exercise], tests: Mapping[str, str], check: ModuleType
) -> dict[str, Any]:
    """Return what checks.json holds.

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
        "texts": {"unsolved": kinds.UNSOLVED, "raised": kinds.RAISED},
        "hints": _hints(hints),
        "kinds": [(kind, _any_of(begins)) for kind, begins in KINDS.items()],
        "functions": {},
    }
    for grade_id, source in tests.items():
        name, _, behaviour = grade_id.partition("-")
        function = lesson["functions"].setdefault(
            name, {"says": {}, "tests": {}, "helpers": [], "probe": [], "slips": [], "prints": {}}
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
    function["probe"] = [
        {"args": check.encode(case.args), "kwargs": check.encode(case.kwargs)}
        for _, case in exercise.probe
    ]
    right = check.prints(lesson, exercise.reference)
    found: dict[str, list[int]] = {}
    for variant in exercise.singles:
        number = _add_slip(function["slips"], variant, exercise)
        for mark in check.prints(lesson, exercise.function(variant.source)):
            # What does no harm on these examples is no slip that they show.
            if mark not in right and number not in found.setdefault(mark, []):
                found[mark].append(number)
    function["prints"] = found


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
    """Return what students see of each test cell of a master, by its grade_id."""
    tests = {}
    for cell in json.loads(master.read_text(encoding="utf-8"))["cells"]:
        graded = cell["metadata"].get("nbgrader", {})
        if graded.get("grade") and not graded["solution"]:
            source = "".join(cell["source"])
            tests[graded["grade_id"]] = source.split(HIDDEN)[0].rstrip() + "\n"
    return tests


def _hints(hints: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return what exceptions mean, as patterns, the most telling first, as grading does."""
    known = {**hints, **kinds.HINTS}
    texts = [(_pattern(begin), hint) for begin, hint in known.items() if ":" in begin]
    names = [(_pattern(n), hint) for n, hint in known.items() if ":" not in n and n not in KINDS]
    failures = [(_any_of(KINDS[kind]), hint) for kind, hint in known.items() if kind in KINDS]
    return [*MEANINGS.items(), *texts, *names, *failures]


def _any_of(begins: Sequence[str]) -> str:
    """Return a pattern for one of several."""
    return "|".join(f"(?:{begin})" for begin in begins)


def _pattern(begin: str) -> str:
    """Return a pattern for what an exception's text begins with."""
    return begin.translate({ord(sign): f"\\{sign}" for sign in "()[]{}.*+?^$|\\"})


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
