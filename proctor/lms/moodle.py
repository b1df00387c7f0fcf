"""Moodle: *Download all submissions*, the grading worksheet, and feedback files as a zip."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
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
# In the worksheet's status, in any language: "Submitted for grading - 10 hours 5 mins late". What
# says until when somebody has more time holds the time of a day.
LATE = re.compile(r" - \d+ [^\W\d][^:]*$")
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
        emails = self._emails()
        names = self._names()
        found = []
        for row, identifier in enumerate(self.table.column(0), 1):
            if match := PARTICIPANT.match(identifier):
                email = emails[row - 1] if emails else ""
                first, _, last = names[row - 1].rpartition(" ") if names else ("", "", "")
                student = composed(email.casefold()) or match[1]
                found.append(Person(student, match[1], row, first, last, email))
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
        person = people.get(match["number"])
        late = person is not None and self._is_late(person)
        return Owned(match["number"], PurePosixPath(file), folder, late, typed)

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

    def _is_late(self, person: Person) -> bool:
        """Whether the worksheet's status says that somebody handed in late."""
        # Number and name come first.
        return any(map(LATE.search, self.table.rows[person.row][2:]))

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
