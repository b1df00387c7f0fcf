"""What was last taken from an LMS for a lesson: ``downloaded/LESSON/``.

The list of students is kept as it came, since the LMS takes grades in a copy of it; and with each
student the name under which the LMS wants feedback, with the digests of what the zip held and of
what was packed for the LMS.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from nbgrader.apps import NbGrader

from ..files import whole
from .canvas import Canvas
from .moodle import Moodle
from .other import Other
from .platform import Platform
from .table import Table, TableError, read_table

NOT_COLLECTED = (
    "{folder} does not exist: name the LMS's list of students with --roster, or take in "
    "submissions with `proctor collect {lesson}` first."
)


@dataclass
class Record:
    """What is known of a lesson's last downloads.

    Attributes
    ----------
    pattern : str
    places : dict of str to str
        What a feedback file's name begins with, by student.
    sent : dict of str to str
        Digest of the feedback pages that were last packed, by student.
    taken : dict of str to str
        Digest of the files that the last zip held, by student.
    late : list of str
        Students who were late, says the LMS.
    """

    pattern: str = ""
    places: dict[str, str] = field(default_factory=dict)
    sent: dict[str, str] = field(default_factory=dict)
    taken: dict[str, str] = field(default_factory=dict)
    late: list[str] = field(default_factory=list)

    def take(self, student: str, place: str, digest: str, late: bool) -> None:
        """Keep what is known of a student whose files were taken from a zip."""
        self.places[student], self.taken[student] = place, digest
        self.late = sorted({*self.late, student} if late else {*self.late} - {student})

    def forget(self, student: str) -> None:
        """Leave out a student."""
        for known in (self.places, self.sent, self.taken):
            known.pop(student, None)
        self.late = [one for one in self.late if one != student]


class Downloads:
    """The folder of a lesson's downloads.

    Parameters
    ----------
    course : NbGrader
    lesson : str
    """

    def __init__(self, course: NbGrader, lesson: str) -> None:
        self.folder = Path(course.coursedir.root, "downloaded", lesson)
        self.roster = self.folder / "roster.csv"
        self._file = self.folder / "collected.json"
        self._lesson = lesson

    def record(self) -> Record:
        """Return what is known; nothing if nothing was collected."""
        known: dict[str, Any] = json.loads(self._file.read_text()) if self._file.exists() else {}
        return Record(**known)

    def keep(self, record: Record, table: Table | None = None) -> None:
        """Write what is known, and the list of students as it was read."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with whole(self._file) as part:
            part.write_text(json.dumps(asdict(record), indent=1) + "\n")
        if table is not None:
            table.write(self.roster, as_it_came=True)

    def platform(self, roster: Path | None, pattern: str | None) -> Platform:
        """Return the LMS, by the shape of its list of students.

        Raises
        ------
        TableError
            If there is no such list, or it cannot be read.
        """
        if roster is None and not self.roster.exists():
            text = NOT_COLLECTED.format(folder=self.roster, lesson=self._lesson)
            raise TableError(text)
        table = read_table(roster or self.roster)
        pattern = pattern or self.record().pattern
        if pattern:
            return Other(table, pattern)
        if Canvas.knows(table):
            return Canvas(table)
        return Moodle(table) if Moodle.knows(table) else Other(table)
