"""Courses in folders of all kinds of names: they work, or say at once why not."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.commands import run
from tests.support.notebooks import LESSON, right_submission, save, submit
from tests.support.paths import ROOT


def move(course: Path, name: str) -> Path:
    """Give a course's folder another name."""
    return course.rename(course.with_name(name))


@pytest.mark.parametrize("name", ["with space", "a#b & 'c' \"d\" $e", "Übung (1)"])
def test_a_course_works_in_a_folder_of_any_name(name: str, scratch_course: Path) -> None:
    course = move(scratch_course, name)
    _, right = right_submission(course)
    save(submit(course, "ada"), right)
    updated = run(["proctor", "update", LESSON], course)
    assert updated.returncode == 0, updated.stderr
    for command in ("proctor", "nbgrader"):
        result = run([command, "autograde", LESSON], course)
        assert result.returncode == 0, result.stderr
    assert "30/30" in run(["proctor", "report", LESSON], course).stdout
    feedback = run(["nbgrader", "generate_feedback", LESSON], course)
    assert feedback.returncode == 0, feedback.stderr
    assert list((course / "feedback" / "ada" / LESSON).glob("*.html"))


@pytest.mark.parametrize("name", ["CNN [2024]", "what?", "a*b", "a%20b"])
def test_a_folder_in_which_nbgrader_cannot_work_is_named(name: str, scratch_course: Path) -> None:
    course = move(scratch_course, name)
    for command in (["proctor", "autograde"], ["proctor", "update"], ["nbgrader", "autograde"]):
        result = run([*command, LESSON], course)
        assert result.returncode != 0
        assert f"nbgrader cannot work in {course}: " in result.stdout + result.stderr
        assert "Traceback" not in result.stderr


@pytest.mark.parametrize("name", ["CNN [2024]", "what?", "a%20b"])
def test_make_says_so_at_once(name: str, tmp_path: Path) -> None:
    folder = tmp_path / name
    folder.mkdir()
    shutil.copy(ROOT / "Makefile", folder)
    result = subprocess.run(["make", "demo"], cwd=folder, capture_output=True, text=True)
    assert "nbgrader cannot work in a folder whose path contains" in result.stderr
    assert not (folder / ".venv").exists()


def test_make_finds_the_environment_in_a_folder_with_a_space(tmp_path: Path) -> None:
    folder = tmp_path / "with space"
    folder.mkdir()
    for name in ("Makefile", "requirements.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    # What a recipe would run, each path in one piece.
    command = ["make", "--dry-run", ".venv/stamp", "lint"]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    for line in result.stdout.splitlines():
        assert not line.strip().startswith(str(tmp_path)), line
