"""Where graded folders are made, before they are moved to their place in one step."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

PREFIX = ".staging-"
DIGEST_FILE = ".digest"
"""In a graded folder: the digest of all that the grade depends on. nbgrader copies no such file."""


class LockedFolder:
    """A temporary folder that is locked as long as its run lives.

    Folders of dead runs beside it are removed.

    Parameters
    ----------
    parent : Path
        Where it is made.
    prefix : str
        Of its name, and of those of others of its kind.
    """

    def __init__(self, parent: Path, prefix: str) -> None:
        self._parent, self._prefix = parent, prefix

    def __enter__(self) -> Self:
        sweep(self._parent, self._prefix)
        while True:
            self.path = Path(tempfile.mkdtemp(prefix=self._prefix, dir=self._parent))
            # Somebody else's sweep may come between.
            with suppress(FileNotFoundError):
                self._lock = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY)
                fcntl.flock(self._lock, fcntl.LOCK_EX)
                if self.path.exists():
                    return self
                os.close(self._lock)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._lock)


class Staging(LockedFolder):
    """A folder beside the graded ones, since only there can a folder be moved in one step.

    Parameters
    ----------
    autograded : Path
        The course's folder of graded submissions.
    """

    def __init__(self, autograded: Path) -> None:
        autograded.mkdir(parents=True, exist_ok=True)
        super().__init__(autograded, PREFIX)

    def publish(self, result: Path, destination: Path) -> None:
        """Move a graded folder to its destination, in place of what was there."""
        destination.parent.mkdir(parents=True, exist_ok=True)
        earlier = self.path / "earlier"
        try:
            destination.rename(earlier)
        except FileNotFoundError:
            earlier = Path()
        result.rename(destination)
        if earlier.name:
            remove(earlier)


def sweep(parent: Path, prefix: str) -> None:
    """Remove what our dead runs left behind."""
    for path in parent.glob(prefix + "*"):
        try:
            folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except OSError:
            continue
        try:
            if os.fstat(folder).st_uid == os.geteuid():
                fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(path, ignore_errors=True)
        except BlockingIOError:
            pass  # its run lives
        finally:
            os.close(folder)


def remove(path: Path) -> None:
    """Remove a file, a link or a folder, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def holds(graded: Path, digest: str) -> bool:
    """Whether a graded folder was made from what this is the digest of."""
    file = graded / DIGEST_FILE
    return file.is_file() and file.read_text() == digest


def seal(graded: Path, digest: str) -> None:
    """Write the digest into a graded folder, whole or not at all; the last thing that is done."""
    part = graded / f"{DIGEST_FILE}-part"
    part.write_text(digest)
    part.rename(graded / DIGEST_FILE)
