"""The folder in which a wall keeps what is shown inside."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from .folders import LockedFolder

PREFIX = "proctor-wall-"
ZEROS = 64 * 1024**2

_PACKAGE = Path(__file__).parent.parent.parent
# What the parent inside the wall needs of the package.
_OWN_FILES = ("__init__.py", "sandbox/__init__.py", "sandbox/protocol", "sandbox/guest")


class Runtime(LockedFolder):
    """The folder of a wall.

    Attributes
    ----------
    lesson, package, zero, stage : Path
        In it: the lesson's files, once they are known, copies of what the inside needs of this
        package, what stands for ``/dev/zero``, and a place for `proctor.sandbox.host.stage` to
        work in.
    """

    def __init__(self) -> None:
        super().__init__(Path(tempfile.gettempdir()), PREFIX)
        try:
            self._fill()
        except BaseException:
            self.remove()
            raise

    def _fill(self) -> None:
        """Make what is in it before the lesson is known."""
        # The wall's user may pass, but not look around.
        self.path.chmod(0o711)
        self.lesson, self.package = self.path / "lesson", self.path / "package"
        self.zero, self.stage = self.path / "zero", self.path / "stage"
        for folder in (self.lesson, self.package, self.stage):
            folder.mkdir(mode=0o755)
        # Copies, so that the wall's user may read them whatever their modes, and their folders'.
        for name in _OWN_FILES:
            source, target = _PACKAGE / name, self.package / "proctor" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, target)
        _let_read(self.package)
        # Memory mapped from the device itself is shared and belongs to no file, so that nobody
        # counts it. A file of zeros takes no space.
        with self.zero.open("wb") as file:
            file.truncate(ZEROS)
        self.zero.chmod(0o444)

    def add_lesson(self, files: Mapping[str, bytes]) -> None:
        """Write a lesson's files, by relative name."""
        for name, content in files.items():
            path = self.lesson / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        _let_read(self.lesson)


def _let_read(root: Path) -> None:
    """Let everybody read a folder of ours."""
    for path in (root, *root.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
