"""Answers in words that do not stand in the cell that is made for them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ..lesson import GradedCell
from .additions import UnreadableError, read

if TYPE_CHECKING:
    from .repair import StudentCell

# How many characters of code are read in search of words.
READ_IN_ALL = 100_000
# How many pictures of each part of an answer are kept.
MAX_PICTURES = 100
# Stands in the answer's cell, so that a person is asked to grade it.
LOOK_ELSEWHERE = (
    "*No answer was found here, but other cells of this notebook hold text that is not the "
    "lesson's. Look there before you grade this.*"
)


def parts_of_answer(cells: list[StudentCell], graded: GradedCell) -> list[StudentCell]:
    """Return the cells of an answer that were written into; it may have been split or copied."""
    texts = {cell.source.strip(): cell for cell in reversed(cells) if cell.claim == graded.name}
    found = {id(cell) for text, cell in texts.items() if text not in {"", graded.source.strip()}}
    return [cell for cell in cells if id(cell) in found]


def joined(parts: Iterable[StudentCell]) -> tuple[str, dict[str, Any]]:
    """Return the text of the parts of an answer, and its pictures, each under a name of its own."""
    texts, pictures = [], dict[str, Any]()
    for number, part in enumerate(parts):
        text = part.source.strip()
        attached = part.attachments if isinstance(part.attachments, dict) else {}
        for name, picture in list(attached.items())[:MAX_PICTURES]:
            # Older notebooks call each picture image.png.
            own = f"{number}-{name}" if pictures.get(name, picture) != picture else name
            if own != name:
                for written in {name, quote(name)}:
                    text = text.replace(f"attachment:{written}", f"attachment:{quote(own)}")
            pictures[own] = picture
        texts.append(text)
    return "\n\n".join(texts), pictures


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
