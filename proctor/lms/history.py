"""What was handed in before: kept with its grade, so that a complaint can be answered.

``history/LESSON/STUDENT/TIME/`` holds the submission as it was, the graded notebook, and
``grades.json``.
"""

from __future__ import annotations

import json
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nbgrader.coursedir import CourseDirectory

from ..grading.staging import remove
from ..report.entries import Entry

HISTORY = "history"


def put_away(folders: CourseDirectory, lesson: str, student: str, entry: Entry | None) -> Path:
    """Move a student's submission into the history, with what it scored; return where it is.

    The graded notebook stays where it is, too, until the next one is graded: its grade stands.
    """
    when = f"{datetime.now(UTC):%Y-%m-%dT%H-%M-%S.%fZ}"
    kept = Path(folders.root, HISTORY, lesson, student, when)
    kept.mkdir(parents=True)
    submitted, graded = (
        Path(folders.format_path(step, student, lesson))
        for step in (folders.submitted_directory, folders.autograded_directory)
    )
    try:
        if graded.is_dir() and entry is not None and entry.graded:
            shutil.copytree(graded, kept / "autograded", symlinks=True)
            (kept / "grades.json").write_text(json.dumps(grades_of(entry), indent=1) + "\n")
        _move(submitted, kept / "submitted")
    except OSError:
        # What is left would look like something that was handed in.
        if not os.path.lexists(kept / "submitted"):
            shutil.rmtree(kept, ignore_errors=True)
        raise
    return kept


def take_back(kept: Path, submitted: Path) -> None:
    """Move a submission from the history back to its place: nothing came in its stead.

    Parameters
    ----------
    kept : Path
        What `put_away` returned.
    submitted : Path
    """
    _move(kept / "submitted", submitted)
    shutil.rmtree(kept, ignore_errors=True)


def _move(source: Path, target: Path) -> None:
    try:
        source.rename(target)
    except OSError:  # on another file system
        try:
            shutil.copytree(source, target, symlinks=True)
        except OSError:
            shutil.rmtree(target, ignore_errors=True)
            raise
        remove(source)


def grades_of(entry: Entry) -> dict[str, Any]:
    """Return what a student scored, cell by cell, as it is kept."""
    return {
        "points": entry.points,
        "maximum": entry.maximum,
        "penalty": entry.penalty,
        "handed_in": f"{entry.handed_in} UTC" if entry.handed_in else None,
        "cells": {
            grade.name: {
                "points": grade.points,
                "maximum": grade.maximum,
                "automatic": grade.automatic,
                "by_hand": grade.by_hand,
                "extra": grade.extra,
            }
            for grade in entry.grades
        },
    }
