"""What is printed may hold what students wrote, and the terminal may know few letters."""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Literal

from ..submission.clean import shown_text

if TYPE_CHECKING:
    from rich.console import Console


def write_unknown_letters_out() -> None:
    """Let what the encoding of standard output lacks be printed as Python writes it."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


class CleanLog(logging.Filter):
    """Takes from a log what a terminal would obey, tracebacks included."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Clean one record; called by its logger."""
        record.msg, record.args = shown_text(record.getMessage()), None
        if record.exc_info:
            trace = logging.Formatter().formatException(record.exc_info)
            # Where a formatter looks before it makes one.
            record.exc_text = shown_text(trace)
        return True


def console() -> Console:
    """Return what prints texts as they are."""
    from rich.console import Console

    # A file or a pipe must not be folded to 80 columns.
    width = None if sys.stdout.isatty() else 300
    return Console(width=width, markup=False, emoji=False, highlight=False)


def print_rows(
    title: str,
    columns: Iterable[str],
    rows: Iterable[tuple[str, ...]],
    numbers: Collection[str] = (),
) -> None:
    """Print a table, if there is anything in it; columns of `numbers` are flush right.

    A line break in a cell becomes a blank: what follows it would look like a row of its own.
    """
    # Loaded here, since every command of proctor loads this module when it starts.
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD)
    for column in columns:
        justify: Literal["left", "right"] = "right" if column in numbers else "left"
        table.add_column(column, justify=justify, overflow="fold")
    for row in rows:
        table.add_row(*(Text(shown_text(" ".join(cell.splitlines()))) for cell in row))
    if table.row_count:
        console().print(table)
