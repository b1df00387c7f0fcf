"""What graded notebooks say beyond points: misconceptions, and the code that students wrote."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..examine.outputs import FEEDBACK
from ..lesson.exercises import in_notebook
from ..submission.intake import RefusedError, parse_json
from ..submission.repair import PART_OF


@dataclass
class GradedWork:
    """What one student's graded notebook says.

    Attributes
    ----------
    named : list of tuple of str
        Functions that lost points for a reason that the author has named, each with the sentence
        that the student reads.
    unnamed : list of str
        Functions that lost points for reasons without a name.
    facts : dict of str to dict
        What feedback was written from, by function.
    failed : dict of str to list of str
        Behaviours whose tests failed, by function.
    code : dict of str to str
        What the student wrote, by exercise.
    """

    named: list[tuple[str, str]] = field(default_factory=list)
    unnamed: list[str] = field(default_factory=list)
    facts: dict[str, dict[str, Any]] = field(default_factory=dict)
    failed: dict[str, list[str]] = field(default_factory=dict)
    code: dict[str, str] = field(default_factory=dict)

    @property
    def all_code(self) -> str:
        """The code of all exercises."""
        return "\n\n".join(self.code.values())


def read_notebooks(notebooks: Iterable[Path], count: int = 1) -> GradedWork:
    """Return what one student's notebooks say; one that cannot be read says nothing."""
    work = GradedWork()
    for path in notebooks:
        with suppress(OSError, RefusedError, KeyError, TypeError, AttributeError):
            for cell in parse_json(path.name, path.read_bytes())["cells"]:
                if cell["cell_type"] == "code":
                    _read_cell(cell, work, path.stem, count)
    return work


def _read_cell(cell: dict[str, Any], work: GradedWork, notebook: str, count: int) -> None:
    graded = cell["metadata"].get("nbgrader", {})
    part_of = cell["metadata"].get("proctor", {}).get(PART_OF)
    own = part_of or graded.get("grade_id", "")
    # An answer that a person grades is code, too.
    if graded.get("solution") or not graded.get("grade"):
        name, source = in_notebook(notebook, own, count), "".join(cell["source"])
        if (graded.get("solution") or part_of) and source.strip():
            work.code[name] = f"{work.code[name]}\n\n{source}" if name in work.code else source
        return
    function, _, behaviour = own.partition("-")
    name = in_notebook(notebook, function, count)
    for output in cell["outputs"]:
        if output["output_type"] == "error":
            work.failed.setdefault(name, []).append(behaviour or function)
        facts = output.get("data", {}).get(FEEDBACK, {})
        if "sentences" in facts:
            named = facts.get("misconceptions", [])
            # Sentences beyond the named ones are about helpers.
            work.named += [(name, str(s)) for s in facts["sentences"][: len(named)]]
            # A right function is told which helper is wrong, and loses nothing.
            work.unnamed += [] if named or not facts.get("lost", True) else [name]
            work.facts[name] = facts
