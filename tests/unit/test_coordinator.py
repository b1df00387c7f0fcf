"""A run over a class, of which parts are played: what goes wrong costs one submission."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from sqlalchemy.exc import OperationalError

from proctor.grading.coordinator import HandedIn, Job, Run
from proctor.grading.results import FAILED, StoppedError
from proctor.grading.staging import OUT_OF_DATE, UNWRITTEN, digest_of, seal
from proctor.report.entries import CellGrade, Entry
from proctor.report.states import GRADED, WAITING, _state


def a_run(tmp_path: Path) -> Run:
    """Return a run whose graded folders are below a path."""
    grader = mock.MagicMock()
    grader.graded_folder.side_effect = lambda student: tmp_path / "graded" / student
    publisher = mock.MagicMock()
    publisher.folder.side_effect = lambda student: tmp_path / "staged" / student
    run = Run.__new__(Run)
    run._grader, run._publisher, run._writer = grader, publisher, mock.MagicMock()
    run._log, run._pool, run._earlier = mock.MagicMock(), mock.MagicMock(), {}
    return run


def test_a_submission_that_cannot_be_sent_costs_itself(tmp_path: Path) -> None:
    run = a_run(tmp_path)
    part: Any = mock.MagicMock()
    run._publisher.sanitised.side_effect = ValueError("a preprocessor of the course's own")  # type: ignore[attr-defined]
    outcome = run._submitted(Job("anna", HandedIn({0: part}), "digest"))
    assert outcome is not None
    assert outcome.status == FAILED and "of the course's own" in outcome.text
    run._publisher.sanitised.side_effect = ConnectionError("gone")  # type: ignore[attr-defined]
    with pytest.raises(ConnectionError):
        run._submitted(Job("anna", HandedIn({0: part}), "digest"))


def test_a_full_disk_stops_the_run(tmp_path: Path) -> None:
    run = a_run(tmp_path)
    job = Job("anna", HandedIn({}), "digest")
    full = OSError(errno.ENOSPC, "No space left on device", "graded/anna")
    for error in (full, OperationalError("INSERT", {}, Exception("database or disk is full"))):
        run._publisher.sanitised.side_effect = error  # type: ignore[attr-defined]
        with pytest.raises(StoppedError, match=r"The disk is full .*: make room, then run"):
            run._submitted(job)
    other = OSError(errno.EACCES, "Permission denied", "graded/anna")
    run._publisher.sanitised.side_effect = other  # type: ignore[attr-defined]
    outcome = run._submitted(job)
    assert outcome is not None and outcome.status == FAILED


def test_a_folder_without_its_points_in_the_gradebook_says_so(tmp_path: Path) -> None:
    """Interrupted in between, a grade of an earlier submission is not taken for this one's."""
    run = a_run(tmp_path)
    (tmp_path / "staged" / "anna").mkdir(parents=True)

    def publish(student: str) -> None:
        (tmp_path / "graded").mkdir()
        (tmp_path / "staged" / student).rename(tmp_path / "graded" / student)

    run._publisher.publish.side_effect = publish  # type: ignore[attr-defined]
    run._writer.write.side_effect = KeyboardInterrupt  # type: ignore[attr-defined]
    with pytest.raises(KeyboardInterrupt):
        list(run._write([Job("anna", HandedIn({}), "digest")]))
    folder = tmp_path / "graded" / "anna"
    assert digest_of(folder) == UNWRITTEN

    grader: Any = run._grader
    grader.take_in.return_value = (mock.MagicMock(digest="digest"), [])
    grader.version, grader.lesson.name = "version", "lesson"
    entry = Entry("anna", grades=[CellGrade("f-a", 1, 1, 1)])
    assert _state(grader, "anna", entry, True).status == WAITING
    for digest, says in {
        "all version digest": "",
        "all version other": "handed in again",
        "all other digest": "graded by an earlier version of the lesson",
        OUT_OF_DATE: "graded by an earlier version of the lesson",
    }.items():
        seal(folder, digest)
        state = _state(grader, "anna", entry, True)
        assert state.status == (WAITING if says else GRADED)
        assert state.text.startswith(says)
