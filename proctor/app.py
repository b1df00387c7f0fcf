"""The ``proctor`` command."""

from __future__ import annotations

import argparse
import sys
import warnings
from pathlib import Path
from typing import NoReturn

from nbgrader.api import Gradebook
from nbgrader.apps import NbGrader
from rich.console import Console
from rich.text import Text

from .grade import Grader, Outcome, counts, table_without_grade
from .intake import shown
from .report import class_scores, class_table

NO_COURSE = "There is no nbgrader_config.py in {folder}. Run proctor in the course's folder."
UNKNOWN_LESSON = (
    "The gradebook knows no lesson {lesson!r}. Its lessons are: {lessons}. "
    "`nbgrader generate_assignment --force LESSON` adds one."
)


NO_SUBMISSIONS = (
    "Nothing to grade: there is no {folder}. "
    "Put what students hand in into submitted/STUDENT/{lesson}/."
)
UNKNOWN_STUDENTS = "{students}: nothing was handed in for {lesson}. See the folders in submitted/."
INTERRUPTED = "Interrupted. What was graded so far is kept; the same command grades the rest."


def main(arguments: list[str] | None = None) -> None:
    """Run the ``proctor`` command."""
    parser = argparse.ArgumentParser(prog="proctor", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    autograde = commands.add_parser("autograde", help="grade what was handed in")
    autograde.add_argument(
        "--student", action="append", metavar="NAME", help="grade only this one; may be repeated"
    )
    autograde.add_argument("--force", action="store_true", help="grade what has not changed, too")
    report = commands.add_parser("report", help="print what each student of the class scored")
    for command in (autograde, report):
        command.add_argument("lesson", help="the lesson's folder name, e.g. 01_convolutional_layer")
    options = parser.parse_args(arguments)
    if options.command == "autograde":
        autograde_lesson(options.lesson, options.student, options.force)
    else:
        print_report(options.lesson)


def autograde_lesson(lesson: str, students: list[str] | None, force: bool) -> None:
    """Grade a lesson, and print what has no grade and why.

    Raises
    ------
    SystemExit
        With status 1 if a submission has no grade, with 130 if interrupted, or with a message
        if there is nothing to grade.
    """
    course = load_course()
    # How nbgrader uses its database; nothing that a person could act on.
    warnings.filterwarnings("ignore", module="nbgrader.api")
    try:
        grader = Grader(course, lesson)
    except LookupError:
        fail_unknown_lesson(course.coursedir.db_url, lesson)
    handed_in = find_submissions(grader, students)
    console = Console(width=None if sys.stdout.isatty() else 160, highlight=False)
    outcomes: list[Outcome] = []
    try:
        for outcome in grader.grade(handed_in, force):
            outcomes.append(outcome)
            line = f"{shown(outcome.student)}: {outcome.status}, {outcome.text}"
            console.print(Text(line), soft_wrap=True)
    except KeyboardInterrupt:
        console.print(INTERRUPTED)
    if not all(outcome.has_grade for outcome in outcomes):
        console.print(table_without_grade(outcomes))
    console.print(counts(outcomes))
    if len(outcomes) < len(handed_in):
        sys.exit(130)
    sys.exit(not all(outcome.has_grade for outcome in outcomes))


def find_submissions(grader: Grader, students: list[str] | None) -> list[str]:
    """Return whose submissions to grade: those of `students`, or all; exit if there is none."""
    try:
        handed_in = grader.submissions()
    except FileNotFoundError as error:
        sys.exit(NO_SUBMISSIONS.format(folder=error.filename, lesson=grader.lesson.name))
    if students is None:
        return handed_in
    if unknown := sorted(set(students) - set(handed_in)):
        names = ", ".join(map(shown, unknown))
        sys.exit(UNKNOWN_STUDENTS.format(students=names, lesson=grader.lesson.name))
    return [student for student in handed_in if student in students]


def print_report(lesson: str) -> None:
    """Print the class report of a lesson.

    Raises
    ------
    SystemExit
        If the current folder is not a course, or its gradebook does not know the lesson.
    """
    db_url = load_course().coursedir.db_url
    with Gradebook(db_url) as gradebook:
        try:
            scores = class_scores(gradebook, lesson)
        except LookupError:
            fail_unknown_lesson(db_url, lesson)
    # A table that goes into a file or a pipe must not be folded to 80 columns.
    width = None if sys.stdout.isatty() else 160
    Console(width=width).print(class_table(lesson, scores))


def fail_unknown_lesson(db_url: str, lesson: str) -> NoReturn:
    """Exit with a message that names the lessons that the gradebook knows."""
    with Gradebook(db_url) as gradebook:
        lessons = ", ".join(entry.name for entry in gradebook.assignments) or "none"
    sys.exit(UNKNOWN_LESSON.format(lesson=lesson, lessons=lessons))


def load_course() -> NbGrader:
    """Return the course in the current folder, with its configuration."""
    if not Path("nbgrader_config.py").exists():
        sys.exit(NO_COURSE.format(folder=Path.cwd()))
    application = NbGrader.instance(log_level="WARN")
    application.initialize([])
    return application
