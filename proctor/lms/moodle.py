"""Moodle: *Download all submissions*, the grading worksheet, and feedback files as a zip."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

from ..submission.clean import few, shown
from ..submission.handed_in import composed
from .platform import WHICH_COLUMN, Column, Owned, Person, Platform, number_in
from .table import Table, TableError

# The first part of a path, or in a flat zip the beginning of a name. Moodle writes no underscore
# of a student's name.
FOLDER = re.compile(
    r"(?P<name>[^_/]*)_(?P<number>\d+)_assignsubmission_(?P<kind>file|onlinetext)(?:_/|/|_)"
)
# Parts of the worksheet's status, in any language: "10 hours 5 mins late" has a number before a
# word, and "Extension granted until: Tuesday, 2 March 2027, 11:59 PM" year and time of day.
PARTS = " - "
SPAN, YEAR, CLOCK = re.compile(r"\d+ [^\W\d]"), re.compile(r"\d{4}"), re.compile(r"\d[:.h]\d\d")
# Headers are in the language of whoever downloads, and so is this word.
ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
NO_ADDRESS = (
    "In the column {title}, these have no mail address, or not one of their own: {names}. Students "
    "are known by it, so correct it there, or empty the whole column."
)
PARTICIPANT = re.compile(r"\D+ ?(\d+)$")


class Moodle(Platform):
    """Moodle."""

    @classmethod
    def knows(cls, table: Table) -> bool:
        """Whether a table is a grading worksheet."""
        first = [cell for cell in table.column(0) if cell]
        return bool(first) and all(map(PARTICIPANT.match, first))

    def people(self) -> list[Person]:
        """Return the participants.

        A participant's number is another in each assignment, so the key is the mail address where
        everybody has one.
        """
        emails, names, grades = self._emails(), self._names(), self._grades()
        # Names, grades and comments may hold anything.
        status = slice(2 if names else 1, grades[0] if len(grades) == 1 else None)
        times = self._times(grades[0] + 2) if len(grades) == 1 else []
        found = []
        for row, identifier in enumerate(self.table.column(0), 1):
            if match := PARTICIPANT.match(identifier):
                email = emails[row - 1] if emails else ""
                first, _, last = names[row - 1].rpartition(" ") if names else ("", "", "")
                student = composed(email.casefold()) or match[1]
                said = parts_of(self.table.rows[row][status])
                found.append(
                    Person(
                        student,
                        match[1],
                        row,
                        first,
                        last,
                        email,
                        any(map(is_late, said)),
                        times[row - 1] if times else "",
                        next(filter(is_extension, said), ""),
                    )
                )
        return found

    def owner(self, path: PurePosixPath, people: Mapping[str, Person]) -> Owned | None:
        """Return whose a file is."""
        match = FOLDER.match(str(path))
        if match is None:
            return None
        file = str(path)[match.end() :]
        # The page stands in the folder, or where the zip is flat beside it, of the file.
        folder = f"{match['name']}_{match['number']}_assignsubmission_file/"
        typed = match["kind"] == "onlinetext"
        return Owned(match["number"], PurePosixPath(file), folder, typed=typed)

    def column(self, lesson: str, wanted: str | None) -> Column:
        """Return the column of grades: the one before that of the maximum.

        That is a column in which the same number stands in each row.
        """
        found = [self.named_column(wanted)] if wanted else self._grades()
        if len(found) != 1:
            text = f"Its columns are: {', '.join(self.table.header)}."
            raise TableError(WHICH_COLUMN.format(found=text))
        maxima = {number_in(cell) for cell in self.table.column(found[0] + 1)} - {None}
        return Column(found[0], max(filter(None, maxima)) if len(maxima) == 1 else None)

    def has_comma(self, column: Column) -> bool:
        """Whether grades, or their maxima in the next column, have a decimal comma."""
        return self.table.has_comma(column.number, column.number + 1)

    def _grades(self) -> list[int]:
        """Return which columns may be that of the grades."""
        titles = [title.casefold() for title in self.table.header]
        if "maximum grade" in titles:
            return [titles.index("maximum grade") - 1]
        return [n for n in range(1, len(titles) - 1) if self._is_maximum(n + 1, n)]

    def _names(self) -> list[str]:
        """Return the column of names, if there is one: with blind marking, it is the status.

        Then grades may follow at once. Else, most people have a name of their own, while what a
        status begins with is the same for many.
        """
        cells = self.table.column(1)
        different = {cell.partition(" - ")[0] for cell in cells}
        is_other = self._grades() == [2] or all(map(ADDRESS.fullmatch, cells))
        return [] if is_other or 2 * len(different) <= len(cells) else cells

    def _is_maximum(self, number: int, before: int) -> bool:
        """Whether a column holds maxima, and the one before it grades or nothing."""
        values = set(self.table.column(number))
        grades = [cell for cell in self.table.column(before) if cell]
        return (
            len(values) == 1
            and number_in(values.pop()) is not None
            and all(number_in(cell) is not None for cell in grades)
        )

    def _times(self, first: int) -> list[str]:
        """Return the column of when something was handed in, if there is one.

        It is the first one with times behind those of grade and maximum, `first`, and of at most
        two others. Of nobody but those who handed in nothing it says nothing.
        """
        for number in range(first, min(first + 3, len(self.table.header))):
            cells = ["" if cell == "-" else cell for cell in self.table.column(number)]
            if all(YEAR.search(cell) and CLOCK.search(cell) for cell in cells if cell):
                return cells
        return []

    def _emails(self) -> list[str]:
        """Return the column of mail addresses, if there is one.

        Raises
        ------
        TableError
            If somebody in it has no address of their own: by another id they, or all, would be
            taken in a second time.
        """
        for number, title in enumerate(self.table.header[1:], 1):
            cells = self.table.column(number)
            used = Counter(cell.casefold() for cell in cells if ADDRESS.fullmatch(cell))
            if 2 * used.total() > len(cells):
                names = zip(self.table.column(0), cells, strict=True)
                if odd := [name for name, cell in names if used[cell.casefold()] != 1]:
                    raise TableError(NO_ADDRESS.format(title=shown(title), names=few(odd)))
                return cells
        return []


def parts_of(cells: Iterable[str]) -> list[str]:
    """Return what cells say after the status itself, of which lateness and more time are parts."""
    return [part.strip() for cell in cells for part in cell.split(PARTS)[1:]]


def is_late(part: str) -> bool:
    """Whether a part of a status says by how much somebody was late.

    >>> is_late("1 day 3 hours late"), is_late("Extension granted until: 2 March 2027, 11:59 PM")
    (True, False)
    """
    return bool(SPAN.search(part)) and ":" not in part and not YEAR.search(part)


def is_extension(part: str) -> bool:
    """Whether a part of a status says until when somebody has more time."""
    return bool(YEAR.search(part) and CLOCK.search(part))
