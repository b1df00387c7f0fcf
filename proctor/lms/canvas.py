"""Canvas: *Download Submissions*, the gradebook as CSV, and feedback by *Upload Submissions*."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePosixPath

from .platform import WHICH_COLUMN, Column, Owned, Person, Platform, number_in
from .table import Table, TableError

# Wherever in a name a student and an attachment may stand: a student may choose both names.
IDS = re.compile(r"(?=(_LATE)?_([0-9]+)_(?:([0-9]+)_(.+)|(text|link)\.html)$)")
ANONYMOUS = re.compile(r"(LATE_)?anon_([^_]+)_(?:(\d+)_)?(.+)$")
# A name that the student used before gets a number, or letters when those have run out.
VERSION = re.compile(r"-(?:\d|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?=\.[^.]+$)")
SOMEBODY, DIGIT = "student", re.compile(r"\d")
POINTS, READ_ONLY = "points possible", "(read only)"
TITLE = re.compile(r"(.*) \(\d+\)$", re.DOTALL)


class Canvas(Platform):
    """Canvas."""

    @classmethod
    def knows(cls, table: Table) -> bool:
        """Whether a table is Canvas's gradebook."""
        header = table.header
        return header[0] == "Student" and "ID" in header and "Section" in header

    def people(self) -> list[Person]:
        """Return those who have an id; *Points Possible* and the test student are none."""
        header = self.table.header
        ids = self.table.column(header.index("ID"))
        logins = self.table.column(header.index("SIS Login ID")) if "SIS Login ID" in header else []
        found = []
        for row, (student, number) in enumerate(zip(self.table.column(0), ids, strict=True), 1):
            if number.isascii() and number.isdecimal():
                last, _, first = student.partition(",")
                login = logins[row - 1] if logins else ""
                email = login if "@" in login else ""
                found.append(Person(number, number, row, first.strip(), last.strip(), email))
        return found

    def owner(self, path: PurePosixPath, people: Mapping[str, Person]) -> Owned | None:
        """Return whose a file is.

        Names of students and of files may hold what looks like ids; see `_likely`.
        """
        name = path.name
        if anonymous := ANONYMOUS.match(name):
            late, number, _, file = anonymous.groups()
            # Somebody whose name begins so may have chosen another's ids.
            place = "" if number.isdecimal() else name[: -len(file)]
            return Owned(f"anon_{number}", _named(file), place, bool(late))
        found = list(IDS.finditer(name))
        known = _likely(found, people) if len({ids[2] for ids in found}) > 1 else found
        if len({ids[2] for ids in known}) != 1:
            return None
        late, number, attachment, file, typed = known[0].groups()
        if typed:
            return Owned(number, PurePosixPath(f"{typed}.html"), "", bool(late), typed=True)
        # Canvas takes the first two numbers between underscores for student and attachment.
        student = name[: known[0].start()]
        begin = SOMEBODY if DIGIT.search(student) else student
        place = f"{begin}{late or ''}_{number}_{attachment}_"
        return Owned(number, _named(file), place, bool(late))

    def column(self, lesson: str, wanted: str | None) -> Column:
        """Return the assignment of a lesson: the one of its name, or the only one."""
        header = self.table.header
        after = header.index("Section") + 1
        totals = [READ_ONLY in cell for cell in self._points()]
        titles = {
            number: match[1]
            for number, title in enumerate(header)
            if number >= after and (match := TITLE.match(title)) and not totals[number]
        }
        if wanted:
            numbers = [n for n, title in titles.items() if wanted in (title, header[n])]
        else:
            same = [n for n, title in titles.items() if title.casefold() == lesson.casefold()]
            numbers = same or list(titles)
        if len(numbers) != 1:
            found = f"Its assignments are: {', '.join(titles.values()) or 'none'}."
            raise TableError(WHICH_COLUMN.format(found=found))
        return Column(numbers[0], number_in(self._points()[numbers[0]]))

    def filled(self, column: Column, grades: Mapping[int, str]) -> Table:
        """Return the columns of information and the assignment, of those who have a grade.

        Canvas takes each other column for one that changed, too.
        """
        table = super().filled(column, grades)
        info = range(table.header.index("Section") + 1)
        kept = [
            row
            for number, row in enumerate(table.rows)
            if number == 0 or number in grades or row[0].strip().casefold() == POINTS
        ]
        wide = [row + [""] * (column.number + 1 - len(row)) for row in kept]
        rows = [[row[number] for number in [*info, column.number]] for row in wide]
        return replace(table, rows=rows)

    def _points(self) -> list[str]:
        """Return the row of maxima, as long as the header."""
        width = len(self.table.header)
        for row in self.table.rows[1:4]:
            if row[0].strip().casefold() == POINTS:
                return row + [""] * (width - len(row))
        return [""] * width


def _likely(found: list[re.Match[str]], people: Mapping[str, Person]) -> list[re.Match[str]]:
    """Return which of several ids are those of a student who has the name before them.

    They are none if one of the others may be of somebody who is not in the roster, and so might
    have any name.
    """
    likely = [
        ids
        for ids in found
        if ids[2] in people and _cleaned(people[ids[2]]) == ids.string[: ids.start()]
    ]
    strange = [
        ids
        for ids in found
        if ids[2] not in people
        and not (likely and ids.start() > likely[0].start() and _is_shorter(ids[3], likely[0][3]))
    ]
    return [] if strange else likely


def _is_shorter(number: str | None, other: str | None) -> bool:
    """Whether a number is too short for an attachment: Canvas counts those of all courses on.

    What was typed has none.
    """
    return number is not None and (other is None or len(number) < len(other))


def _named(file: str) -> PurePosixPath:
    """Return a file's name as the student knows it."""
    return PurePosixPath(VERSION.sub("", file))


def _cleaned(person: Person) -> str:
    """Return a name as Canvas writes it before the ids."""
    name = unicodedata.normalize("NFC", f"{person.last_name}, {person.first_name}").lower()
    return re.sub(r"\W", "", name)
