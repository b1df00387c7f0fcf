"""The gradebook as a file for spreadsheets: `nbgrader export`, with what is safe to open."""

from __future__ import annotations

import csv
import io
import locale
from types import SimpleNamespace
from typing import Any

from nbgrader.api import Gradebook
from nbgrader.plugins import CsvExportPlugin

from ..submission.clean import shown_in_table

COLUMNS = ("id", "last_name", "first_name", "email")


class ExportClean(CsvExportPlugin):  # type: ignore[misc]
    """nbgrader's export, in which a name is neither a formula nor several columns."""

    def export(self, gradebook: Gradebook) -> None:
        """Write the file; called by ``nbgrader export``."""
        students = [
            SimpleNamespace(**{name: _field(getattr(student, name)) for name in COLUMNS})
            for student in gradebook.students
        ]
        super().export(
            SimpleNamespace(
                students=students,
                assignments=gradebook.assignments,
                find_submission=gradebook.find_submission,
            )
        )


class Field(str):
    """A text that is itself for the gradebook, and a field of CSV when nbgrader writes it."""

    __slots__ = ()

    def __format__(self, form: str) -> str:
        """Return the field; called by `str.format`."""
        # The file is in the terminal's encoding, which may lack a letter of a name.
        encoding = locale.getpreferredencoding(False)
        text = shown_in_table(str(self)).encode(encoding, "backslashreplace").decode(encoding)
        line = io.StringIO()
        csv.writer(line, lineterminator="").writerow([text])
        return line.getvalue()


def _field(value: Any) -> Any:
    return Field(value) if isinstance(value, str) else value
