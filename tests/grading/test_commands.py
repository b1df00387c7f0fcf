"""The `proctor` command in a course, and what it says when it cannot go on."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.support.commands import run
from tests.support.notebooks import LESSON, submit
from tests.support.paths import PROGRAMS


def test_settings_are_understood(scratch_course: Path) -> None:
    """As by nbgrader's commands: before nbgrader_config.py, with a word on what is unknown."""
    config = scratch_course / "nbgrader_config.py"
    config.write_text(config.read_text() + "\nc.CourseDirectory.submitted_directory = 'a'\n")
    nothing = ["proctor", "autograde", LESSON]
    assert f"{scratch_course}/a does not exist" in run(nothing, scratch_course).stderr
    other = run([*nothing, "--CourseDirectory.submitted_directory=b"], scratch_course)
    assert f"{scratch_course}/b does not exist" in other.stderr
    unknown = run([*nothing, "--ExecuteSubmission.cell_timout=3"], scratch_course)
    assert "`cell_timout` not recognized by `ExecuteSubmission`" in unknown.stderr
    bad = run([*nothing, "--ExecuteSubmission.cell_timeout=soon"], scratch_course)
    assert bad.returncode == 1
    assert "cell_timeout" in bad.stderr and "Traceback" not in bad.stderr
    option = run([*nothing, "--cell_timeout=3"], scratch_course)
    assert option.returncode == 2 and "--cell_timeout=3" in option.stderr


@pytest.mark.parametrize("command", ["autograde", "report"])
def test_lesson_that_is_not_known(scratch_course: Path, command: str) -> None:
    result = run(["proctor", command, "07_nowhere"], scratch_course)
    assert result.returncode == 1
    assert f"no lesson '07_nowhere'. Its lessons are: {LESSON}, " in result.stderr
    assert "Traceback" not in result.stderr


def test_outside_of_a_course(tmp_path: Path) -> None:
    result = run(["proctor", "autograde", LESSON], tmp_path)
    assert result.returncode == 1
    assert f"{tmp_path} has no nbgrader_config.py." in result.stderr


def test_environment_that_is_not_on_the_path(scratch_course: Path) -> None:
    """Who calls .venv/bin/proctor by its path has nbgrader's programs beside it, too."""
    (scratch_course / "gradebook.db").unlink(missing_ok=True)
    result = subprocess.run(
        [PROGRAMS / "proctor", "report", LESSON],
        cwd=scratch_course,
        env={**os.environ, "PATH": os.defpath},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "The gradebook knows no lesson" in result.stderr


def test_change_that_was_not_generated(scratch_course: Path) -> None:
    (scratch_course / "submitted" / "ada" / LESSON).mkdir(parents=True)
    figures = scratch_course / "source" / LESSON / "figures.py"
    with figures.open("a") as file:
        file.write("# changed\n")
    result = run(["proctor", "autograde", LESSON], scratch_course)
    changed = f"source/{LESSON} has changed since it was released"
    assert changed in result.stderr
    assert "ada: refused, it contains no notebook" in result.stdout
    checked = run(["proctor", "check", LESSON], scratch_course)
    assert checked.returncode == 1 and changed in checked.stdout
    # It may be why nothing can be graded.
    figures.write_text("pass")
    stopped = run(["proctor", "autograde", LESSON], scratch_course)
    assert stopped.returncode == 1 and changed in stopped.stderr
    assert "module 'figures' has no attribute" in stopped.stderr


def test_what_is_not_there_is_named(scratch_course: Path) -> None:
    nothing = run(["proctor", "autograde", LESSON], scratch_course)
    assert nothing.returncode == 1
    assert "Nothing to grade" in nothing.stderr
    submit(scratch_course, "student")
    unknown = run(["proctor", "autograde", LESSON, "--student", "nobody"], scratch_course)
    assert unknown.returncode == 1
    assert f"nobody: no submission for {LESSON}" in unknown.stderr
    lesson = run(["proctor", "autograde", "07_nowhere"], scratch_course)
    assert lesson.returncode == 1
    assert "The gradebook knows no lesson '07_nowhere'" in lesson.stderr
