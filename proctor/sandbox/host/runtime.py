"""The folder in which a wall keeps its sockets, and what others left behind."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from pathlib import Path

from .errors import LONG_PATH, WallError

PREFIX = "proctor-wall-"
# A socket's path may have 107 bytes; below our folder it takes "/sockets/", a name and "/k-5".
LONGEST_PATH = 107 - 40

_PACKAGE = Path(__file__).parent.parent.parent
# What the parent inside the wall needs of the package.
_OWN_FILES = ("__init__.py", "sandbox/__init__.py", "sandbox/protocol", "sandbox/guest")


class Runtime:
    """A folder that is locked as long as the grader lives.

    Attributes
    ----------
    path : Path
        The folder.
    sockets, lesson, package, stage : Path
        In it: one folder of sockets for each child, copies of the lesson's files and of the
        package, and a place for `proctor.sandbox.host.stage` to work in.
    """

    def __init__(self, lesson_files: Path, user: int) -> None:
        self.path, self._lock = _locked_folder()
        # The wall's user may pass, but not look around.
        self.path.chmod(0o711)
        self.sockets, self.lesson = self.path / "sockets", self.path / "lesson"
        self.package, self.stage = self.path / "package", self.path / "stage"
        for folder in (self.sockets, self.package, self.stage):
            folder.mkdir(mode=0o755)
        # Copies, so that the wall's user may read them whatever their modes, and their folders'.
        shutil.copytree(lesson_files, self.lesson, ignore=_not_for_students)
        for name in _OWN_FILES:
            source, target = _PACKAGE / name, self.package / "proctor" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, target)
        for root in (self.lesson, self.package):
            _let_read(root)
        if user != os.geteuid():
            os.chown(self.sockets, user, user)
        self.sockets.chmod(0o700)

    def remove(self) -> None:
        """Remove the folder; it may be gone already."""
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._lock)


def sweep() -> None:
    """Remove the folders of graders that are dead, ours or of the same user."""
    for path in Path(tempfile.gettempdir()).glob(PREFIX + "*"):
        try:
            folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except OSError:
            continue
        try:
            if os.fstat(folder).st_uid == os.geteuid():
                fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(path, ignore_errors=True)
        except BlockingIOError:
            pass  # its grader lives
        finally:
            os.close(folder)


def _locked_folder() -> tuple[Path, int]:
    """Make a folder and lock it; somebody else's sweep may come between."""
    while True:
        path = Path(tempfile.mkdtemp(prefix=PREFIX))
        if len(os.fsencode(path)) > LONGEST_PATH:
            path.rmdir()
            raise WallError(LONG_PATH.format(path=path))
        try:
            lock = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        except FileNotFoundError:
            continue
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if path.exists():
                return path, lock
        except BlockingIOError:
            pass
        os.close(lock)


def _not_for_students(folder: str, names: list[str]) -> set[str]:
    """Name what of a lesson is no file that its code reads: notebooks, hidden files, links."""
    return {
        name
        for name in names
        if name.endswith((".ipynb", ".pyc"))
        or name.startswith((".", "__pycache__"))
        or Path(folder, name).is_symlink()
        or not (Path(folder, name).is_dir() or Path(folder, name).is_file())
    }


def _let_read(root: Path) -> None:
    """Let everybody read a folder of ours."""
    for path in (root, *root.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
