"""The gradebook as a file for spreadsheets: `nbgrader export`, with what is safe to open.

nbgrader's own plugin writes 0.0 for whoever has no grade. Here that stays blank, with a status,
which also says which grades are of an earlier submission.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook
from nbgrader.apps import NbGrader
from nbgrader.plugins import ExportPlugin

from ..grading.penalties import Penalties
from ..lesson.read import LessonError
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
                entries = read_entries(gradebook, assignment.name)
                earlier = self._earlier(assignment.name, entries)
                for entry in entries.values():
                    if not self.student or entry.student in self.student:
                        row = [assignment.name, assignment.duedate, *_row(entry, earlier)]
                        row.insert(-1, assignment.max_score)
                        writer.writerow("" if value is None else value for value in row)

    def _earlier(self, lesson: str, entries: Mapping[str, Entry]) -> dict[str, str]:
        """Return whose grade is of an earlier submission or version of a lesson, and why."""
        # Loaded here, since every command of nbgrader's loads this module.
        from ..grading.coordinator import Grader
        from .states import GRADED as CURRENT
        from .states import read_states

        if not isinstance(self.parent, NbGrader):
            return {}
        try:
            states = read_states(Grader(self.parent, lesson), entries.values())
        except LessonError:  # such as of a lesson whose master is gone
            return {}
        found = {student: state for student, state in states.items() if state.status != CURRENT}
        return {student: state.text or state.status for student, state in found.items()}


def _row(entry: Entry, earlier: Mapping[str, str]) -> list[Any]:
    """Return what stands in a student's row, but for the lesson's own columns."""
    texts = (entry.student, entry.last_name, entry.first_name, entry.email)
    person = [entry.handed_in, *map(shown_in_table, texts)]
    if not entry.graded:
        return [*person, None, None, None, NO_GRADE]
    raw = sum(grade.points for grade in entry.grades)
    status = earlier.get(entry.student) or (BY_HAND if entry.to_grade else GRADED)
    return [*person, raw, entry.penalty, entry.points, shown_in_table(status)]
