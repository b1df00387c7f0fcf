"""One command at a time on a lesson, and none while the whole course is copied."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from ..lesson.read import LessonError

PREFIX = ".lock"
BUSY = (
    "Another proctor command is at work on {what}. Wait until it has ended, then try again; "
    "nothing was changed."
)


@contextmanager
def alone_with(autograded: Path, lesson: str = "") -> Iterator[None]:
    """Keep other commands off a lesson, or off all lessons of the course, meanwhile.

    Parameters
    ----------
    autograded : Path
        The course's folder of graded submissions, where the locks lie: files, since NFS locks no
        folders. They go with whoever holds them, however that ends.
    lesson : str
        Its name; of all lessons if it is empty.

    Raises
    ------
    LessonError
        If another command is at work there.
    """
    with suppress(OSError):
        autograded.mkdir(parents=True, exist_ok=True)
    with ExitStack() as held:
        locks = [(PREFIX, fcntl.LOCK_SH if lesson else fcntl.LOCK_EX)]
        locks += [(f"{PREFIX}-{lesson}", fcntl.LOCK_EX)] if lesson else []
        for name, kind in locks:
            try:
                file = held.enter_context(_opened(autograded / name))
                fcntl.flock(file, kind | fcntl.LOCK_NB)
            except BlockingIOError:
                raise LessonError(BUSY.format(what=lesson or "this course")) from None
            except OSError:
                pass  # a file system without locks, or one that can only be read
        yield


def _opened(path: Path) -> IO[Any]:
    """Open a lock's file; another user may have made it."""
    try:
        return path.open("a+")
    except OSError:
        return path.open()
