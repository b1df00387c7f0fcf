"""The folder in which graded notebooks wait to be published."""

from __future__ import annotations

from pathlib import Path

from examples.build_submissions import foreign_students
from proctor.grading.staging import Staging


def test_staging_of_the_living_is_spared(tmp_path: Path) -> None:
    with Staging(tmp_path) as first, Staging(tmp_path) as second:
        assert first.path.exists() and second.path.exists()
    dead = tmp_path / ".staging-dead"
    dead.mkdir()
    with Staging(tmp_path):
        assert not dead.exists()
    assert not list(tmp_path.iterdir())


def test_what_a_killed_run_left_is_no_student(tmp_path: Path) -> None:
    (tmp_path / "autograded" / ".staging-dead").mkdir(parents=True)
    assert foreign_students(tmp_path) == set()
    (tmp_path / "autograded" / "somebody").mkdir()
    assert foreign_students(tmp_path) == {"somebody"}
