"""What a feedback page says of a submission as a whole: of which lesson, whose, when, how late."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from nbgrader.api import Gradebook, SubmittedAssignment

from ..submission.clean import full_name


@dataclass(frozen=True)
class Titles:
    """What a lesson calls itself and its parts.

    Attributes
    ----------
    lesson : str
        Its first heading, or nothing.
    sections : mapping of str to str
        The heading above each solution cell, by `grade_id`.
    """

    lesson: str = ""
    sections: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class About:
    """A submission as a whole.

    Attributes
    ----------
    titles : Titles
    student : str
        A name, or the folder's name if the gradebook has none.
    handed_in : str
        When, in words; empty if that is not known.
    late : str
        How much too late, in words; empty if it came in time.
    to_grade : frozenset of str
        Cells of the notebook that a person has yet to grade, by `grade_id`.
    changed : frozenset of str
        Those of them that a person has graded before they changed.
    """

    titles: Titles = field(default_factory=Titles)
    student: str = ""
    handed_in: str = ""
    late: str = ""
    to_grade: frozenset[str] = frozenset()
    changed: frozenset[str] = frozenset()


def read_about(master: Path, gradebook: Gradebook, lesson: str, student: str) -> About:
    """Return what the gradebook and the master say of a submission.

    Parameters
    ----------
    master : Path
        The lesson's notebook in the instructor's edition.
    gradebook : Gradebook
    lesson, student : str
        Names of their folders.

    Raises
    ------
    MissingEntry
        If the gradebook has no such submission.
    """
    entry: SubmittedAssignment = gradebook.find_submission(lesson, student)
    to_grade = {
        grade.name: grade.manual_score
        for notebook in entry.notebooks
        for grade in notebook.grades
        if notebook.name == master.stem and grade.needs_manual_grade
    }
    return About(
        read_titles(master),
        full_name(entry.student.first_name, entry.student.last_name) or student,
        date_in_words(entry.timestamp) if entry.timestamp else "",
        duration_in_words(entry.total_seconds_late),
        frozenset(to_grade),
        frozenset(name for name, by_hand in to_grade.items() if by_hand is not None),
    )


def read_titles(master: Path) -> Titles:
    """Return the headings of a master."""
    lesson, section = "", ""
    sections: dict[str, str] = {}
    for cell in json.loads(master.read_text(encoding="utf-8"))["cells"]:
        nbgrader = cell["metadata"].get("nbgrader", {})
        if cell["cell_type"] == "markdown":
            for level, text in re.findall(r"^(##?) +(.+)$", "".join(cell["source"]), re.M):
                if level == "##":
                    section = _plain(text)
                else:
                    lesson = lesson or _plain(text)
        if nbgrader.get("solution"):
            sections[nbgrader["grade_id"]] = section
    return Titles(lesson, sections)


def date_in_words(moment: datetime) -> str:
    """Return a moment that the gradebook has, which is in UTC."""
    return f"{moment.day} {moment:%B %Y, %H:%M} UTC"


def due_in_words(moment: datetime) -> str:
    """Return a due date in UTC, as the gradebook has it, and as clocks here show it then."""
    here = moment.replace(tzinfo=UTC).astimezone()
    if not here.utcoffset():
        return date_in_words(moment)
    return f"{date_in_words(moment)}, which is {here.day} {here:%B, %H:%M %Z} here"


def duration_in_words(seconds: float) -> str:
    """Return how long it is, in its two largest units; nothing for less than a second."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    units = {"day": days, "hour": hours, "minute": minutes, "second": rest}
    parts = [f"{number} {unit}{'s' * (number > 1)}" for unit, number in units.items() if number]
    return " and ".join(parts[:2])


def _plain(heading: str) -> str:
    """Return a heading without the marks of Markdown."""
    return re.sub(r"[`*$]", "", heading).strip()
