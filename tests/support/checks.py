"""What a student has who calls check, and the gates that keep solutions out of it."""

from __future__ import annotations

import contextlib
import functools
import importlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from nbgrader.utils import is_solution
from numpy.typing import NDArray

from proctor.diagnose.checks import NAME
from proctor.diagnose.consistency import lost_behaviours
from proctor.diagnose.exercise import Exercise, Variant
from proctor.lesson.modules import importable

from . import gates
from .cures import with_cures
from .exercises import EXERCISES
from .truth import Read, sentence_problems

# A seal is no number, though it may look like one.
SEAL = re.compile(r"[0-9a-f]{5}")
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")
# So many numbers one after another are no coincidence, even if they are rounded.
RUN, ROUNDED, EXACT = 5, 6e-3, 1e-9
# Nor are so many letters of a text, or of texts one after another with a few signs between them.
LETTERS, BETWEEN = 10, r"[\W\d_]{1,9}"


@dataclass
class Notebook:
    """A notebook of one lesson in which some functions are defined.

    Attributes
    ----------
    check : ModuleType
        The lesson's check.py.
    lesson : dict
        Its checks.json, without the tests that measure time.
    """

    master: Path
    check: ModuleType
    lesson: dict[str, Any]
    _scratch: list[Any] = field(default_factory=list)

    def run(self, answers: Mapping[str, str]) -> dict[str, Any]:
        """Return a notebook's names, with answers in the place of the worked solutions."""
        names: dict[str, Any] = {"__name__": "__main__"}
        for grade_id, source in ungraded_cells(self.master).items():
            exec(answers.get(grade_id, source), names)
        if "scratch" in names:
            self._scratch.append(names["scratch"])
        return names

    def close(self) -> None:
        """Delete the folders that the notebook's cells have made."""
        for folder in self._scratch:
            folder.cleanup()

    def lost(self, name: str, names: dict[str, Any]) -> set[str]:
        """Return the behaviours that check reports as wrong."""
        report = self.check.report_on(self.lesson, names[name], names)
        lines = re.findall(rf"^{self.check.WRONG} ([\w, ]+?):", report, flags=re.MULTILINE)
        return {behaviour for line in lines for behaviour in line.split(", ")}

    def named(self, name: str, names: dict[str, Any]) -> list[str]:
        """Return the sentences of the slips that check names."""
        _, slips = self.check.name_slips(self.lesson, names[name])
        return [slip["sentence"] for slip in slips]


@contextlib.contextmanager
def notebook(master: Path) -> Iterator[Notebook]:
    """Open a lesson's folder, as its notebook does."""
    with importable(master.parent), contextlib.chdir(master.parent):
        check = importlib.import_module("check")
        lesson = json.loads(Path(NAME).read_text(encoding="utf-8"))
        for name, exercise in EXERCISES[master][0].items():
            for behaviour in exercise.declared.timed:
                del lesson["functions"][name]["tests"][behaviour]
        opened = Notebook(master, check, lesson)
        yield opened
        opened.close()


@functools.cache
def ungraded_cells(master: Path) -> dict[str, str]:
    """Return the sources of a master's solutions and locked cells, by their grade_id."""
    cells = [cell for cell in gates.read(master).cells if cell.cell_type == "code"]
    graded = [(cell.metadata.get("nbgrader", {"grade": True}), cell.source) for cell in cells]
    return {metadata["grade_id"]: source for metadata, source in graded if not metadata["grade"]}


# ---------------------------------------------------------------------------- gates on what is told


@with_cures
def naming_problems(opened: Notebook, name: str, exercise: Exercise) -> list[str]:
    """Find misconceptions of a function that check does not name, or not as they are declared."""
    problems = []
    for variant in exercise.singles:
        (misconception,) = variant.misconceptions
        names = opened.run({name: variant.source})
        if opened.named(name, names) != [misconception.sentence]:
            problems.append(f"{name}, {misconception.name}: named otherwise")
        lost, fails = opened.lost(name, names), lost_behaviours(exercise, variant.outcomes)
        # Here tests share their arguments with a function that changes them.
        if lost != fails and not ("inputs_kept" in fails and lost > fails):
            problems.append(
                f"{name}, {misconception.name}: check finds it to lose {sorted(lost)}, "
                f"and on the probe it loses {sorted(fails)}"
            )
    return problems


def located_problems(
    opened: Notebook, exercise: Exercise, variant: Variant, names: dict[str, Any]
) -> list[str]:
    """Find what is not true of what check says about where a wrong function is wrong."""
    name = exercise.declared.name
    read = Read(exercise, {}, set(), variant.outcomes, variant.source)
    return [
        problem
        for sentence in opened.check.locate(opened.lesson, names[name], names)
        for problem in sentence_problems(read, sentence)
    ]


def seal_problems(opened: Notebook) -> list[str]:
    """Find seals by which a result could be found: of less than four numbers, or too long."""
    problems = []
    for name, exercise in EXERCISES[opened.master][0].items():
        known = opened.lesson["functions"][name]
        for call, right in zip(known["probe"], exercise.right, strict=True):
            parts = right.result if len(known["parts"]) > 1 else [right.result]
            for sealed, part in zip(call["right"], parts, strict=True):
                if "seal" in sealed and sum(a.size for a in arrays(part)) < 4:
                    problems.append(f"{name}: a seal of too few numbers")
        seals = [[call["right"] for call in known["probe"]], known["seals"]]
        if any(len(seal) > 5 for seal in _strings(seals)):
            problems.append(f"{name}: a seal of more than 16 bits")
    return problems


@with_cures
def leak_problems(text: str, master: Path) -> list[str]:
    """Find what a text that students get tells of a lesson's solutions."""
    problems = []
    content = json.loads(text) if text.startswith("{") else text
    # Keys may tell something too, or stand between two texts that do.
    numbers, strings = numbers_of(content), "\n".join([*_strings(content), *texts(content)])
    for line in secret_lines(master):
        if line in strings:
            problems.append(f"it holds a line of a solution: {line!r}")
    for name, exercise in EXERCISES[master][0].items():
        told = {
            told_results(numbers, exercise, seed)
            or told_texts(strings, exercise, seed, open_texts(master, seed))
            for seed in (0, 1)
        }
        problems += [f"{name}: it holds right results, {of}" for of in sorted(filter(None, told))]
    return problems


def secret_lines(master: Path) -> set[str]:
    """Return the lines of a master's solutions and references, as far as no student sees them."""
    exercises, _ = EXERCISES[master]
    bodies = [exercise.source for exercise in exercises.values()]
    for cell in gates.read(master).cells:
        if is_solution(cell) and cell.cell_type == "code":
            bodies.append(cell.source.split("### BEGIN SOLUTION")[1].split("### END SOLUTION")[0])
    seen = _released(master)
    lines = {line.strip() for body in bodies for line in body.splitlines()}
    return {line for line in lines if len(line) > 12 and line not in seen}


@functools.cache
def open_texts(master: Path, seed: int) -> str:
    """Return the texts that are no secret: the release, and what probes hand to functions."""
    cases = [
        [case.args, case.kwargs]
        for exercise in EXERCISES[master][0].values()
        for _, case in exercise.cases(np.random.default_rng(seed))
    ]
    return "\n".join([_released(master), *texts(cases)])


@functools.cache
def _released(master: Path) -> str:
    """Return the cells of a master's release."""
    return "\n".join(cell.source for cell in gates.read(gates_release(master)).cells)


def gates_release(master: Path) -> Path:
    """Return the released notebook of a master."""
    return master.parents[2] / "release" / master.parent.name / master.name


def numbers_of(value: Any) -> NDArray[np.float64]:
    """Return all numbers in some JSON or in a text, in their order."""
    return np.array(list(_numbers(value)), dtype=float)


def _numbers(value: Any) -> Iterator[float]:
    if isinstance(value, str) and not SEAL.fullmatch(value):
        yield from map(float, NUMBER.findall(value))
    elif isinstance(value, Mapping):
        for key, part in value.items():
            # What wrong functions do is told as digests, no numbers.
            if key not in ("prints", "pairs"):
                yield from _numbers(part)
    elif isinstance(value, list):
        for part in value:
            yield from _numbers(part)
    elif isinstance(value, int | float):
        yield float(value)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list):
        for part in value.values() if isinstance(value, Mapping) else value:
            yield from _strings(part)


def told_results(numbers: NDArray[np.float64], exercise: Exercise, seed: int) -> str | None:
    """Say which right results are among some numbers, in full or rounded, if any are."""
    flat, known = [], []
    for behaviour, case in exercise.cases(np.random.default_rng(seed)):
        inputs = np.concatenate([[0.0], *arrays([case.args, case.kwargs])])
        known.append(inputs)
        right = exercise.outcome(case)
        for array in arrays(right.result):
            if (of := _found(numbers, array, inputs)) is not None:
                return f"such as {of!r} in the probe's case of {behaviour or 'APART'}"
            flat.append(array if array.size == 1 else array[:0])
    # Not every function returns numbers.
    of = _found(numbers, np.concatenate([[], *flat]), np.concatenate([[0.0], *known]))
    return None if of is None else f"such as {of!r} in the probe's cases"


def told_texts(strings: str, exercise: Exercise, seed: int, known: str) -> str | None:
    """Say which texts of right results stand in some text, if any do that students don't know."""
    for behaviour, case in exercise.cases(np.random.default_rng(seed)):
        for row in secret_rows(exercise.outcome(case).result, known):
            if _stands(row, strings):
                return f"such as {' '.join(row)!r} in the probe's case of {behaviour or 'APART'}"
    return None


def secret_rows(result: Any, known: str) -> list[list[str]]:
    """Return what must not be told of a result's texts: each that is long, and rows of them."""
    parts = [text for text in texts(result) if text.strip()]
    starts = range(max(1, len(parts) - RUN + 1))
    rows = [[part] for part in parts] + [parts[start : start + RUN] for start in starts]
    return [
        row
        for row in rows
        if len(re.sub(r"\s", "", "".join(row))) >= LETTERS and not _stands(row, known)
    ]


def _stands(row: Iterable[str], text: str) -> bool:
    """Say whether some texts stand one after another in a longer one."""
    return re.search(BETWEEN.join(map(re.escape, row)), text) is not None


def texts(value: Any) -> Iterator[str]:
    """Yield the texts in a value, also those that are keys of dictionaries."""
    if isinstance(value, Mapping):
        value = list(value.items())
    elif isinstance(value, set | frozenset):
        value = sorted(value, key=str)
    elif isinstance(value, np.ndarray) and value.dtype.kind == "U":
        value = value.tolist()
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple | list):
        for part in value:
            yield from texts(part)


def arrays(value: Any) -> Iterable[NDArray[np.float64]]:
    """Yield the numbers in a value, array by array."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, tuple | list):
        for part in value:
            yield from arrays(part)
    elif isinstance(value, np.ndarray | int | float | np.number):
        yield np.ravel(np.asarray(value, dtype=float))


def _found(
    numbers: NDArray[np.float64], right: NDArray[np.float64], inputs: NDArray[np.float64]
) -> float | None:
    """Return one of what is new in a result and among numbers: exactly, or a run of it rounded."""
    small = (np.abs(right) < 0.02) | ((right == np.rint(right)) & (np.abs(right) < 1000))
    new = ~small & ~np.isclose(right[:, np.newaxis], inputs, rtol=EXACT, atol=EXACT).any(axis=1)
    # One of few digits may stand there by chance, and tells nothing by itself.
    few = (np.abs(right - np.round(right, 2)) < EXACT) & (np.abs(right) < 1000)
    odd = right[new & ~few]
    ordered = np.sort(numbers)
    places = np.clip(np.searchsorted(ordered, odd), 1, len(ordered) - 1)
    near = np.minimum(np.abs(ordered[places] - odd), np.abs(ordered[places - 1] - odd))
    if (same := odd[near <= EXACT * np.abs(odd)]).size:
        return float(same[0])
    runs = [slice(n, n + RUN) for n in range(len(right) - RUN + 1)]
    told = (
        right[run][new[run]]
        for run in runs
        # Some results are hardly another than the input.
        if new[run].sum() >= RUN - 2
        and _has_run(numbers, right[run])
        and not _has_run(inputs, right[run])
    )
    return next((float(found[0]) for found in told), None)


def _has_run(numbers: NDArray[np.float64], run: NDArray[np.float64]) -> bool:
    """Say whether some numbers stand one after another in a longer list, but for rounding."""
    if len(numbers) < len(run):
        return False
    windows = np.lib.stride_tricks.sliding_window_view(numbers, len(run))
    close = windows[np.abs(windows[:, 0] - run[0]) <= ROUNDED]
    return bool((np.abs(close - run) <= ROUNDED).all(axis=1).any())
