"""When submissions were handed in, as both ways of grading record it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from tests.support.commands import run
from tests.support.notebooks import LESSON, right_submission, save, submit

HALF_PAST_SEVEN = datetime(2024, 3, 1, 19, 30)
TIMES: dict[str, tuple[str, datetime | None]] = {
    "utc": ("2024-03-01 19:30:00 UTC", HALF_PAST_SEVEN),
    "offset": ("2024-03-01 21:30:00 +0200", HALF_PAST_SEVEN),
    "american": ("3/1/2024 7:30 PM", HALF_PAST_SEVEN),
    "pacific": ("2024-03-01 11:30:00 PST", HALF_PAST_SEVEN),
    "ambiguous": ("2024-03-02 01:00:00 IST", None),
}


@pytest.mark.parametrize("command", ["proctor", "nbgrader"])
def test_the_gradebook_has_the_right_time(command: str, scratch_course: Path) -> None:
    _, notebook = right_submission(scratch_course)
    notebook.cells = notebook.cells[:3]
    for student, (text, _) in TIMES.items():
        folder = submit(scratch_course, student)
        save(folder, notebook)
        (folder / "timestamp.txt").write_text(text)
    result = run([command, "autograde", LESSON], scratch_course)
    log = result.stdout + result.stderr
    assert result.returncode == 0, log
    with Gradebook(f"sqlite:///{scratch_course}/gradebook.db") as gradebook:
        times = {
            submission.student.id: submission.timestamp
            for submission in gradebook.assignment_submissions(LESSON)
        }
    assert times == {student: time for student, (_, time) in TIMES.items()}
    assert "american: timestamp.txt names no time zone: taken for UTC" in log
    if command == "nbgrader":
        assert log.count("the time zone IST") == 1
    else:
        # Not only in the log, which nobody reads to the end.
        summary = result.stdout.partition("Worth a look")[2]
        assert "the time zone IST" in summary and "taken for UTC" in summary
