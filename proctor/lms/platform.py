"""What every LMS has in common here: whose a file is, who is in the roster, where a grade goes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from ..submission.clean import full_name
from .table import Table, TableError

WHICH_COLUMN = "Name the column for the grades with --column. {found}"
NO_COLUMN = "The file has no column {wanted!r}. It has: {header}."


@dataclass(frozen=True)
class Person:
    """Somebody in the roster.

    Attributes
    ----------
    student : str
        The id that is the name of folders and the gradebook's key; never a name.
    number : str
        The id that the LMS writes into file names.
    row : int
        Where in the table.
    first_name, last_name, email : str
    late : bool
        Whether the table says that they handed in late.
    handed_in : str
        When, as the LMS writes it, if the table says so.
    extension : str
        What the table says of more time that they were given.
    """

    student: str
    number: str
    row: int
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    late: bool = False
    handed_in: str = ""
    extension: str = ""

    @property
    def name(self) -> str:
        """First and last name, as far as they are known."""
        return full_name(self.first_name, self.last_name)


@dataclass(frozen=True)
class Owned:
    """Whose a file is.

    Attributes
    ----------
    number : str
        The LMS's id of the student.
    path : PurePosixPath
        The file's own name or path.
    place : str
        What the name of a feedback file begins with, for the LMS to find the student.
    late : bool
        Whether its name says that it is late.
    typed : bool
        Whether it is what somebody typed into the LMS, in place of a file.
    time : str
        When it was handed in, if the name says so.
    """

    number: str
    path: PurePosixPath
    place: str
    late: bool = False
    typed: bool = False
    time: str = ""


@dataclass(frozen=True)
class Column:
    """Where grades go: a column, and what it takes at most, if the file says so."""

    number: int
    maximum: float | None = None


class Platform(ABC):
    """An LMS, by the shapes of its files.

    Parameters
    ----------
    table : Table
        Its list of students, as it was downloaded.
    """

    def __init__(self, table: Table) -> None:
        self.table = table

    @abstractmethod
    def people(self) -> list[Person]:
        """Return who is in the roster; called by `collect` and `export`."""

    @abstractmethod
    def owner(self, path: PurePosixPath, people: Mapping[str, Person]) -> Owned | None:
        """Return whose a file of a class's zip is, by its path; None if that is not clear.

        Parameters
        ----------
        path : PurePosixPath
        people : mapping of str to Person
            The roster by the LMS's own id.
        """

    @abstractmethod
    def column(self, lesson: str, wanted: str | None) -> Column:
        """Return where the grades of a lesson go; called by `export`.

        Raises
        ------
        TableError
            If that is not clear.
        """

    def has_comma(self, column: Column) -> bool:
        """Whether grades are written with a decimal comma; called by `export`.

        Students write what stands in other columns, such as their names.
        """
        return self.table.has_comma(column.number)

    def filled(self, column: Column, grades: Mapping[int, str]) -> Table:
        """Return the table with `grades` by row in a column; called by `export`."""
        rows = [list(row) for row in self.table.rows]
        for number, grade in grades.items():
            row = rows[number]
            row += [""] * (column.number + 1 - len(row))
            row[column.number] = grade
        return replace(self.table, rows=rows)

    def named_column(self, wanted: str) -> int:
        """Return the number of a column; raise `TableError` if there is none of this name."""
        header = self.table.header
        if wanted not in header:
            raise TableError(NO_COLUMN.format(wanted=wanted, header=", ".join(header)))
        return header.index(wanted)


def number_in(text: str) -> float | None:
    """Return a number that may be written with a decimal comma; None if it is none."""
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        return None
