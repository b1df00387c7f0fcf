"""A lesson as whoever grades must know it; plain values, so that it can be sent to workers."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any

from ..sandbox.protocol.limits import Limits

TOOLS = "proctor.testing"
"""A test that uses these tools is written for what proctor does. Any other is one of nbgrader's: it
sees what a function does to its arguments and to variables, and its exceptions as they are."""


@dataclass(frozen=True)
class GradedCell:
    """A cell that is graded or locked, as the gradebook has it."""

    name: str
    cell_type: str
    source: str
    metadata: dict[str, Any]

    @property
    def is_solution(self) -> bool:
        """Whether the student writes it."""
        return bool(self.metadata["solution"] or self.metadata["task"])

    @property
    def is_test(self) -> bool:
        """Whether it is a test cell."""
        return bool(self.metadata["grade"] and not self.metadata["solution"])

    @property
    def is_answer(self) -> bool:
        """Whether it is an answer in words, which a person grades."""
        return bool(
            self.metadata["grade"] and self.metadata["solution"] and self.cell_type == "markdown"
        )

    def is_defined_in(self, source: str) -> bool:
        """Whether `source` defines the function that this solution cell is named after."""
        name = re.escape(self.name)
        return bool(re.search(rf"^(?:(?:async +)?def +{name}\b|{name} *=[^=])", source, re.M))


@dataclass(frozen=True)
class RunLimits:
    """What one submission may use; times in seconds.

    Attributes
    ----------
    cell, call, submission : float
        How long a cell, a call by a test, and all of a submission may take.
    sleep : float
        How long all of a submission may do nothing, until nothing more of it is run.
    restarts : int
        How often the student's process is replaced after it died or hung.
    output_bytes, all_output_bytes : int
        Output of one cell, and of all cells together.
    nbgraders_call : float
        How long a call by a test of nbgrader's kind may take, of which only the cell has a limit
        there.
    """

    cell: float = 30
    call: float = 10
    submission: float = 300
    sleep: float = 60
    restarts: int = 30
    output_bytes: int = 1_000_000
    all_output_bytes: int = 5_000_000
    nbgraders_call: float = 30


@dataclass(frozen=True)
class Lesson:
    """A lesson, or one notebook of a lesson that has several.

    Attributes
    ----------
    name : str
        Its folder's name.
    notebook : str
        The notebook's file name.
    cells : tuple of GradedCell
        In the master's order.
    files : mapping of str to bytes
        What student code finds beside the notebook: the release's files, by relative name, as
        the master has them now.
    given : frozenset of str
        Those of them that a student's file of the same name does not replace.
    misconceptions : str
        Source of the lesson's misconceptions.py; empty if it has none.
    limits : RunLimits
    wall : Limits
        What the processes of one submission may use.
    kernelspec : mapping or None
        The master's, which a graded notebook gets.
    ignore : tuple of str
        Names, as patterns, of files that are never handed on.
    texts : tuple of str
        What stands in the cells of master and release that nbgrader does not know.
    inside : frozenset of str
        The test cells that run in the student's own process, behind the wall. They are chosen
        from the master alone, before any submission is read (`proctor.grading.placing`).
    given_imports : tuple of str
        The import statements of the master's cells that students are given.
    wishes : mapping of str to str
        Where the author wants test cells to run, of those whose metadata say so.
    others : frozenset of str
        The file names of the lesson's other notebooks.
    whole : frozenset of str
        The test cells of which students have every line.
    packages : mapping of str to str
        Versions of the packages that it imports, see `proctor.lesson.packages`.
    """

    name: str
    notebook: str
    cells: tuple[GradedCell, ...]
    files: Mapping[str, bytes]
    given: frozenset[str] = frozenset()
    misconceptions: str = ""
    limits: RunLimits = field(default_factory=RunLimits)
    wall: Limits = field(default_factory=Limits)
    kernelspec: Mapping[str, Any] | None = None
    ignore: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    inside: frozenset[str] = frozenset()
    given_imports: tuple[str, ...] = ()
    wishes: Mapping[str, str] = field(default_factory=dict)
    others: frozenset[str] = frozenset()
    whole: frozenset[str] = frozenset()
    packages: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def sources(self) -> dict[str, str]:
        """Sources of the graded and locked cells, by `grade_id`."""
        return {cell.name: cell.source for cell in self.cells}

    @property
    def imports(self) -> str:
        """Source of the locked cell that opens the lesson."""
        return self.sources.get("imports", "")

    @property
    def tests(self) -> tuple[GradedCell, ...]:
        """The test cells that are code."""
        return tuple(cell for cell in self.cells if cell.is_test and cell.cell_type == "code")

    @property
    def maximum(self) -> float:
        """The points that the lesson has to give."""
        return float(sum(cell.metadata.get("points", 0) for cell in self.cells))

    @cached_property
    def digest(self) -> str:
        """Digest of all of it."""
        parts = {part.name: getattr(self, part.name) for part in fields(self)}
        # A better word in a lesson's text regrades nobody.
        del parts["texts"]
        # What comes of them is `inside`.
        del parts["wishes"]
        parts |= {"files": sorted(self.files.items()), "given": sorted(self.given)}
        parts |= {part: sorted(parts[part]) for part in ("inside", "others", "whole")}
        return hashlib.sha256(repr(parts).encode(errors="surrogateescape")).hexdigest()
