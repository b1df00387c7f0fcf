"""`nbgrader collect` on a hub, where students write into the exchange themselves."""

from __future__ import annotations

import os
import pwd
import shutil
from pathlib import Path

import pytest

from tests.support.commands import run
from tests.support.notebooks import LESSON, NAME

ME = pwd.getpwuid(os.geteuid()).pw_name
TIME = "2027-03-01 10:00:00.000000 UTC"


@pytest.fixture
def course(scratch_course: Path) -> Path:
    """A course with an exchange, in which this account has handed in."""
    with (scratch_course / "nbgrader_config.py").open("a", encoding="utf-8") as config:
        config.write('c.CourseDirectory.course_id = "networks"\n')
        config.write(f"c.Exchange.root = {str(scratch_course / 'exchange')!r}\n")
    hand_in(scratch_course, ME, TIME)
    return scratch_course


def hand_in(course: Path, student: str, time: str) -> Path:
    """Write a submission into the exchange, and return its folder."""
    folder = course / "exchange" / "networks" / "inbound" / f"{student}+{LESSON}+{time}"
    folder.mkdir(parents=True)
    shutil.copy(course / "release" / LESSON / NAME, folder)
    return folder


def collect(course: Path, *options: str) -> str:
    """Collect a lesson, and return what was logged."""
    result = run(["nbgrader", "collect", LESSON, *options], course)
    assert result.returncode == 0, result.stderr
    return result.stderr


def collected(course: Path, student: str = ME) -> dict[str, str]:
    """Return what was collected of a student, by path."""
    folder = course / "submitted" / student / LESSON
    files = (path for path in folder.rglob("*") if not path.is_dir() or path.is_symlink())
    return {str(path.relative_to(folder)): path.read_text() for path in files}


def test_only_files_are_collected(course: Path) -> None:
    (folder,) = (course / "exchange" / "networks" / "inbound").iterdir()
    (folder / "helper.py").write_text("ONE = 1")
    (folder / "inner").mkdir()
    (folder / "inner" / "data.txt").write_text("2")
    (folder / "master.txt").symlink_to(course / "source" / LESSON / NAME)
    (folder / "inner" / "course").symlink_to(course)
    (folder / "device").symlink_to("/dev/null")
    os.mkfifo(folder / "pipe")
    (folder / "timestamp.txt").write_text("yesterday")
    log = collect(course)
    files = collected(course)
    assert set(files) == {NAME, "helper.py", "inner/data.txt", "timestamp.txt"}
    assert files["timestamp.txt"] == "2027-03-01 10:00:00 UTC"
    for name in ("master.txt", "inner/course", "device", "pipe"):
        assert f"/{name} is left out" in log
    assert {path.name for path in (course / "submitted").iterdir()} == {ME}


def test_a_folder_that_is_a_link_is_not_followed(course: Path) -> None:
    inbound = course / "exchange" / "networks" / "inbound"
    (inbound / f"{ME}+{LESSON}+2027-03-02 10:00:00 UTC").symlink_to(course / "source" / LESSON)
    assert "is not collected" in collect(course)
    assert not (course / "submitted" / ME).exists()


def test_what_others_write_is_nobodys_submission(course: Path) -> None:
    hand_in(course, "eva", TIME)
    log = collect(course)
    assert f"it is called eva's, and belongs to {ME}" in log
    assert {path.name for path in (course / "submitted").iterdir()} == {ME}
    collect(course, "--CollectApp.check_owner=False", "--ExchangeCollect.check_owner=False")
    assert NAME in collected(course, "eva")


def test_names_may_have_any_sign(course: Path) -> None:
    hand_in(course, "e+va", TIME)
    hand_in(course, "b+o+b", f"{TIME}+abc")
    hand_in(course, "", TIME)
    collect(course, "--ExchangeCollect.check_owner=False")
    assert {path.name for path in (course / "submitted").iterdir()} == {ME, "e+va", "b+o+b"}


@pytest.mark.parametrize("name", [f"..+{LESSON}+{TIME}", f"<b>+{LESSON}+{TIME}", f"a+{LESSON}+x"])
def test_an_odd_folder_costs_nobody_else(name: str, course: Path) -> None:
    (course / "exchange" / "networks" / "inbound" / name).mkdir()
    assert "is not collected" in collect(course, "--ExchangeCollect.check_owner=False")
    assert {path.name for path in (course / "submitted").iterdir()} == {ME}
    assert not (course / LESSON).exists()


def test_what_cannot_be_collected_leaves_what_was(course: Path) -> None:
    collect(course)
    large = hand_in(course, ME, "2027-03-02 10:00:00 UTC") / "large.bin"
    with large.open("wb") as file:
        file.truncate(10**12)
    assert "is larger than 100 MB" in collect(course, "--update")
    assert collected(course)["timestamp.txt"] == "2027-03-01 10:00:00 UTC"
    large.unlink()
    collect(course, "--update")
    assert collected(course)["timestamp.txt"] == "2027-03-02 10:00:00 UTC"


def test_the_newest_that_is_in_time_counts(course: Path) -> None:
    hand_in(course, ME, "2027-03-02 10:00:00 UTC")
    hand_in(course, ME, "2027-03-03 10:00:00 UTC")
    due = ["nbgrader", "db", "assignment", "add", LESSON, "--duedate", "2027-03-02 12:00 UTC"]
    assert run(due, course).returncode == 0
    collect(course, "--before-duedate")
    assert collected(course)["timestamp.txt"] == "2027-03-02 10:00:00 UTC"
    collect(course, "--update")
    assert collected(course)["timestamp.txt"] == "2027-03-03 10:00:00 UTC"
