"""The gradebook as a file for spreadsheets: `nbgrader export`, with what is safe to open.

nbgrader's own plugin writes 0.0 for whoever has no grade. Here that stays blank, with a status.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook
from nbgrader.plugins import ExportPlugin

from ..grading.penalties import Penalties
from ..submission.clean import shown_in_table
from .entries import Entry, read_entries

COLUMNS = (
    "assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email",
    "raw_score", "late_submission_penalty", "score", "max_score", "status",
)  # fmt: skip
"""Those of nbgrader's own plugin, and the status."""
GRADED, NO_GRADE, BY_HAND = "graded", "no grade", "to be graded by hand"


class ExportClean(ExportPlugin):  # type: ignore[misc]
    """Writes grades; a name is neither a formula nor several columns."""

    def export(self, gradebook: Gradebook) -> None:
        """Write the file; called by ``nbgrader export``."""
        path = Path(self.to or "grades.csv")
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(COLUMNS)
            for assignment in gradebook.assignments:
                if self.assignment and assignment.name not in self.assignment:
                    continue
                Penalties(self).update(gradebook, assignment.name)
                for entry in read_entries(gradebook, assignment.name).values():
                    if not self.student or entry.student in self.student:
                        row = [assignment.name, assignment.duedate, *_row(entry)]
                        row.insert(-1, assignment.max_score)
                        writer.writerow("" if value is None else value for value in row)


def _row(entry: Entry) -> list[Any]:
    """Return what stands in a student's row, but for the lesson's own columns."""
    texts = (entry.student, entry.last_name, entry.first_name, entry.email)
    person = [entry.handed_in, *map(shown_in_table, texts)]
    if not entry.graded:
        return [*person, None, None, None, NO_GRADE]
    raw = sum(grade.points for grade in entry.grades)
    status = BY_HAND if entry.to_grade else GRADED
    return [*person, raw, entry.penalty, entry.points, status]
