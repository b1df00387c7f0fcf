"""The `proctor` command: what it understands."""

from __future__ import annotations

import errno
import re
import sqlite3
from contextlib import closing
from importlib.metadata import version
from pathlib import Path

import pytest

from proctor import cli
from proctor.files import whole
from proctor.sandbox.host import Wall, WallError
from tests.support.commands import run
from tests.support.notebooks import LESSON


def test_version(tmp_path: Path) -> None:
    result = run(["proctor", "--version"], tmp_path)
    assert (result.returncode, result.stdout) == (0, f"proctor {version('proctor')}\n")


def test_check_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(wall: Wall) -> None:
        raise WallError("There is no bwrap: install bubblewrap.")

    monkeypatch.setattr(Wall, "start", fail)
    with pytest.raises(SystemExit, match="install bubblewrap"):
        cli.main(["check"])


@pytest.mark.slow
@pytest.mark.parametrize("line", ["c.Intake.max_cells = 60 s", "c.Intake.max_cells = sixty"])
def test_nothing_is_done_with_half_a_configuration(line: str, tmp_path: Path) -> None:
    (tmp_path / "nbgrader_config.py").write_text(f"c = get_config()\n\n{line}\n")
    result = run(["proctor", "autograde", "x"], tmp_path)
    assert (result.returncode, result.stdout) == (1, "")
    assert re.match(rf"{tmp_path}/nbgrader_config.py, line 3: (Syntax|Name)Error: ", result.stderr)
    assert [path.name for path in tmp_path.iterdir()] == ["nbgrader_config.py"]


@pytest.mark.slow
def test_a_locked_gradebook_is_one_line(scratch_course: Path) -> None:
    with closing(sqlite3.connect(scratch_course / "gradebook.db")) as other:
        other.execute("BEGIN EXCLUSIVE")
        result = run(["proctor", "report", LESSON], scratch_course)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith("Another program keeps the gradebook locked.")
    assert len(result.stderr.splitlines()) == 1


def test_a_disk_that_is_full_or_read_only_is_one_line() -> None:
    full = OSError(errno.ENOSPC, "No space left on device", "grades.csv")
    assert cli.reason_of(full, False).startswith("grades.csv: No space left")
    missing = OSError(errno.ENOENT, "No such file", "x")
    assert cli.reason_of(missing, False) == ""
    assert cli.reason_of(missing, True) == "x: No such file"
    assert cli.reason_of(ValueError("locked"), True) == ""


def test_a_full_disk_names_the_file(tmp_path: Path) -> None:
    with (
        pytest.raises(OSError, match=r"term\.tar\.gz") as caught,
        whole(tmp_path / "term.tar.gz"),
        Path("/dev/full").open("wb", buffering=0) as full,
    ):
        full.write(b"x")
    assert cli.reason_of(caught.value, False).startswith(f"{tmp_path / 'term.tar.gz'}: No space")
    # Nor is anybody told of a name that is lent for a while.
    with pytest.raises(OSError) as missing, whole(tmp_path / "none" / "a.zip") as part:
        part.touch()
    assert missing.value.filename == str(tmp_path / "none" / "a.zip")


@pytest.mark.slow
def test_a_class_that_does_not_exist_is_named(tmp_path: Path) -> None:
    config = "from proctor import configure\n\nc = get_config()\nconfigure(c)\n"
    config += "c.ExecuteSubmision.cell_timeout = 60\nc.SomebodyElses.setting = 1\n"
    (tmp_path / "nbgrader_config.py").write_text(config)
    result = run(["proctor", "report", "x"], tmp_path)
    assert "A setting of ExecuteSubmision counts for nothing" in result.stderr
    assert "SomebodyElses" not in result.stderr
    assert "knows no lesson" in result.stderr
    result = run(["proctor", "report", "x", "--LateSubmisionPlugin.penalty_method=zero"], tmp_path)
    assert result.stderr.splitlines()[-1].endswith("docs/settings.md lists all settings.")
    assert "Did you mean LateSubmissionPlugin?" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "settings"),
    [
        (["autograde", "--Intake.max_cells=3", "x"], ["--Intake.max_cells=3"]),
        (["--Intake.max_cells", "3", "autograde", "x"], ["--Intake.max_cells", "3"]),
        (["autograde", "x", "--Intake.max_cells"], ["--Intake.max_cells"]),
        (["autograde", "x", "--force", "--workers=2"], []),
        (["autograde", "Lesson.x=y"], []),
    ],
)
def test_settings_are_told_from_options(arguments: list[str], settings: list[str]) -> None:
    assert cli.split_settings(arguments) == (
        settings,
        [argument for argument in arguments if argument not in settings],
    )
