"""One command at a time on a lesson."""

from __future__ import annotations

import errno
import fcntl
import os
from pathlib import Path

import pytest

from proctor.grading.lock import alone_with
from proctor.lesson.read import LessonError


@pytest.mark.parametrize(("first", "second"), [("a", "a"), ("a", ""), ("", "a"), ("", "")])
def test_a_second_command_is_refused(first: str, second: str, tmp_path: Path) -> None:
    with (
        alone_with(tmp_path, first),
        pytest.raises(LessonError, match=f"at work on {second or 'this course'}. Wait"),
        alone_with(tmp_path, second),
    ):
        pytest.fail("both are at work")
    with alone_with(tmp_path, second):
        pass


def test_two_lessons_at_once(tmp_path: Path) -> None:
    with alone_with(tmp_path / "autograded", "a"), alone_with(tmp_path / "autograded", "b"):
        pass


def test_a_file_system_without_locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def flock(file: int, operation: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", flock)
    with alone_with(tmp_path, "a"), alone_with(tmp_path, "a"):
        pass


def test_a_lock_that_can_only_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another user has made it, or nobody can make one."""
    with alone_with(tmp_path, "a"):
        pass
    opened = Path.open

    def read_only(path: Path, mode: str = "r") -> object:
        if mode != "r":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return opened(path)

    monkeypatch.setattr(Path, "open", read_only)
    with alone_with(tmp_path, "b"), pytest.raises(LessonError), alone_with(tmp_path):
        pytest.fail("both are at work")
    with alone_with(tmp_path / "elsewhere", "a"):
        pass
