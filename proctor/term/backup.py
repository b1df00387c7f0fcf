"""All that a term is, in one file, and back: to keep it, or to move to another machine."""

from __future__ import annotations

import gzip
import os
import sqlite3
import stat
import tarfile
import tempfile
import zlib
from collections.abc import Collection
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from nbgrader.apps import NbGrader

from ..files import whole
from ..grading.lock import PREFIX as LOCKS
from ..grading.lock import alone_with
from ..grading.staging import COLLECTING, PREFIX
from ..lesson.settings import ExecuteSubmission
from ..lms.history import HISTORY
from ..submission.clean import shown, shown_text

CONFIG, DOWNLOADED, GRADEBOOK = "nbgrader_config.py", "downloaded", "gradebook.db"
OTHER_DATABASE = (
    "The gradebook is at {url}, and not a file of the course: back it up with the database's own "
    "tools. Everything else can be copied."
)
EXISTS = "{path} exists. Name another file."
IN_USE = (
    "This course has {names} already. Restore into a clone in which nothing was graded yet, or "
    "move them away."
)
NO_BACKUP = "{name} is no backup that can be read ({error}). Nothing was restored."
HALF_RESTORED = (
    "{name} was restored in part only ({error}). Remove {names} in {root}, and restore it again."
)
LEADS_OUT = "{member} is a link, a special file, or leads out of a term"
PIECE = 2**20
"""How many bytes are read at once to see whether a backup is whole."""


class BackupError(Exception):
    """A backup cannot be made or restored; the text says why."""


@dataclass
class Saved:
    """How much a backup holds, and what was left out: links and special files of submissions."""

    files: int
    left_out: list[str]


def parts(course: NbGrader) -> list[str]:
    """Return the names of all that a term is, relative to the course's folder."""
    folders = course.coursedir
    steps = (folders.submitted_directory, folders.autograded_directory, folders.feedback_directory)
    secret = ExecuteSubmission(parent=course).secret_file
    return [*steps, HISTORY, DOWNLOADED, secret, CONFIG]


def backup(course: NbGrader, target: Path) -> Saved:
    """Write all that a term is into a compressed tar file, which only its owner may read.

    Raises
    ------
    BackupError
        If the file exists, or the gradebook is no file.
    LessonError
        If another command is at work on the course.
    """
    root = Path(course.coursedir.root)
    database = database_file(course)
    if target.exists():
        raise BackupError(EXISTS.format(path=target))
    saved = Saved(0, [])
    with (
        alone_with(root / course.coursedir.autograded_directory),
        whole(target) as part,
        # It holds all that a term is.
        os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file,
        tarfile.open(fileobj=file, mode="w:gz", compresslevel=4) as archive,
        tempfile.NamedTemporaryFile(suffix=".db") as copy,
    ):
        copy_database(database, Path(copy.name))
        archive.add(copy.name, GRADEBOOK)
        for name in parts(course):
            if os.path.lexists(root / name):
                archive.add(root / name, name, filter=partial(_kept, part=name, saved=saved))
    return saved


def _kept(info: tarfile.TarInfo, part: str, saved: Saved) -> tarfile.TarInfo | None:
    """Return what goes into a backup; links lead elsewhere on another machine."""
    # Of the course itself, such as autograded/.lock; not what somebody handed in.
    if info.name.removeprefix(f"{part}/").startswith((PREFIX, LOCKS, COLLECTING)):
        return None
    if not (info.isreg() or info.isdir() or info.islnk()):
        saved.left_out.append(shown(info.name))
        return None
    saved.files += info.isreg()
    return info


def restore(course: NbGrader, source: Path) -> int:
    """Put a backup into this course; return how many files it held.

    Raises
    ------
    BackupError
        If the course is in use, or the file is no backup.
    """
    root = Path(course.coursedir.root)
    names = [name for name in (*parts(course), GRADEBOOK) if name != CONFIG]
    if used := [name for name in names if _is_used(root / name)]:
        raise BackupError(IN_USE.format(names=", ".join(used)))
    known = {name.split("/")[0] for name in (*names, CONFIG)}
    try:
        read_to_end(source)
        with tarfile.open(source, "r:gz") as archive:
            members = archive.getmembers()
            if GRADEBOOK not in {member.name for member in members}:
                raise tarfile.TarError("no gradebook")
            wanted = [member for member in members if _first(member.name) in known]
            for member in wanted:
                check_member(member, known)
            _extract(archive, wanted, root, names)
    except (OSError, tarfile.TarError, EOFError, zlib.error) as error:
        text = shown_text(f"{error}")
        raise BackupError(NO_BACKUP.format(name=shown(source.name), error=text)) from None
    return sum(member.isreg() for member in wanted)


def _extract(
    archive: tarfile.TarFile, wanted: list[tarfile.TarInfo], root: Path, names: list[str]
) -> None:
    """Write files; raise `BackupError` if that ends half-way, as on a full disk."""
    try:
        # No file gets rights that it should not have.
        archive.extractall(root, wanted, filter="data")
    # A hard link to what is not there is a KeyError.
    except (OSError, tarfile.TarError, KeyError) as error:
        there = ", ".join(name for name in names if _is_used(root / name))
        if not there:
            raise tarfile.TarError(f"{error}") from None
        values = {"name": shown(Path(str(archive.name)).name), "error": shown_text(f"{error}")}
        raise BackupError(HALF_RESTORED.format(**values, names=there, root=root)) from None


def _first(name: str) -> str:
    """Return the first part of a path, or nothing if it has none."""
    return next(iter(PurePosixPath(name).parts), "")


def read_to_end(source: Path) -> None:
    """Read a compressed file whole: only at its end does it say whether all of it is right.

    Raises
    ------
    OSError, EOFError, zlib.error
        If it is damaged.
    """
    with gzip.open(source) as file:
        while file.read(PIECE):
            pass


def check_member(member: tarfile.TarInfo, known: Collection[str]) -> None:
    """Raise `tarfile.TarError` if what a backup holds would be written outside of a term."""
    paths = [member.name]
    if member.islnk():  # another name of a file of the backup
        paths.append(member.linkname)
    inside = all(_first(path) in known and ".." not in PurePosixPath(path).parts for path in paths)
    if not (inside and (member.isreg() or member.isdir() or member.islnk())):
        raise tarfile.TarError(LEADS_OUT.format(member=shown(member.name)))


def _is_used(path: Path) -> bool:
    """Whether a part of a term is there; a fresh clone has a folder with a .gitignore."""
    if path.is_dir():
        return any(not child.name.startswith(".") for child in path.iterdir())
    return os.path.lexists(path)


def database_file(course: NbGrader) -> Path:
    """Return the gradebook's file; raise `BackupError` if it is none of this course."""
    url: Any = course.coursedir.db_url
    root = Path(course.coursedir.root)
    path = Path(url.removeprefix("sqlite:///"))
    if not url.startswith("sqlite:///") or path.absolute() != (root / GRADEBOOK).absolute():
        raise BackupError(OTHER_DATABASE.format(url=url.partition("://")[0]))
    return path


def copy_database(source: Path, target: Path) -> None:
    """Copy a gradebook as of one moment, whoever writes to it meanwhile."""
    mode = stat.S_IMODE(source.stat().st_mode) if source.exists() else 0o600
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
    target.chmod(mode)
