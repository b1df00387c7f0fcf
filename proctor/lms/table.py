"""A CSV file of an LMS, which is read and written back as it came: separators, encoding, ends."""

from __future__ import annotations

import csv
import io
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..files import whole
from ..submission.clean import FORMULA, later_formula, shown, shown_text

UNREADABLE = "{name} is no CSV file that can be read: {reason}"
NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")
# A dash and a blank begin a list in a teacher's comment, a dash alone is Moodle's for nothing.
# Words are no formula as long as they call no function and no program.
NO_FORMULA = re.compile(r"\s*-(?:\s(?![\d(+=@-])(?:(?!\||\w\s*\().)*)?", re.DOTALL)
MAX_BYTES = 50_000_000


class TableError(Exception):
    """A CSV file is not what it has to be; the text says why."""


@dataclass(frozen=True)
class Table:
    """The rows of a CSV file, and how it was written.

    Attributes
    ----------
    rows : list of list of str
        The header first.
    delimiter, encoding, newline : str
    quoted : bool
        Whether every field stood in quotes.
    """

    rows: list[list[str]]
    delimiter: str = ","
    encoding: str = "utf-8"
    newline: str = "\n"
    quoted: bool = False

    @property
    def header(self) -> list[str]:
        """The names of the columns."""
        return [name.strip() for name in self.rows[0]]

    def column(self, number: int) -> list[str]:
        """Return what stands below a column's name; empty where a row is too short."""
        return [row[number].strip() if number < len(row) else "" for row in self.rows[1:]]

    def of_numbers(self) -> list[int]:
        """Return the columns that hold nothing but numbers."""
        cells = [list(filter(None, self.column(number))) for number in range(len(self.header))]
        return [number for number, found in enumerate(cells) if all(map(NUMBER.fullmatch, found))]

    def has_comma(self, *columns: int) -> bool:
        """Whether the numbers of some columns are written with a decimal comma."""
        cells = [cell for number in columns for cell in self.column(number)]
        numbers = [cell for cell in cells if NUMBER.fullmatch(cell)]
        return any("," in cell for cell in numbers) and not any("." in cell for cell in numbers)

    def write(self, path: Path, as_it_came: bool = False) -> None:
        """Write the rows as the file was written that they came from.

        Parameters
        ----------
        path : Path
        as_it_came : bool, optional
            Whether it is for us alone. Else no cell is a formula.
        """
        text = io.StringIO()
        quoting: Any = csv.QUOTE_ALL if self.quoted else csv.QUOTE_MINIMAL
        writer = csv.writer(
            text, delimiter=self.delimiter, lineterminator=self.newline, quoting=quoting
        )
        for row in self.rows:
            writer.writerow(row if as_it_came else [harmless(cell, self.delimiter) for cell in row])
        data = text.getvalue().encode(self.encoding)
        if path.exists() and not path.is_file():  # such as /dev/stdout
            path.write_bytes(data)
            return
        path = path.resolve()
        with whole(path) as part:
            part.write_bytes(data)
            if path.exists():
                shutil.copymode(path, part)


def harmless(cell: str, delimiter: str = ",") -> str:
    """Return a cell that a spreadsheet takes for text or a number, whatever separates cells there.

    >>> harmless("=1+1"), harmless("-2.5"), harmless("- good")
    ("'=1+1", '-2.5', '- good')
    """
    if NUMBER.fullmatch(cell.strip()):
        return cell
    # Marks that turn text around hide what it says.
    text = "\r\n".join(map(shown_text, cell.split("\r\n")))
    # A cell with the file's own delimiter stands in quotes.
    text = later_formula(delimiter).sub("'", text)
    return f"'{text}" if FORMULA.match(cell) and not NO_FORMULA.fullmatch(cell) else text


def read_table(path: Path) -> Table:
    """Read a CSV file with comma, semicolon or tab between columns.

    Raises
    ------
    TableError
        If that cannot be done.
    """
    name = shown(path.name)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise TableError(UNREADABLE.format(name=name, reason=error.strerror)) from None
    if len(data) > MAX_BYTES:
        raise TableError(UNREADABLE.format(name=name, reason="it is too large"))
    try:
        text, encoding = _decoded(data)
    except UnicodeDecodeError as error:
        raise TableError(UNREADABLE.format(name=name, reason=error.reason)) from None
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        rows = _rows(text, delimiter)
    except csv.Error as error:
        raise TableError(UNREADABLE.format(name=name, reason=error)) from None
    if not rows or len(rows[0]) < 2:
        raise TableError(UNREADABLE.format(name=name, reason="it has no columns"))
    newline = "\r\n" if "\r\n" in text else "\n"
    quoted = first.count('"') >= 2 * len(rows[0])
    return Table(rows, delimiter, encoding, newline, quoted)


def _rows(text: str, delimiter: str) -> list[list[str]]:
    """Return the rows that are not empty, however long a cell is: the file is bounded."""
    limit = csv.field_size_limit(MAX_BYTES)  # for the whole process
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        return [row for row in reader if row]
    finally:
        csv.field_size_limit(limit)


def _decoded(data: bytes) -> tuple[str, str]:
    """Return text and encoding; spreadsheets on Windows write neither UTF-8 nor a word of it."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16"), "utf-16"
    for encoding in ("utf-8-sig" if data.startswith(b"\xef\xbb\xbf") else "utf-8", "cp1252"):
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1"), "latin-1"
