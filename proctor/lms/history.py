"""What was handed in before: kept with its grade, so that a complaint can be answered.

``history/LESSON/STUDENT/TIME/`` holds the submission as it was, the graded notebook, and
``grades.json``.
"""

from __future__ import annotations

import json
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
    if graded.is_dir() and entry is not None and entry.graded:
        shutil.copytree(graded, kept / "autograded", symlinks=True)
        (kept / "grades.json").write_text(json.dumps(grades_of(entry), indent=1) + "\n")
    try:
        submitted.rename(kept / "submitted")
    except OSError:  # on another file system
        shutil.copytree(submitted, kept / "submitted", symlinks=True)
        remove(submitted)
    return kept


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
