"""The `proctor` command: what it understands."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import pytest

from proctor import cli
from proctor.sandbox.host import Wall, WallError
from tests.support.commands import run


def test_version(tmp_path: Path) -> None:
    result = run(["proctor", "--version"], tmp_path)
    assert (result.returncode, result.stdout) == (0, f"proctor {version('proctor')}\n")


def test_check_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(wall: Wall) -> None:
        raise WallError("There is no bwrap: install bubblewrap.")

    monkeypatch.setattr(Wall, "start", fail)
    with pytest.raises(SystemExit, match="install bubblewrap"):
        cli.main(["check"])


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
