"""The marks in a master's cells between which nbgrader takes lines out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

# As nbgrader looks for them, anywhere in a line.
MARKS = (("BEGIN SOLUTION", "END SOLUTION"), ("BEGIN HIDDEN TESTS", "END HIDDEN TESTS"))
UNPAIRED = (
    "cell {cell} has a line {mark!r} without its {other!r}. Students would get what is not meant "
    "for them, or lack what is: put each of the two into a line of its own"
)


def unpaired_mark(cells: Iterable[Mapping[str, Any]]) -> str:
    """Return in words which mark of a notebook's cells stands without its other, if one does."""
    for number, cell in enumerate(cells, start=1):
        lines = "".join(cell["source"]).splitlines()
        for begin, end in MARKS:
            marks = [mark for line in lines for mark in (begin, end) if mark in line]
            wrong = next(
                (mark for place, mark in enumerate(marks) if mark != (begin, end)[place % 2]),
                begin if len(marks) % 2 else "",
            )
            if wrong:
                name = cell["metadata"].get("nbgrader", {}).get("grade_id", number)
                other = end if wrong == begin else begin
                return UNPAIRED.format(cell=name, mark=wrong, other=other)
    return ""
