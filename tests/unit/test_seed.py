"""Fresh inputs: drawn from the course's secret and what was handed in."""

from __future__ import annotations

from pathlib import Path

import pytest

from proctor.lesson import Lesson
from proctor.submission.intake import Intake
from proctor.submission.seed import course_secret, submission_seed
from tests.support.notebooks import LESSON, NAME, right_submission, save


def seed(secret: bytes, folder: Path) -> str:
    """Return the seed of what is handed in."""
    lesson = Lesson(LESSON, NAME, cells=(), files={})
    return submission_seed(secret, Intake().take_in(folder, lesson).digest)


@pytest.mark.parametrize("content", ["", "0123"])
def test_a_secret_that_is_none_is_refused(content: str, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(content)
    with pytest.raises(SystemExit, match=r"secret holds .* Restore it from a backup"):
        course_secret(tmp_path / "secret")


def test_regrading_draws_the_same_inputs(tmp_path: Path, built_course: Path) -> None:
    secret = course_secret(tmp_path / "secret")
    assert course_secret(tmp_path / "secret") == secret
    assert (tmp_path / "secret").stat().st_mode & 0o077 == 0

    folder = tmp_path / "student" / LESSON
    folder.mkdir(parents=True)
    right = right_submission(built_course)[1]
    save(folder, right)
    seeds = [seed(secret, folder)]
    assert seed(secret, folder) == seeds[0]
    assert seed(b"another course", folder) != seeds[0]

    # Whatever is changed or added, also where only the student's code would look.
    (folder / "known.json").write_text("{}")
    seeds.append(seed(secret, folder))
    (folder / "known.json").write_text("[]")
    seeds.append(seed(secret, folder))
    (folder / "known.json").rename(folder / "answers.json")
    seeds.append(seed(secret, folder))
    (folder / "deep").mkdir()
    (folder / "deep" / "more.txt").touch()
    seeds.append(seed(secret, folder))
    right.cells[0].source += " "
    save(folder, right)
    seeds.append(seed(secret, folder))
    right.metadata["title"] = "known"
    save(folder, right)
    seeds.append(seed(secret, folder))
    assert len(set(seeds)) == len(seeds)
