"""What feedback gave away earns nothing when it is handed in."""

from __future__ import annotations

import re
from pathlib import Path

from nbgrader.api import Gradebook

from tests.attacks import known_from_feedback
from tests.support.commands import nbgrader, run
from tests.support.notebooks import LESSON, NAME, right_submission, submit
from tests.support.scores import class_scores


def points(course: Path) -> dict[str, float]:
    """Grade, and return the points of each function."""
    result = run(["proctor", "autograde", LESSON], course)
    assert result.returncode == 0, result.stdout + result.stderr
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        (scores,) = class_scores(gradebook, LESSON).values()
        return {function: score.points for function, score in scores.items()}


def test_answers_that_feedback_gave_away(scratch_course: Path) -> None:
    folder = submit(scratch_course, "student")
    known_from_feedback.make(folder, *right_submission(scratch_course))
    first = points(scratch_course)
    nbgrader(scratch_course, "generate_feedback", LESSON)
    page = scratch_course / "feedback" / "student" / LESSON / Path(NAME).with_suffix(".html")
    given_away = re.search(r"ANSWERS(\{.*?\})END", page.read_text().replace("&#34;", '"'))
    assert given_away is not None, "the attack no longer gets hold of answers"
    (folder / "known.json").write_text(given_away[1])
    assert points(scratch_course) == first
