"""Folders that are locked as long as whoever made them lives, and what others left behind."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

PREFIX = "proctor-wall-"

_PACKAGE = Path(__file__).parent.parent.parent
# What the parent inside the wall needs of the package.
_OWN_FILES = ("__init__.py", "sandbox/__init__.py", "sandbox/protocol", "sandbox/guest")


class LockedFolder:
    """A temporary folder that is locked as long as its owner lives.

    Folders of dead owners beside it are removed when it is made.

    Parameters
    ----------
    parent : Path
        Where it is made.
    prefix : str
        Of its name, and of those of others of its kind.
    """

    def __init__(self, parent: Path, prefix: str) -> None:
        sweep(parent, prefix)
        while True:
            self.path = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
            # Somebody else's sweep may come between.
            with suppress(FileNotFoundError):
                self._lock = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY)
                fcntl.flock(self._lock, fcntl.LOCK_EX)
                if self.path.exists():
                    return
                os.close(self._lock)

    def remove(self) -> None:
        """Remove the folder; it may be gone already."""
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._lock)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.remove()


class Runtime(LockedFolder):
    """The folder of a wall.

    Parameters
    ----------
    files : mapping of str to bytes
        The lesson's files, by relative name.

    Attributes
    ----------
    lesson, package, stage : Path
        In it: copies of the lesson's files and of what the inside needs of this package, and a
        place for `proctor.sandbox.host.stage` to work in.
    """

    def __init__(self, files: Mapping[str, bytes]) -> None:
        super().__init__(Path(tempfile.gettempdir()), PREFIX)
        # The wall's user may pass, but not look around.
        self.path.chmod(0o711)
        self.lesson, self.package = self.path / "lesson", self.path / "package"
        self.stage = self.path / "stage"
        for folder in (self.lesson, self.package, self.stage):
            folder.mkdir(mode=0o755)
        for name, content in files.items():
            path = self.lesson / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        # Copies, so that the wall's user may read them whatever their modes, and their folders'.
        for name in _OWN_FILES:
            source, target = _PACKAGE / name, self.package / "proctor" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, target)
        for root in (self.lesson, self.package):
            _let_read(root)


def sweep(parent: Path, prefix: str) -> None:
    """Remove the folders of owners that are dead, ours or of the same user."""
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
            pass  # its owner lives
        finally:
            os.close(folder)


def _let_read(root: Path) -> None:
    """Let everybody read a folder of ours."""
    for path in (root, *root.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
