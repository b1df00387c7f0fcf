"""What became of each submission of a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from rich import box
from rich.table import Table
from rich.text import Text

from ..submission.intake import shown

GRADED, UNCHANGED, REFUSED, FAILED = "graded", "unchanged", "refused", "failed"
EARLIER = "; the grade of an earlier submission stays"


@dataclass(frozen=True)
class Outcome:
    """What became of one submission: its points, or why it has none."""

    student: str
    status: str
    text: str

    @property
    def has_grade(self) -> bool:
        """Whether what was handed in now has a grade."""
        return self.status in {GRADED, UNCHANGED}


def table_without_grade(outcomes: Iterable[Outcome]) -> Table:
    """Return the submissions that have no grade, each with the reason."""
    table = Table(title="Without a grade", title_justify="left", box=box.SIMPLE_HEAD)
    table.add_column("student", overflow="fold", max_width=40)
    table.add_column("", no_wrap=True)
    table.add_column("reason", overflow="fold")
    for outcome in outcomes:
        row = (shown(outcome.student), outcome.status, outcome.text)
        table.add_row(*map(Text, row))
    return table


def counts(number: Counter[str]) -> str:
    """Return one line that counts the outcomes by their status."""
    parts = [f"{number[status]} {status}" for status in (GRADED, UNCHANGED, REFUSED, FAILED)]
    return f"{number.total()} submissions: {', '.join(parts)}"
