"""Read a zip that others packed: within limits, and nothing is ever unpacked to where it says.

A member that cannot be taken is left out by name. A zip in which a student handed in the notebook
is opened once; a zip inside that one stays shut.
"""

from __future__ import annotations

import io
import lzma
import stat
import unicodedata
import zipfile
import zlib
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
LONGEST_NAME = 200
ENCRYPTED = 0x1
UTF_8 = 0x800

NOT_A_ZIP = "{name} is no zip file that can be read ({error})"
TOO_MANY = "{name} contains {number:,} files, and the limit is {limit:,}"
LEADS_OUT = "its path leads out of the zip"
IS_LINK = "it is a link"
SPECIAL = "it is a device, pipe or socket"
LOCKED = "it needs a password"
ODD_NAME = "its name is too long, or contains control characters"
TOO_LARGE = "it is larger than {limit:.0f} MB when unpacked"
BROKEN = "it is damaged ({error})"

_UNREADABLE = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, EOFError, ValueError, RuntimeError,
)  # fmt: skip


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
    """

    path: PurePosixPath
    read: Callable[[], bytes]


@contextmanager
def opened(
    source: Path | bytes, name: str, limit: int = MAX_MEMBERS
) -> Iterator[list[Member | tuple[str, str]]]:
    """Yield the files of a zip; in place of one that is left out, its name and the reason.

    They can be read as long as this lasts. What macOS adds of its own is left out without a word.

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
        try:
            archive = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise ArchiveError(NOT_A_ZIP.format(name=shown(name), error=error)) from None
        infos = [info for info in archive.infolist() if not info.is_dir()]
        if len(infos) > limit:
            text = TOO_MANY.format(name=shown(name), number=len(infos), limit=limit)
            raise ArchiveError(text)
        yield list(_members(archive, infos))


def _members(
    archive: zipfile.ZipFile, infos: list[zipfile.ZipInfo]
) -> Iterator[Member | tuple[str, str]]:
    for info in infos:
        path = decoded(info)
        if not _is_of_macos(path):
            try:
                yield Member(_checked(info, path), _reader(archive, info))
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
    path = PurePosixPath(name.replace("\\", "/"))
    if not path.parts or path.is_absolute() or ".." in path.parts:
        raise MemberError(LEADS_OUT)
    odd = any(unicodedata.category(letter) in {"Cc", "Cs", "Zl", "Zp"} for letter in name)
    if odd or any(len(part.encode()) > LONGEST_NAME for part in path.parts) or len(name) > 1000:
        raise MemberError(ODD_NAME)
    return path


def _reader(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Callable[[], bytes]:
    def read() -> bytes:
        try:
            with archive.open(info) as file:
                # What the zip says of a size proves nothing.
                data = file.read(LARGEST + 1)
        except _UNREADABLE as error:
            raise MemberError(BROKEN.format(error=error)) from None
        if len(data) > LARGEST:
            raise MemberError(TOO_LARGE.format(limit=LARGEST / 1e6))
        return data

    return read


def _is_of_macos(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    return "__MACOSX" in path.parts or path.name.startswith("._") or path.name == ".DS_Store"
