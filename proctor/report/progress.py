"""What `proctor autograde` prints: progress in a terminal, else a line for each submission."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Self

from rich import progress
from rich.text import Text

from ..grading.results import UNCHANGED, Outcome, counts
from ..submission.clean import few, named, shown_text
from .terminal import console, print_rows


class Progress:
    """Shows how far a run is, and keeps what its end must name.

    Parameters
    ----------
    total : int
        How many submissions there are.
    names : mapping of str to str, optional
        What students are called, by id.

    Attributes
    ----------
    without_grade : list of Outcome
        The submissions that have no grade.
    """

    def __init__(self, total: int, names: Mapping[str, str] | None = None) -> None:
        self._names = names or {}
        self.without_grade: list[Outcome] = []
        self._changed: list[Outcome] = []
        # By remark, whose submissions it is about.
        self._remarks: dict[str, list[str]] = {}
        self._counts: Counter[str] = Counter()
        self._began = time.monotonic()
        terminal = sys.stdout.isatty()
        self._console = console()
        self._bar = progress.Progress(
            progress.TextColumn("{task.description}"),
            progress.BarColumn(),
            progress.MofNCompleteColumn(),
            progress.TextColumn("{task.fields[rate]}"),
            progress.TimeRemainingColumn(compact=True, elapsed_when_finished=True),
            progress.TextColumn("{task.fields[problems]}"),
            console=self._console,
            disable=not terminal,
        )
        self._task = self._bar.add_task("grading", total=total, rate="", problems="")
        self._terminal = terminal

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._bar.stop()

    def show(self, outcome: Outcome) -> None:
        """Count one submission; say what became of it if nobody sees the bar, or it has none."""
        self._counts[outcome.status] += 1
        if not outcome.has_grade:
            self.without_grade.append(outcome)
        if outcome.changed_points:
            self._changed.append(outcome)
        for remark in outcome.remarks:
            self.remark(remark, [outcome.student])
        news = outcome.status != UNCHANGED or outcome.changed_points
        if news if not self._terminal else not outcome.has_grade:
            line = f"{self._named(outcome.student)}: {outcome.status}, {shown_text(outcome.text)}"
            self._bar.console.print(Text(line), soft_wrap=True)
        rate = self._counts.total() / (time.monotonic() - self._began)
        number = len(self.without_grade)
        problems = f"[red]{number} without a grade[/red]" if number else ""
        self._bar.update(self._task, advance=1, rate=f"{rate:.1f} per second", problems=problems)

    def remark(self, remark: str, students: Iterable[str]) -> None:
        """Keep whom a remark is about, for the end."""
        for student in students:
            self._remarks.setdefault(remark, []).append(self._named(student))

    def _named(self, student: str) -> str:
        return named(student, self._names.get(student))

    def summary(self) -> None:
        """Print whose points changed, what is worth a look and who has no grade, and count all."""
        changes = [
            (self._named(one.student), f"{one.earlier:g}", f"{one.points:g}")
            for one in self._changed
        ]
        print_rows("Changed points", ("student", "before", "now"), changes)
        remarks = [
            (few(students), str(len(students)), remark)
            for remark, students in self._remarks.items()
        ]
        print_rows("Worth a look", ("student", "number", "what"), remarks)
        refused = [(self._named(one.student), one.status, one.text) for one in self.without_grade]
        print_rows("Without a grade", ("student", "", "reason"), refused)
        if self._counts:  # else there is a reason why nothing was begun
            self._console.print(counts(self._counts))
