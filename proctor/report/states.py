"""What there is of each student in a lesson: a grade, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from ..grading.coordinator import Grader
from ..grading.staging import OUT_OF_DATE, UNWRITTEN, digest_of
from ..submission.intake import RefusedError
from .entries import Entry

GRADED, NOTHING, REFUSED, WAITING = "graded", "nothing handed in", "refused", "not graded"
NOT_GRADED = "handed in, and not graded: `proctor autograde {lesson}` grades it or says why not"
CHANGED = "handed in again, and that is not graded; the grade is of an earlier submission"
OLDER = (
    "graded by an earlier version of the lesson, or with other limits: `proctor autograde "
    "{lesson}` grades it again, or says why not"
)
INTERRUPTED = (
    "grading was interrupted, so the grade may be an earlier one: "
    "`proctor autograde {lesson}` ends it"
)
MISSING = (
    "the graded notebook is missing, so the grade may be of an earlier submission: "
    "`proctor autograde {lesson}` grades it again"
)
EARLIER = "; the grade is of an earlier submission"


@dataclass(frozen=True)
class State:
    """What there is of a student: one of the words above, and what else is to be said.

    What a behaviour is worth may have changed since an earlier version of the lesson.
    """

    status: str
    text: str = ""
    is_older: bool = False


def read_states(grader: Grader, entries: Collection[Entry]) -> dict[str, State]:
    """Return what there is of each student whom gradebook or submissions know, by student."""
    known = {entry.student: entry for entry in entries}
    try:
        handed_in = set(grader.submissions())
    except FileNotFoundError:
        handed_in = set()
    return {
        student: _state(grader, student, known.get(student), student in handed_in)
        for student in sorted(known.keys() | handed_in)
    }


def _state(grader: Grader, student: str, entry: Entry | None, handed_in: bool) -> State:
    graded = entry is not None and entry.graded
    if not handed_in:
        # What was graded may have been put away since.
        return State(GRADED if graded else NOTHING)
    try:
        submission, _ = grader.take_in(student)
    except RefusedError as reason:
        return State(REFUSED, f"{reason}{EARLIER if graded else ''}")
    if not graded:
        return State(WAITING, NOT_GRADED.format(lesson=grader.lesson.name))
    # Before it grades again, nbgrader removes what it graded, and that may fail.
    if not grader.is_graded(student, submission):
        return State(WAITING, MISSING.format(lesson=grader.lesson.name))
    # nbgrader's own grading writes none.
    digest = digest_of(grader.graded_folder(student))
    if digest == UNWRITTEN:
        return State(WAITING, INTERRUPTED.format(lesson=grader.lesson.name))
    if is_older(grader, digest):
        return State(WAITING, OLDER.format(lesson=grader.lesson.name), is_older=True)
    if digest and digest.rpartition(" ")[2] != submission.digest:
        return State(WAITING, CHANGED)
    return State(GRADED)


def is_older(grader: Grader, digest: str) -> bool:
    """Whether the lesson was another when a graded folder with this digest was made."""
    return digest == OUT_OF_DATE or (bool(digest) and digest.split(" ")[-2:-1] != [grader.version])
