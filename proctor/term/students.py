"""Take a student out of the course, or give one more time."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps import NbGrader

from ..grading.lock import alone_with
from ..grading.penalties import Penalties
from ..grading.staging import remove
from ..lesson.read import find_assignment
from ..lms.collect import is_key
from ..lms.history import HISTORY
from ..lms.record import Downloads
from ..lms.table import TableError
from ..report.about import date_in_words
from ..submission.clean import shown
from ..submission.handed_in import composed
from ..submission.timestamp import TimeError, parse

NOT_KNOWN = "Neither the gradebook nor a folder of the course knows a student {student!r}."
NOT_GRADED = "{student!r} cannot be the name of a folder, so nothing of that name is graded."
NO_DUE_DATE = (
    "{lesson} has no due date. `nbgrader db assignment add {lesson} --duedate "
    '"2027-03-01 23:59 UTC"` sets one.'
)
MOST_YEARS = 10
TOO_LATE = "{until} is more than {years} years after the due date."
NOT_LATER = "{until} is not after the due date, {due}."
UNTIL = "{time!r} is no time that is clear: write 2027-03-01 23:59 UTC"
EXTENDED = "{student} may hand in {lesson} until {until}. Penalties are up to date."


class StudentError(Exception):
    """Something cannot be done for a student; the text says why."""


def places_of(course: NbGrader, student: str) -> list[Path]:
    """Return the folders that hold something of a student."""
    root, folders = Path(course.coursedir.root), course.coursedir
    steps = (folders.submitted_directory, folders.autograded_directory, folders.feedback_directory)
    parents = [root / step for step in steps]
    parents += sorted((root / HISTORY).iterdir()) if (root / HISTORY).is_dir() else []
    # A folder may have its letters taken apart, and is this student's all the same.
    return [
        path
        for parent in parents
        if parent.is_dir()
        for path in sorted(parent.iterdir())
        if composed(path.name) == composed(student)
    ]


def check_known(course: NbGrader, student: str) -> list[Path]:
    """Return where something of a student is; raise `StudentError` if there is nothing."""
    # Hidden files and folders are the course's own, and nbgrader sees no student in them.
    if student.startswith("."):
        raise StudentError(NOT_KNOWN.format(student=shown(student)))
    places = places_of(course, student)
    with Gradebook(course.coursedir.db_url, course.coursedir.course_id) as gradebook:
        known = {one.id for one in gradebook.students}
    if not places and not {student, composed(student)} & known:
        raise StudentError(NOT_KNOWN.format(student=shown(student)))
    return places


def remove_student(course: NbGrader, student: str) -> None:
    """Remove all that the course has of a student: folders, grades, and the row in lists."""
    folders = course.coursedir
    with (
        alone_with(Path(folders.root, folders.autograded_directory)),
        Gradebook(folders.db_url, folders.course_id) as gradebook,
    ):
        places = check_known(course, student)
        # If this is interrupted, the student is still known for another try.
        for lesson in [assignment.name for assignment in gradebook.assignments]:
            downloads = Downloads(course, lesson)
            if downloads.roster.exists():
                _leave_lists(downloads, composed(student))
        for path in places:
            remove(path)
        for key in {student, composed(student)}:
            # Known by a folder alone, perhaps one whose name is no text.
            with suppress(MissingEntry, UnicodeEncodeError):
                gradebook.remove_student(key)


def _leave_lists(downloads: Downloads, student: str) -> None:
    """Take a student out of what was downloaded for a lesson."""
    record = downloads.record()
    record.forget(student)
    try:
        platform = downloads.platform(None, None)
    except TableError:
        downloads.keep(record)
        return
    rows = {person.row for person in platform.people() if person.student == student}
    table = platform.table
    kept = [row for number, row in enumerate(table.rows) if number not in rows]
    table.rows[:] = kept
    downloads.keep(record, table)


def extend(course: NbGrader, lesson: str, student: str, until: str) -> str:
    """Let a student hand in later; return what was understood.

    Raises
    ------
    StudentError
        If the time is not clear, or there is no due date before it, or no such student.
    LessonError
        If the gradebook does not know the lesson.
    """
    try:
        moment = parse(" ".join(until.split())).time.astimezone(UTC).replace(tzinfo=None)
    except (TimeError, ValueError, OverflowError):
        raise StudentError(UNTIL.format(time=until)) from None
    student, folders = composed(student), course.coursedir
    with Gradebook(folders.db_url, folders.course_id) as gradebook:
        due: datetime | None = find_assignment(gradebook, lesson).duedate
        if due is None:
            raise StudentError(NO_DUE_DATE.format(lesson=lesson))
        if moment <= due:
            raise StudentError(
                NOT_LATER.format(until=date_in_words(moment), due=date_in_words(due))
            )
        if moment.year > due.year + MOST_YEARS:
            raise StudentError(TOO_LATE.format(until=date_in_words(moment), years=MOST_YEARS))
        check_known(course, student)
        if not is_key(student):
            raise StudentError(NOT_GRADED.format(student=shown(student)))
        if student not in {one.id for one in gradebook.students}:
            gradebook.add_student(student)
        # nbgrader keeps extensions with submissions, so this makes one that has no grade yet.
        # SQLAlchemy warns of how nbgrader puts one together if it looks in between.
        with gradebook.db.no_autoflush:
            gradebook.update_or_create_submission(lesson, student)
        seconds = (moment - due).total_seconds()
        gradebook.grant_extension(lesson, student, minutes=seconds / 60)
        Penalties(course).update(gradebook, lesson, [student])
    return EXTENDED.format(student=shown(student), lesson=lesson, until=date_in_words(moment))
