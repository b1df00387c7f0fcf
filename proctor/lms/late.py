"""Who was late, says the LMS, and loses nothing for it, since no time is known."""

from __future__ import annotations

from collections.abc import Sequence

from nbgrader.api import Gradebook
from nbgrader.apps import NbGrader

from ..grading.penalties import Penalties
from ..report.entries import read_entries
from .record import Downloads

NO_TIME = (
    "late, says the LMS; no time is known, so nothing is taken off: write it into timestamp.txt "
    "beside the notebook, and run this again"
)


def late_without_time(course: NbGrader, lesson: str, students: Sequence[str]) -> list[str]:
    """Return those of some students who were late and lose nothing, though being late costs.

    Without a due date, or as long as the course takes nothing off, nobody has to look up a time.
    """
    late = set(Downloads(course, lesson).record().late).intersection(students)
    if not late or Penalties(course).are_none:
        return []
    folders = course.coursedir
    with Gradebook(folders.db_url, folders.course_id) as gradebook:
        entries = read_entries(gradebook, lesson)
    found = [entries[student] for student in sorted(late) if student in entries]
    return [one.student for one in found if one.graded and one.due and one.handed_in is None]
