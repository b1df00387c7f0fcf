"""Any other LMS: a pattern says whose a file is, and a CSV file with a column `id` who there is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath

from nbgrader.plugins import FileNameCollectorPlugin

from ..submission.handed_in import composed
from .platform import WHICH_COLUMN, Column, Owned, Person, Platform
from .table import Table, TableError

NO_ID = (
    "The roster is neither a gradebook of Canvas nor a grading worksheet of Moodle, and it has no "
    "column named id."
)
BAD_PATTERN = "--pattern is no regular expression: {error}."
NO_GROUPS = (
    "--pattern needs two named groups, such as (?P<student_id>[^_]+)_(?P<file_id>.*), and has: "
    "{found}."
)
ABOUT_PEOPLE = ("id", "first_name", "last_name", "email")
NO_PATTERN = "For another LMS than Canvas and Moodle, --pattern says whose a file is."


class Other(Platform):
    """An LMS that is described by a pattern, as `nbgrader zip_collect` takes it.

    Parameters
    ----------
    table : Table
        With a column ``id``; ``first_name``, ``last_name`` and ``email`` may be there.
    pattern : str
        A regular expression with the groups ``student_id`` and ``file_id``.
    """

    def __init__(self, table: Table, pattern: str = "") -> None:
        super().__init__(table)
        self._header = [name.casefold() for name in table.header]
        if "id" not in self._header:
            raise TableError(NO_ID)
        self._pattern = checked_pattern(pattern)

    def people(self) -> list[Person]:
        """Return who has an id."""
        # As the names of files are.
        ids = map(composed, self._column("id"))
        others = map(self._column, ABOUT_PEOPLE[1:])
        return [
            Person(student, student, row, first, last, email)
            for row, (student, first, last, email) in enumerate(zip(ids, *others, strict=True), 1)
            if student
        ]

    def _column(self, name: str) -> list[str]:
        """Return what stands below a name; nothing if there is no such column."""
        if name in self._header:
            return self.table.column(self._header.index(name))
        return [""] * len(self.table.rows[1:])

    def owner(self, path: PurePosixPath, people: Mapping[str, Person]) -> Owned | None:
        """Return whose a file is, as nbgrader's plugin finds it."""
        if not self._pattern:
            raise TableError(NO_PATTERN)
        plugin = FileNameCollectorPlugin(named_regexp=self._pattern, valid_ext=[path.suffix])
        found = plugin.collect(str(path))
        if not found or not found.get("student_id") or not found.get("file_id"):
            return None
        file = PurePosixPath(found["file_id"])
        name = file if file.suffix == path.suffix else PurePosixPath(f"{file}{path.suffix}")
        number = found["student_id"]
        return Owned(number, name, f"{number}_", time=found.get("timestamp") or "")

    def has_comma(self, column: Column) -> bool:
        """Whether grades have a decimal comma; if there are none yet, whether other numbers have.

        Of other columns only those that hold numbers alone, and no name, count.
        """
        if any(self.table.column(column.number)):
            return super().has_comma(column)
        names = {place for place, name in enumerate(self._header) if name in ABOUT_PEOPLE}
        return self.table.has_comma(*(set(self.table.of_numbers()) - names))

    def column(self, lesson: str, wanted: str | None) -> Column:
        """Return the column that is named, or that has the lesson's name."""
        header = self.table.header
        if wanted is None and lesson not in header:
            found = f"Its columns are: {', '.join(header)}."
            raise TableError(WHICH_COLUMN.format(found=found))
        return Column(self.named_column(wanted or lesson))


def checked_pattern(pattern: str) -> str:
    """Return a pattern; raise `TableError` if it cannot say whose a file is. None may be needed."""
    if not pattern:
        return pattern
    try:
        groups = re.compile(pattern).groupindex.keys()
    except re.error as error:
        raise TableError(BAD_PATTERN.format(error=error)) from None
    if not {"student_id", "file_id"} <= groups:
        raise TableError(NO_GROUPS.format(found=", ".join(groups) or "none"))
    return pattern
