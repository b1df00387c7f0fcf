"""The ``proctor`` command."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.apps import NbGrader
from rich.console import Console

from .report import class_scores, class_table

NO_COURSE = "There is no nbgrader_config.py in {folder}. Run proctor in the course's folder."
UNKNOWN_LESSON = (
    "The gradebook knows no lesson {lesson!r}. Its lessons are: {lessons}. "
    "`nbgrader generate_assignment LESSON` adds one."
)


def main(arguments: list[str] | None = None) -> None:
    """Run the ``proctor`` command."""
    parser = argparse.ArgumentParser(prog="proctor", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    report = commands.add_parser("report", help="print what each student of the class scored")
    report.add_argument("lesson", help="the lesson's folder name, e.g. 01_convolutional_layer")
    options = parser.parse_args(arguments)
    print_report(options.lesson)


def print_report(lesson: str) -> None:
    """Print the class report of a lesson.

    Raises
    ------
    SystemExit
        If the current folder is not a course, or its gradebook does not know the lesson.
    """
    with Gradebook(course_db_url()) as gradebook:
        try:
            scores = class_scores(gradebook, lesson)
        except LookupError:
            lessons = ", ".join(entry.name for entry in gradebook.assignments) or "none"
            sys.exit(UNKNOWN_LESSON.format(lesson=lesson, lessons=lessons))
    # A table that goes into a file or a pipe must not be folded to 80 columns.
    width = None if sys.stdout.isatty() else 160
    Console(width=width).print(class_table(lesson, scores))


def course_db_url() -> str:
    """Return the address of the gradebook of the course in the current folder."""
    if not Path("nbgrader_config.py").exists():
        sys.exit(NO_COURSE.format(folder=Path.cwd()))
    application = NbGrader()
    application.initialize([])
    db_url: str = application.coursedir.db_url
    return db_url
