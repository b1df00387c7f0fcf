"""What `nbgrader collect` takes from the exchange of a hub, in which every student can write.

nbgrader's own collector follows links, with the rights of whoever collects, and believes what a
folder is called: a student could read the master by it, or replace what somebody else handed in.
"""

from __future__ import annotations

import os
import pwd
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from fnmatch import fnmatch, fnmatchcase
from pathlib import Path, PurePath
from typing import NamedTuple

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.exchange.default import ExchangeCollect

from .grading.staging import COLLECTING, remove
from .sandbox.host.folders import LockedFolder
from .submission.clean import shown, shown_text
from .submission.intake import (
    CHUNK,
    MAX_FOLDER_DEPTH,
    TIMESTAMP,
    RefusedError,
    check_name,
    read_file,
)
from .submission.timestamp import LONGEST_TIME, HandedIn, TimeError, read_time

NO_COURSE = "There is no course {course!r} in the exchange: {folder} is missing or closed to you."
NO_ID = "No course is named: set c.CourseDirectory.course_id, or give --course."
NOTHING = "There is no submission of {lesson} to collect in {folder}."
COLLECTED = "{student}: collected, handed in {time:%Y-%m-%d %H:%M:%S} UTC"
THERE = "{student}: nothing newer than what was collected before"
NEWER = "{student}: collected before; --update takes what was handed in since"
LEFT_OUT = "{folder} is left out: {reason}"
NO_NAME, NO_TIME = "it names no student", "its name contains no time that is clear"
NOT_OWN = (
    "it is called {student}'s, and belongs to {owner}. If students' accounts are no users of this "
    "machine, set c.ExchangeCollect.check_owner = False"
)
NO_FILE = "it is a link, or no file"
OTHERS_FILE = "it belongs to somebody else than the folder"
TOO_DEEP = f"it is more than {MAX_FOLDER_DEPTH} folders deep"
CHANGED = "it became another folder meanwhile"
TOO_MANY = "it holds more than {most:,} files"
LARGE_FILE = "it is larger than {most:g} MB (c.CourseDirectory.max_file_size)"
TOO_LARGE = "it is larger than {most:g} MB (c.CourseDirectory.max_dir_size)"
MOST_FILES = 10_000
READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class Found(NamedTuple):
    """A folder of the exchange: whose it is, when it was handed in, and by which account."""

    student: str
    handed_in: HandedIn
    path: Path
    account: int


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
        # Of two, one that is in time is better, and then the newer.
        times = [
            (not due or _naive(one.handed_in) <= due, one.handed_in.time, one)
            for one in self._found()
        ]
        self.src_records = [*{one.student: one for *_, one in sorted(times)}.values()]

    def copy_files(self) -> None:
        """Collect what was found; whatever goes wrong with one costs no other."""
        if not self.src_records:
            lesson = self.coursedir.assignment_id
            self.log.warning(NOTHING.format(lesson=lesson, folder=self.inbound_path))
        for one in self.src_records:
            try:
                self._collect(one)
            except (OSError, RefusedError) as error:
                reason = error.strerror if isinstance(error, OSError) else error
                self._leave_out(one.path.name, str(reason))

    def _due_date(self) -> datetime | None:
        """Return when the lesson is due."""
        folders = self.coursedir
        with Gradebook(folders.db_url, folders.course_id) as gradebook, suppress(MissingEntry):
            due: datetime | None = gradebook.find_assignment(folders.assignment_id).duedate
            return due
        return None

    def _found(self) -> Iterator[Found]:
        """Yield what there is of this lesson, as far as it belongs to whom it is called after."""
        wanted = self.coursedir.student_id or "*"
        for path in sorted(Path(self.inbound_path).iterdir()):
            student, of_lesson, time = path.name.rpartition(f"+{self.coursedir.assignment_id}+")
            if not of_lesson or not fnmatchcase(student, wanted):
                continue
            try:
                if not student:
                    raise RefusedError(NO_NAME)
                check_name(student)
                account = path.lstat().st_uid
                owner = _account(account)
                if self.check_owner and owner != student:
                    owner = owner or f"the account {account}"
                    raise RefusedError(NOT_OWN.format(student=shown(student), owner=owner))
                yield Found(student, _time(time), path, account)
            except (OSError, RefusedError) as error:
                self._leave_out(path.name, str(error))

    def _leave_out(self, name: str | PurePath, reason: str) -> None:
        self.log.error(LEFT_OUT.format(folder=shown(name), reason=shown_text(reason)))

    def _collect(self, one: Found) -> None:
        """Put one submission into submitted/, whole or not at all; what was there is replaced."""
        folders, student = self.coursedir, shown(one.student)
        steps = folders.submitted_directory, one.student, folders.assignment_id
        place = Path(folders.format_path(*steps))
        if place.is_dir() and not self._is_wanted(one, place):
            self.log.info((THERE if self.update else NEWER).format(student=student))
            return
        submitted = Path(folders.root, folders.submitted_directory)
        submitted.mkdir(parents=True, exist_ok=True)
        with LockedFolder(submitted, COLLECTING) as staging:
            copy = staging.path / "new"
            Copying(self, one, copy).run()
            remove(copy / TIMESTAMP)
            (copy / TIMESTAMP).write_bytes(one.handed_in.written())
            if folders.groupshared:
                _share(copy)
            place.parent.mkdir(parents=True, exist_ok=True)
            if os.path.lexists(place):
                place.rename(staging.path / "old")
            copy.rename(place)
        self.log.info(COLLECTED.format(student=student, time=one.handed_in.time))

    def _is_wanted(self, one: Found, place: Path) -> bool:
        """Whether something takes the place of what was collected before."""
        before = None
        # What cannot be read is no time; perhaps somebody wrote it by hand.
        with suppress(RefusedError, TimeError):
            before = read_time(read_file(place / TIMESTAMP, LONGEST_TIME, ""))
        newer = before is None or one.handed_in.time > before.time
        other = before is None or one.handed_in.time != before.time
        return (self.update and newer) or (self.before_duedate and other)


class Copying:
    """Copies the files of a folder, which its owner may change meanwhile.

    Parameters
    ----------
    collector : CollectOwn
        Who collects; its settings say what is left out.
    one : Found
    copy : Path
        Where to; its parent exists.
    """

    def __init__(self, collector: CollectOwn, one: Found, copy: Path) -> None:
        self._collector = collector
        self._folders = collector.coursedir
        self._one = one
        self._copy = copy
        self._room = self._folders.max_dir_size * 1_000
        self._number = 0

    def run(self) -> None:
        """Copy all.

        Raises
        ------
        OSError
            If something cannot be read or written.
        RefusedError
            If it holds too much.
        """
        with _opened(self._one.path, os.O_DIRECTORY) as top:
            if os.fstat(top).st_uid != self._one.account:
                raise RefusedError(CHANGED)
            self._copy_folder(top, PurePath())

    def _copy_folder(self, folder: int, inner: PurePath) -> None:
        (self._copy / inner).mkdir()
        with os.scandir(folder) as entries:
            names = sorted(entry.name for entry in entries)
        for name in names:
            if any(fnmatch(name, pattern) for pattern in self._folders.ignore):
                continue
            self._number += 1
            if self._number > MOST_FILES:
                raise RefusedError(TOO_MANY.format(most=MOST_FILES))
            if reason := self._copy_entry(name, folder, inner / name):
                path = PurePath(self._one.path.name, inner, name)
                self._collector.log.warning(LEFT_OUT.format(folder=shown(path), reason=reason))

    def _copy_entry(self, name: str, folder: int, inner: PurePath) -> str:
        """Copy a file or a folder of an open folder, or return why it is left out."""
        mode = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            return NO_FILE
        # It may have become something else by now: no link is followed, and no pipe waited for.
        kind = os.O_DIRECTORY if stat.S_ISDIR(mode) else 0
        with _opened(name, kind, folder) as entry:
            status = os.fstat(entry)
            if self._collector.check_owner and status.st_uid != self._one.account:
                return OTHERS_FILE
            if stat.S_ISDIR(status.st_mode):
                if len(inner.parts) > MAX_FOLDER_DEPTH:
                    return TOO_DEEP
                self._copy_folder(entry, inner)
            elif not stat.S_ISREG(status.st_mode):
                return NO_FILE
            elif status.st_size > self._folders.max_file_size * 1_000:
                return LARGE_FILE.format(most=self._folders.max_file_size / 1e3)
            elif any(fnmatch(name, pattern) for pattern in self._folders.include):
                self._copy_file(entry, status.st_size, inner)
        return ""

    def _copy_file(self, file: int, size: int, inner: PurePath) -> None:
        """Copy an open file, if there is room for it."""
        with (self._copy / inner).open("xb") as copy:
            # It may grow meanwhile.
            while size <= self._room >= copy.tell() and (part := os.read(file, CHUNK)):
                copy.write(part)
            self._room -= max(size, copy.tell())
        if self._room < 0:
            raise RefusedError(TOO_LARGE.format(most=self._folders.max_dir_size / 1e3))


@contextmanager
def _opened(name: str | Path, kind: int, folder: int | None = None) -> Iterator[int]:
    """Open a file or a folder, in an open folder if it is named; no link is followed to it."""
    number = os.open(name, READ | kind, dir_fd=folder)
    try:
        yield number
    finally:
        os.close(number)


def _account(number: int) -> str | None:
    """Return the name of an account, if it has one."""
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return None


def _time(text: str) -> HandedIn:
    """Return when a folder was handed in; raise `RefusedError` if its name does not say so.

    nbgrader writes random letters behind the time, unless it is told otherwise.
    """
    for part in (text, text.rpartition("+")[0]):
        with suppress(TimeError):
            if found := read_time(part.encode(errors="replace")):
                return found
    raise RefusedError(NO_TIME)


def _naive(handed_in: HandedIn) -> datetime:
    """Return a time as nbgrader's gradebook has it: in UTC, without saying so."""
    return handed_in.time.replace(tzinfo=None)


def _share(folder: Path) -> None:
    """Let the instructors' group change a folder and all that is in it, as nbgrader does."""
    folder.chmod(stat.S_IMODE(folder.stat().st_mode) | 0o2770)
    for path in folder.rglob("*"):
        path.chmod(stat.S_IMODE(path.stat().st_mode) | (0o2770 if path.is_dir() else 0o660))
