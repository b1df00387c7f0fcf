"""Answers in words that do not stand in the cell that is made for them."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from ..lesson import GradedCell
from .additions import UnreadableError, read

if TYPE_CHECKING:
    from .repair import StudentCell

# How many characters of code are read in search of words.
READ_IN_ALL = 100_000
# Stands in the answer's cell, so that a person is asked to grade it.
LOOK_ELSEWHERE = (
    "*No answer was found here, but other cells of this notebook hold text that is not the "
    "lesson's. Look there before you grade this.*"
)


def parts_of_answer(cells: list[StudentCell], graded: GradedCell) -> list[str]:
    """Return what was written into the cells of an answer, which may have been split or copied."""
    texts = [cell.source.strip() for cell in cells if cell.claim == graded.name]
    return [text for text in dict.fromkeys(texts) if text and text != graded.source.strip()]


def own_texts(cells: list[StudentCell], lesson_texts: Collection[str]) -> list[StudentCell]:
    """Return the cells that hold text of the student's own."""
    return [
        cell
        for cell in cells
        if cell.claim is None
        and cell.cell_type != "code"
        and cell.source.strip()
        and cell.source.strip() not in lesson_texts
    ]


def may_hold_words(cells: list[StudentCell], lesson_texts: Collection[str]) -> bool:
    """Whether text of the student's own stands anywhere, be it in a code cell."""
    if own_texts(cells, lesson_texts):
        return True
    left = READ_IN_ALL
    for cell in cells:
        if cell.claim is None and cell.cell_type == "code":
            left -= len(cell.source)
            if left < 0:
                break
            try:
                read(cell.source)
            except UnreadableError:
                return True
    return False
