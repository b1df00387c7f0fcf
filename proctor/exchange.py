"""What `nbgrader collect` takes from the exchange of a hub, in which every student can write.

nbgrader's own collector follows links, with the rights of whoever collects, and believes what a
folder is called: a student could read the master by it, or replace what somebody else handed in.
"""

from __future__ import annotations

import os
import pwd
import stat
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.exchange.default import ExchangeCollect
from nbgrader.utils import parse_utc

from .sandbox.host.folders import LockedFolder
from .submission.clean import shown
from .submission.intake import CHUNK, MAX_FOLDER_DEPTH, TIMESTAMP, RefusedError, check_name

NO_COURSE = "There is no course {course!r} in the exchange: {folder} is missing or closed to you."
NO_ID = "No course is named: set c.CourseDirectory.course_id, or give --course."
NOT_OWN = (
    "{folder} is left out: it is called {student}'s, and belongs to {owner}. If students' accounts "
    "are no users of this machine, set c.ExchangeCollect.check_owner = False."
)
NOT_COLLECTED = "{folder} is not collected, and what was collected before stays: {reason}"
NO_FILE = "{path} is left out: it is a link, or no file"
TOO_MANY = "it holds more than {most:,} files"
TOO_LARGE = "it is larger than {most:.0f} MB (c.CourseDirectory.max_dir_size)"
MOST_FILES = 1_000

Record = dict[str, Any]
"""A folder of the exchange, as nbgrader's collector knows it: username, filename, timestamp."""


class CollectOwn(ExchangeCollect):  # type: ignore[misc]
    """Collects files alone, and of each student what that student's account wrote."""

    def init_src(self) -> None:
        """Find out what to collect: of each student the newest, or the newest that is in time."""
        if not self.coursedir.course_id:
            self.fail(NO_ID)
        self.inbound_path = str(Path(self.root, self.coursedir.course_id, "inbound"))
        if not os.access(self.inbound_path, os.R_OK | os.X_OK):
            self.fail(NO_COURSE.format(course=self.coursedir.course_id, folder=self.inbound_path))
        due = self._due_date() if self.before_duedate else None
        found: dict[str, Record] = {}
        # Of two, one that is in time is better, and then the newer.
        for record in sorted(
            self._records(), key=lambda one: (not due or one["timestamp"] <= due, one["timestamp"])
        ):
            found[record["username"]] = record
        self.src_records = [found[student] for student in sorted(found)]

    def copy_files(self) -> None:
        """Copy what may be collected to a place of ours, and let nbgrader collect it there."""
        submitted = Path(self.coursedir.root, self.coursedir.submitted_directory)
        submitted.mkdir(parents=True, exist_ok=True)
        with LockedFolder(submitted, ".collect-") as staging:
            copied = [record for record in self.src_records if self._copied(record, staging.path)]
            self.src_records, self.inbound_path = copied, str(staging.path)
            # It has been, and the copies are ours.
            self.check_owner = False
            super().copy_files()

    def _due_date(self) -> datetime | None:
        """Return when the lesson is due."""
        folders = self.coursedir
        with Gradebook(folders.db_url, folders.course_id) as gradebook, suppress(MissingEntry):
            due: datetime | None = gradebook.find_assignment(folders.assignment_id).duedate
            return due
        return None

    def _records(self) -> Iterator[Record]:
        """Yield what there is of this lesson, as far as it belongs to whom it is called after."""
        for folder in sorted(Path(self.inbound_path).iterdir()):
            student, time = self._named(folder.name)
            if not student or self.coursedir.student_id not in ("*", "", student):
                continue
            try:
                check_name(student)
                timestamp = parse_utc(time)
                owner = _owner(folder)
            except (RefusedError, ValueError, OverflowError, OSError) as error:
                self.log.error(
                    NOT_COLLECTED.format(folder=shown(folder.name), reason=shown(str(error)))
                )
                continue
            if self.check_owner and owner != student:
                self.log.error(
                    NOT_OWN.format(folder=shown(folder.name), student=shown(student), owner=owner)
                )
                continue
            yield {"username": student, "filename": folder.name, "timestamp": timestamp}

    def _named(self, name: str) -> tuple[str, str]:
        """Return whose a folder is and of when; nothing if it is of another lesson, or nobody's.

        A user's name may have a + in it, and behind the time there may be random letters.
        """
        for number in (2, 3):
            student, *rest = name.rsplit("+", number)
            if len(rest) == number and rest[0] == self.coursedir.assignment_id:
                return student, rest[1]
        return "", ""

    def _copied(self, record: Record, staging: Path) -> bool:
        """Copy a student's folder, and say whether that could be done."""
        source = Path(self.inbound_path, record["filename"])
        copy = staging / record["filename"]
        try:
            self._copy(source, copy)
            # That of the folder, which decided what is collected; so no odd text is taken for one.
            (copy / TIMESTAMP).unlink(missing_ok=True)
            (copy / TIMESTAMP).write_text(f"{record['timestamp']} UTC")
        except (OSError, RefusedError) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            self.log.error(
                NOT_COLLECTED.format(folder=shown(source.name), reason=shown(str(reason)))
            )
            return False
        return True

    def _copy(self, source: Path, copy: Path) -> None:
        """Copy the files of a folder, which its owner may change meanwhile.

        Raises
        ------
        OSError
            If it cannot be read.
        RefusedError
            If it holds too much.
        """
        room, number = self.coursedir.max_dir_size * 1_000, 0
        top = os.open(source, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            # It opens each folder before it looks into it, and follows no link to one.
            for inner, folders, files, folder in os.fwalk(".", dir_fd=top):
                (copy / inner).mkdir()
                links = [name for name in folders if not _is(stat.S_ISDIR, name, folder)]
                number += len(folders) + len(files)
                if number > MOST_FILES:
                    raise RefusedError(TOO_MANY.format(most=MOST_FILES))
                for name in [*files, *links]:
                    if not _is(stat.S_ISREG, name, folder):
                        self.log.warning(NO_FILE.format(path=shown(Path(source.name, inner, name))))
                        continue
                    room -= _copy_file(name, folder, copy / inner / name, room)
                    if room < 0:
                        raise RefusedError(TOO_LARGE.format(most=self.coursedir.max_dir_size / 1e3))
                if len(Path(inner).parts) >= MAX_FOLDER_DEPTH:
                    folders.clear()
        finally:
            os.close(top)


def _is(kind: Callable[[int], bool], name: str, folder: int) -> bool:
    """Say whether what an open folder holds is of a kind; a link is none but a link."""
    return kind(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode)


def _copy_file(name: str, folder: int, copy: Path, room: int) -> int:
    """Copy a file of an open folder, unless it is larger than the room; return its size."""
    # It may have become something else by now.
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    with os.fdopen(os.open(name, flags, dir_fd=folder), "rb") as file, copy.open("xb") as ours:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            return 0
        copied = 0
        # It may grow meanwhile.
        while copied <= room >= status.st_size and (part := file.read(CHUNK)):
            copied += ours.write(part)
    return max(status.st_size, copied)


def _owner(folder: Path) -> str:
    """Return whose a folder is, without following a link."""
    uid = folder.lstat().st_uid
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
