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
