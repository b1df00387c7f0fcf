"""Write grades into a copy of the LMS's own file, and pack feedback pages as it takes them."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.apps import NbGrader

from ..files import whole
from ..grading.coordinator import Grader
from ..grading.penalties import Penalties
from ..grading.staging import holds
from ..report.entries import Entry, read_entries
from ..report.pages import page_digests
from ..report.states import GRADED, NOTHING, State, read_states
from ..submission.clean import shown
from .collect import checked
from .platform import Column, Person, Platform
from .record import Downloads, Record
from .table import TableError

EXCUSED = "EX"
ONLY_PAGE = "feedback.html"
OTHER_MAXIMUM = (
    "The lesson has {ours:g} points, and the column '{name}' in the list has a maximum of "
    "{theirs:g}. Give the LMS's assignment {ours:g} points, or convert with --scale."
)
NO_ZIP = "{path} exists, and may be needed: name another file."
BY_HAND = "a person has yet to grade a part"
IS_EXCUSED = "excused in the LMS"
ABOVE = "{points:g} points are above the maximum: {maximum:g} written"
NOT_IN_ROSTER = "not in the LMS's list, so there is no place for {points:g} points"
NO_PAGE = "no feedback page that is up to date: run `proctor feedback {lesson}`"
NOT_PACKED = "its feedback page is not packed: {why}"
NO_PLACE = "not packed: the LMS's name for the submission is not known; collect it from its zip"


@dataclass
class Exported:
    """What was written.

    Attributes
    ----------
    grades, pages, sent_before : int
        How many grades and feedback pages, and how many pages an earlier zip has.
    remarks : list of tuple of str
        Student, and why there is no grade or no page, or what else is to be said.
    names : dict of str to str
        What students are called, by id.
    """

    grades: int = 0
    pages: int = 0
    sent_before: int = 0
    remarks: list[tuple[str, str]] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)


class Export:
    """What goes back to the LMS for one lesson.

    Parameters
    ----------
    course : NbGrader
    lesson : str
    roster : Path or None
        A newer list of students than the one with which the lesson was collected.

    Raises
    ------
    LessonError, TableError
        If lesson or list cannot be read, or two students in it have one id.
    """

    def __init__(self, course: NbGrader, lesson: str, roster: Path | None) -> None:
        self._course, self._lesson = course, lesson
        self._downloads = Downloads(course, lesson)
        self._platform: Platform = self._downloads.platform(roster, None)
        grader = Grader(course, lesson)
        folders = course.coursedir
        with Gradebook(folders.db_url, folders.course_id) as gradebook:
            Penalties(course).update(gradebook, lesson)
            self._entries = read_entries(gradebook, lesson)
        self._maximum = grader.maximum
        self._states = read_states(grader, self._entries.values())
        people = self._platform.people()
        checked(people)
        # Those whose id cannot be a folder stay, and are named as others without a grade.
        self._people = {person.student: person for person in people}
        names = {student: entry.name for student, entry in self._entries.items()}
        self.exported = Exported(names=names)

    def write_grades(self, target: Path, column: str | None, scale: bool) -> None:
        """Write a copy of the list of students that has the grades.

        Raises
        ------
        TableError
            If it is not clear where they go.
        """
        place = self._platform.column(self._lesson, column)
        factor = self._factor(place, scale)
        comma = self._platform.has_comma(place)
        grades: dict[int, str] = {}
        for student, person in self._people.items():
            entry = self._entries.get(student, Entry(student))
            if (points := self._grade(person, entry, place)) is not None:
                text = f"{round(points * factor, 2):g}"
                grades[person.row] = text.replace(".", ",") if comma else text
        for student in self._entries.keys() - self._people.keys():
            if self._entries[student].graded:
                text = NOT_IN_ROSTER.format(points=self._entries[student].points)
                self.exported.remarks.append((student, text))
        self._platform.filled(place, grades).write(target)
        self.exported.grades = len(grades)

    def _factor(self, column: Column, scale: bool) -> float:
        """Return by what points are multiplied."""
        theirs = column.maximum
        if theirs is None or theirs == self._maximum:
            return 1.0
        if not scale or not self._maximum:
            name = self._platform.table.header[column.number]
            text = OTHER_MAXIMUM.format(ours=self._maximum, theirs=theirs, name=shown(name))
            raise TableError(text)
        return theirs / self._maximum

    def _grade(self, person: Person, entry: Entry, column: Column) -> float | None:
        """Return what a student gets; None, with a remark, where there is no grade to write."""
        row = self._platform.table.rows[person.row]
        before = row[column.number].strip() if column.number < len(row) else ""
        state = self._states.get(person.student, State(NOTHING))
        if before.casefold() == EXCUSED.casefold():
            remark = IS_EXCUSED
        elif state.status != GRADED:
            remark = f"{state.status}: {state.text}" if state.text else state.status
        elif entry.to_grade:
            remark = BY_HAND
        else:
            points = min(entry.points, self._maximum)
            if points < entry.points:
                text = ABOVE.format(points=entry.points, maximum=self._maximum)
                self.exported.remarks.append((person.student, text))
            return points
        self.exported.remarks.append((person.student, remark))
        return None

    def write_feedback(self, target: Path) -> None:
        """Pack the feedback pages that the LMS does not have yet.

        Canvas adds a comment with each upload, so that each page is packed once.

        Raises
        ------
        TableError
            If the zip is there already: the pages in it are packed nowhere else.
        """
        if target.exists():
            raise TableError(NO_ZIP.format(path=target))
        record = self._downloads.record()
        digests = page_digests(self._course, self._lesson)
        with whole(target) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as packed:
            for student, digest in digests.items():
                self._pack(packed, student, digest, record)
        if not self.exported.pages:
            target.unlink()  # it would be in the way of the next one
        self._downloads.keep(record)

    def _pack(self, packed: zipfile.ZipFile, student: str, digest: str, record: Record) -> None:
        """Pack one student's pages, one for each notebook, or say why not."""
        folders = self._course.coursedir
        step = folders.feedback_directory
        folder = Path(folders.format_path(step, student, self._lesson))
        pages = sorted(folder.glob("*.html"))
        state = self._states.get(student, State(GRADED))
        if state.status != GRADED:
            self.exported.remarks.append((student, NOT_PACKED.format(why=state.text)))
        elif not pages or not holds(folder, digest):
            self.exported.remarks.append((student, NO_PAGE.format(lesson=self._lesson)))
        elif not (place := record.places.get(student)):
            self.exported.remarks.append((student, NO_PLACE))
        else:
            contents = {page.name: page.read_bytes() for page in pages}
            sent = digest_of(contents)
            if record.sent.get(student) == sent:
                self.exported.sent_before += len(contents)
                return
            for name, data in contents.items():
                packed.writestr(f"{place}{name if len(contents) > 1 else ONLY_PAGE}", data)
            record.sent[student] = sent
            self.exported.pages += len(contents)


def digest_of(pages: Mapping[str, bytes]) -> str:
    """Return what tells whether a student's pages were packed before, as they are now."""
    if len(pages) == 1:
        (only,) = pages.values()
        return hashlib.sha256(only).hexdigest()  # as earlier versions recorded it
    digest = hashlib.sha256()
    for name, data in pages.items():
        digest.update(f"{name}\0{len(data)}\0".encode())
        digest.update(data)
    return digest.hexdigest()
