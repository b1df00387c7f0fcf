"""The folder in which graded notebooks wait to be published."""

from __future__ import annotations

import errno
import fcntl
import os
import stat
from pathlib import Path

import nbformat
import pytest

from examples.build_submissions import (
    foreign_students,
    read_class,
    refuse_unknown_names,
)
from proctor.grading.staging import Staging, holds, seal
from tests.support.notebooks import LESSON
from tests.support.paths import ROOT


def test_staging_of_the_living_is_spared(tmp_path: Path) -> None:
    with Staging(tmp_path) as first, Staging(tmp_path) as second:
        assert first.path.exists() and second.path.exists()
    dead = tmp_path / ".staging-dead"
    dead.mkdir()
    with Staging(tmp_path):
        assert not dead.exists()
    assert not list(tmp_path.iterdir())


@pytest.fixture
def nfs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no folder be locked, as on NFS: it asks for a file that is open for writing."""
    lock = fcntl.flock

    def on_nfs(file: int, operation: int) -> None:
        if stat.S_ISDIR(os.fstat(file).st_mode):
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        lock(file, operation)

    monkeypatch.setattr(fcntl, "flock", on_nfs)


@pytest.mark.usefixtures("nfs")
def test_a_folder_that_cannot_be_locked_is_spared(tmp_path: Path) -> None:
    with Staging(tmp_path) as first:
        with Staging(tmp_path) as second:
            assert first.path.exists() and second.path.exists()
        assert not second.path.exists()
    assert not list(tmp_path.iterdir())


def test_what_cannot_be_removed_stops_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On NFS a file that somebody has open turns into another as long as it is open."""
    published = tmp_path / "student" / "lesson"
    published.mkdir(parents=True)
    (published / "notebook").write_text("open")
    unlink = os.unlink

    def of_nfs(path: str, *, dir_fd: int | None = None) -> None:
        if Path(path).name == "notebook":
            raise OSError(errno.EBUSY, os.strerror(errno.EBUSY))
        unlink(path, dir_fd=dir_fd)

    with monkeypatch.context() as patch, Staging(tmp_path) as staging:
        patch.setattr(os, "unlink", of_nfs)
        for text in ("first", "second"):
            (staging.path / "lesson").mkdir()
            (staging.path / "lesson" / "notebook").write_text(text)
            staging.publish(staging.path / "lesson", published)
            assert (published / "notebook").read_text() == text


def test_what_a_killed_run_left_is_no_student(tmp_path: Path) -> None:
    (tmp_path / "autograded" / ".staging-dead").mkdir(parents=True)
    assert foreign_students(tmp_path) == set()
    (tmp_path / "autograded" / "somebody").mkdir()
    assert foreign_students(tmp_path) == {"somebody"}


def test_a_digest_that_cannot_be_read_holds_nothing(tmp_path: Path) -> None:
    seal(tmp_path, "digest")
    assert holds(tmp_path, "digest")
    (tmp_path / ".digest").write_bytes(b"\xff")
    assert not holds(tmp_path, "digest")


def test_what_was_there_comes_back_if_nothing_takes_its_place(tmp_path: Path) -> None:
    published = tmp_path / "student" / "lesson"
    published.mkdir(parents=True)
    (published / "notebook").write_text("earlier")
    with Staging(tmp_path) as staging:
        with pytest.raises(FileNotFoundError):
            staging.publish(staging.path / "lesson", published)
        assert (published / "notebook").read_text() == "earlier"


def test_an_example_of_another_lesson_is_named() -> None:
    first, second = sorted(ROOT.glob("release/0[12]*/*.ipynb"))
    students = read_class(LESSON)
    refuse_unknown_names(LESSON, students, [nbformat.read(first, as_version=4)])
    with pytest.raises(SystemExit, match=r"examples/01_.*\.py has '.*Its solution cells are: "):
        refuse_unknown_names(LESSON, students, [nbformat.read(second, as_version=4)])
