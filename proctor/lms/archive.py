"""Read a zip that others packed: within limits, and nothing is ever unpacked to where it says.

A member that cannot be taken is left out by name. A zip in which a student handed in the notebook
is opened once; a zip inside that one stays shut. What a zip says of itself is asked first, and
never costs more than it says.
"""

from __future__ import annotations

import io
import stat
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from ..submission.clean import shown
from ..submission.handed_in import composed

MAX_MEMBERS = 50_000
"""Of a class's zip. A thousand students with fifty files each."""
MAX_OF_ONE = 1_000
"""Of a zip that one student handed in."""
LARGEST = 100_000_000
"""How large a file may be when unpacked, in bytes; how large all of a student's may be."""
LONGEST_NAME, LONGEST_PATH = 200, 1_000
"""Of a folder or file, and of all together, in bytes."""
DEEPEST = 25
"""Grading looks no deeper."""
BYTES_OF_ENTRY = 400
"""What a file takes in a zip's list of files, on average; names of 100 letters need half of it."""
# Of what stands after the list: how long it is, and a comment.
END_OF_ZIP = 2**17
# The others unpack without a limit to what they hold in memory.
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
ENCRYPTED = 0x1
UTF_8 = 0x800

NOT_A_ZIP = "{name} is no zip file that can be read ({error})"
TOO_MANY = "{name} contains {number:,} files, and the limit is {limit:,}"
LONG_LIST = (
    "the list of files in {name} is longer than {size:.1f} MB, and the limit is {limit:,} files: "
    "ask for a zip of the notebook alone"
)
LEADS_OUT = "its path leads out of the zip"
IS_LINK = "it is a link"
SPECIAL = "it is a device, pipe or socket"
LOCKED = "it needs a password"
ODD_NAME = "its name is empty or too long, or contains control characters"
TOO_DEEP = "it lies more than {limit} folders deep"
METHOD = "it is packed in an unusual way: ask for an ordinary zip"
TOO_LARGE = "it is larger than {limit:.0f} MB when unpacked"
BROKEN = "it is damaged ({error})"


class ArchiveError(Exception):
    """A zip cannot be read; the text says why."""


class MemberError(Exception):
    """A file of a zip is left out; the text says why."""


@dataclass(frozen=True)
class Member:
    """A file of a zip.

    Attributes
    ----------
    path : PurePosixPath
        Relative, and within the zip, with letters composed.
    read : callable
        Returns the content, at most `LARGEST` bytes; raises `MemberError` if that cannot be done.
    size : int
        Of the content, as the zip says; `read` unpacks no more.
    """

    path: PurePosixPath
    read: Callable[[], bytes]
    size: int = 0


class Measured(io.RawIOBase):
    """A zip's file, of which only so much may be read as a list of files can take.

    `zipfile` reads the whole list before anybody can ask how long it is, and goes by the list's
    size, so the number of files that a zip states proves nothing.

    Parameters
    ----------
    file : binary file
    room : int or None
        How many bytes may be read; None for any number.
    """

    def __init__(self, file: IO[bytes], room: int | None) -> None:
        self._file = file
        self.room = room

    def read(self, size: int = -1, /) -> bytes:
        """Return what is next; raise `EOFError` if that is more than there is room for."""
        if self.room is None:
            return self._file.read(size)
        data = self._file.read(self.room + 1 if size < 0 else min(size, self.room + 1))
        self.room -= len(data)
        if self.room < 0:
            raise EOFError
        return data

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Go to a place of the file."""
        return self._file.seek(offset, whence)

    def seekable(self) -> bool:
        """Whether one can go to any place of it."""
        return True


@contextmanager
def opened(
    source: Path | bytes, name: str, limit: int = MAX_MEMBERS
) -> Iterator[list[Member | tuple[str, str]]]:
    """Yield the files of a zip; in place of one that is left out, its name and the reason.

    They can be read as long as this lasts. What macOS and Jupyter add of their own is left out
    without a word.

    Raises
    ------
    ArchiveError
        If it is no zip, or holds more than `limit` files.
    """
    try:
        file: IO[bytes] = io.BytesIO(source) if isinstance(source, bytes) else source.open("rb")
    except OSError as error:
        raise ArchiveError(NOT_A_ZIP.format(name=shown(name), error=error.strerror)) from None
    with file:
        archive = _listed(file, shown(name), limit)
        # `is_dir` stops at a name that is empty, as one is that begins with a NUL.
        infos = [info for info in archive.infolist() if not info.filename.endswith("/")]
        if len(infos) > limit:
            text = TOO_MANY.format(name=shown(name), number=len(infos), limit=limit)
            raise ArchiveError(text)
        yield list(_members(archive, infos))


def _listed(file: IO[bytes], name: str, limit: int) -> zipfile.ZipFile:
    """Return a zip of which the list of files is read; it is bounded before it is read."""
    room = limit * BYTES_OF_ENTRY
    measured = Measured(file, room + END_OF_ZIP)
    try:
        archive = zipfile.ZipFile(measured)
    except EOFError:
        raise ArchiveError(LONG_LIST.format(name=name, size=room / 1e6, limit=limit)) from None
    except Exception as error:  # a damaged one may raise anything
        raise ArchiveError(NOT_A_ZIP.format(name=name, error=error)) from None
    measured.room = None
    return archive


def _members(
    archive: zipfile.ZipFile, infos: list[zipfile.ZipInfo]
) -> Iterator[Member | tuple[str, str]]:
    for info in infos:
        path = decoded(info)
        if not _is_by_the_way(path):
            try:
                yield Member(_checked(info, path), _reader(archive, info), info.file_size)
            except MemberError as reason:
                yield path, str(reason)


def decoded(info: zipfile.ZipInfo) -> str:
    """Return a member's name: many programs write UTF-8 and do not say so."""
    name = info.orig_filename
    if not info.flag_bits & UTF_8:
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return composed(name)


def _checked(info: zipfile.ZipInfo, name: str) -> PurePosixPath:
    """Return a member's path; raise `MemberError` if it must not be taken."""
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind == stat.S_IFLNK:
        raise MemberError(IS_LINK)
    if kind not in (0, stat.S_IFREG):
        raise MemberError(SPECIAL)
    if info.flag_bits & ENCRYPTED:
        raise MemberError(LOCKED)
    if info.compress_type not in METHODS:
        raise MemberError(METHOD)
    path = PurePosixPath(name.replace("\\", "/"))
    if not info.filename:
        raise MemberError(ODD_NAME)
    check_path(path)
    return path


def check_path(path: PurePosixPath) -> None:
    """Raise `MemberError` if a file must not be written at a path below some folder."""
    if not path.parts or path.is_absolute() or ".." in path.parts:
        raise MemberError(LEADS_OUT)
    name = str(path)
    odd = any(unicodedata.category(letter) in {"Cc", "Cs", "Zl", "Zp"} for letter in name)
    if odd or len(name.encode()) > LONGEST_PATH:
        raise MemberError(ODD_NAME)
    if any(len(part.encode()) > LONGEST_NAME for part in path.parts):
        raise MemberError(ODD_NAME)
    if len(path.parts) > DEEPEST:
        raise MemberError(TOO_DEEP.format(limit=DEEPEST))


def _reader(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Callable[[], bytes]:
    def read() -> bytes:
        if info.file_size > LARGEST:
            raise MemberError(TOO_LARGE.format(limit=LARGEST / 1e6))
        try:
            with archive.open(info) as file:
                # What the zip says of a size proves nothing: asked for more, it would unpack that.
                return file.read(info.file_size + 1)
        except Exception as error:  # a damaged one may raise anything
            raise MemberError(BROKEN.format(error=error)) from None

    return read


def _is_by_the_way(name: str) -> bool:
    """Whether a program has added a file of its own that nobody hands in."""
    path = PurePosixPath(name.replace("\\", "/"))
    odd = path.name.startswith("._") or path.name == ".DS_Store"
    return odd or not {"__MACOSX", ".ipynb_checkpoints"}.isdisjoint(path.parts)
