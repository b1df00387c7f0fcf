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
    assert files["timestamp.txt"] == TIME
    for name in ("master.txt", "inner/course", "device", "pipe"):
        assert f"/{name} is left out" in log
    assert {path.name for path in (course / "submitted").iterdir()} == {ME}


def test_a_folder_that_is_a_link_is_not_followed(course: Path) -> None:
    inbound = course / "exchange" / "networks" / "inbound"
    (inbound / f"{ME}+{LESSON}+2027-03-02 10:00:00 UTC").symlink_to(course / "source" / LESSON)
    assert "is left out: Not a directory" in collect(course)
    assert not (course / "submitted" / ME).exists()


def test_what_others_write_is_nobodys_submission(course: Path) -> None:
    hand_in(course, "eva", TIME)
    log = collect(course)
    assert f"it is called eva's, and belongs to {ME}" in log
    assert "set c.ExchangeCollect.check_owner = False" in log
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
    assert " is left out: " in collect(course, "--ExchangeCollect.check_owner=False")
    assert {path.name for path in (course / "submitted").iterdir()} == {ME}
    assert not (course / LESSON).exists()


def test_what_cannot_be_collected_leaves_what_was(course: Path) -> None:
    collect(course)
    folder = hand_in(course, ME, "2027-03-02 10:00:00 UTC")
    for name in ("one.bin", "two.bin"):
        with (folder / name).open("wb") as file:
            file.truncate(99_999_999)
    assert "is larger than 100 MB" in collect(course, "--update")
    assert collected(course)["timestamp.txt"] == TIME
    with (folder / "one.bin").open("wb") as file:
        file.truncate(10**12)
    (folder / "two.bin").unlink()
    assert "one.bin is left out: it is larger than" in collect(course, "--update")
    assert collected(course)["timestamp.txt"] == "2027-03-02 10:00:00.000000 UTC"


def test_an_odd_time_from_before_is_replaced(course: Path) -> None:
    collect(course)
    (course / "submitted" / ME / LESSON / "timestamp.txt").write_text("yesterday evening")
    assert "--update takes what was handed in since" in collect(course)
    assert "collected, handed in 2027-03-01 10:00:00 UTC" in collect(course, "--update")
    assert "nothing newer" in collect(course, "--update")


def test_times_are_read_as_everywhere(course: Path) -> None:
    hand_in(course, "eva", "2027-07-01 10:00:00.000000 CEST")
    hand_in(course, "bob", "2027-07-01 10:00:00 +0200+abc")
    collect(course, "--ExchangeCollect.check_owner=False", "--CourseDirectory.student_id=[e-f]*")
    assert {path.name for path in (course / "submitted").iterdir()} == {"eva"}
    collect(course, "--ExchangeCollect.check_owner=False")
    for student in ("eva", "bob"):
        expected = "2027-07-01 08:00:00.000000 UTC"
        assert collected(course, student)["timestamp.txt"] == expected


def test_what_is_left_out_of_a_release_counts_for_nothing(course: Path) -> None:
    (folder,) = (course / "exchange" / "networks" / "inbound").iterdir()
    (folder / ".venv").mkdir()
    for number in range(10_001):
        (folder / ".venv" / str(number)).touch()
    (folder / "deep" / "/".join("d" * 25)).mkdir(parents=True)
    log = collect(course)
    assert set(collected(course)) == {NAME, "timestamp.txt"}
    assert "it is more than 20 folders deep" in log
    for number in range(10_000):
        (folder / "deep" / str(number)).touch()
    (course / "submitted" / ME / LESSON / "timestamp.txt").unlink()
    assert "it holds more than 10,000 files" in collect(course, "--update")
    assert set(collected(course)) == {NAME}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files to others")
def test_files_of_others_in_a_folder_are_left_out(course: Path) -> None:
    (folder,) = (course / "exchange" / "networks" / "inbound").iterdir()
    (folder / "inner").mkdir()
    for path in (folder / "helper.py", folder / "inner" / "x.txt"):
        path.write_text("x")
    os.chown(folder / "helper.py", 61_234, 61_234)
    os.chown(folder / "inner", 61_234, 61_234)
    log = collect(course)
    assert log.count("it belongs to somebody else than the folder") == 2
    assert set(collected(course)) == {NAME, "timestamp.txt"}


def test_the_newest_that_is_in_time_counts(course: Path) -> None:
    hand_in(course, ME, "2027-03-02 10:00:00 UTC")
    hand_in(course, ME, "2027-03-03 10:00:00 UTC")
    due = ["nbgrader", "db", "assignment", "add", LESSON, "--duedate", "2027-03-02 12:00 UTC"]
    assert run(due, course).returncode == 0
    collect(course, "--before-duedate")
    assert collected(course)["timestamp.txt"] == "2027-03-02 10:00:00.000000 UTC"
    collect(course, "--update")
    assert collected(course)["timestamp.txt"] == "2027-03-03 10:00:00.000000 UTC"
