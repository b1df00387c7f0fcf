"""What came of a submission: on its worker, and in the end."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import nbformat
from nbformat import NotebookNode

from ..submission.clean import counted
from ..submission.intake import RefusedError, parse_json
from ..submission.passive import make_passive

GRADED, UNCHANGED, REFUSED, FAILED = "graded", "unchanged", "refused", "failed"
EARLIER = "; the grade from before stands"
ODD_RESULT = "the worker's result cannot be read ({reason})"
MAX_RESULT_BYTES = 50_000_000
MOST_PROBLEMS = 20
USED = ("cpu_seconds", "seconds", "memory")
"""What is known of what a submission used; see `examine.session.Used`."""


class StoppedError(Exception):
    """The run cannot go on; the text says why."""


class NotGradedError(Exception):
    """One submission could not be run; the text says why.

    Parameters
    ----------
    text : str
    trace : str, optional
        The worker's traceback.
    """

    def __init__(self, text: str, trace: str = "") -> None:
        super().__init__(text)
        self.trace = trace


@dataclass(frozen=True)
class Result:
    """What a worker sent.

    Attributes
    ----------
    outputs : list
        For each code cell its outputs and its number.
    used : dict of str to float
        CPU time, time and memory; see `examine.session.Used`.
    problems : list of str
        What a person should know.
    """

    outputs: list[Any]
    used: dict[str, float] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Outcome:
    """What became of one submission.

    Attributes
    ----------
    student, status : str
    text : str
        Its points in words, or why it has none.
    points, earlier : float or None
        Points now and before this run, as far as it has any and had some.
    remarks : tuple of str
        What a person should look at, though there is a grade.
    """

    student: str
    status: str
    text: str
    points: float | None = None
    earlier: float | None = None
    remarks: tuple[str, ...] = ()

    @property
    def has_grade(self) -> bool:
        """Whether what was handed in now has a grade."""
        return self.status in {GRADED, UNCHANGED}

    @property
    def changed_points(self) -> bool:
        """Whether a regrade gave other points than before."""
        return None not in (self.points, self.earlier) and self.points != self.earlier


def counts(number: Counter[str]) -> str:
    """Return one line that counts the outcomes by their status."""
    parts = [f"{number[status]} {status}" for status in (GRADED, UNCHANGED, REFUSED, FAILED)]
    return f"{counted(number.total(), 'submission')}: {', '.join(parts)}"


def read_result(result: bytes) -> Result:
    """Return what a worker sent.

    Raises
    ------
    StoppedError
        If it can grade nothing.
    NotGradedError
        If this submission could not be run, or its result cannot be read.
    """
    if len(result) > MAX_RESULT_BYTES:
        raise NotGradedError(ODD_RESULT.format(reason=f"{len(result):,} bytes"))
    try:
        answer = parse_json("result", result)
    except RefusedError as reason:
        raise NotGradedError(ODD_RESULT.format(reason=reason)) from None
    said: dict[str, Any] = answer if isinstance(answer, dict) else {}
    if "stop" in said:
        raise StoppedError(f"{said['stop']}"[:5000])
    if "failed" in said:
        raise NotGradedError(f"{said['failed']}"[:500], f"{said.get('trace', '')}"[:5000])
    if not isinstance(said.get("outputs"), list):
        raise NotGradedError(ODD_RESULT.format(reason="it holds no outputs"))
    used, problems = said.get("used"), said.get("problems")
    return Result(
        said["outputs"],
        known_use(used),
        [" ".join(f"{text}"[:1000].split()) for text in problems[:MOST_PROBLEMS]]
        if isinstance(problems, list)
        else [],
    )


def known_use(value: Any) -> dict[str, float]:
    """Return those of the facts of what was used that are numbers."""
    facts = value if isinstance(value, dict) else {}
    numbers = {name: facts.get(name) for name in USED}
    return {
        name: float(number)
        for name, number in numbers.items()
        if isinstance(number, int | float) and 0 <= number < math.inf
    }


def used_together(used: Iterable[Mapping[str, float]]) -> dict[str, float]:
    """Return what the notebooks of a submission used, one after the other, in all."""
    found: dict[str, float] = {}
    for facts in used:
        for name, value in facts.items():
            before = found.get(name, 0.0)
            found[name] = max(before, value) if name == "memory" else before + value
    return found


def put_outputs(nb: NotebookNode, outputs: list[Any], given: Container[str]) -> None:
    """Put what a worker sent below the code cells that it ran, and make the notebook passive.

    Parameters
    ----------
    nb : NotebookNode
    outputs : list
        See `Result`.
    given : container of str
        Names of the lesson's own files.

    Raises
    ------
    ValueError
        If that is not for this notebook.
    """
    code = [cell for cell in nb.cells if cell.cell_type == "code"]
    for cell, (shown_below, number) in zip(code, outputs, strict=True):
        cell.outputs = [nbformat.from_dict(output) for output in shown_below]
        cell.execution_count = number if isinstance(number, int) else None
    make_passive(nb, given)
