"""The ``proctor`` command."""

from __future__ import annotations

from .grading import quick_start  # isort: skip

import argparse
import gc
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from nbgrader.apps import NbGrader

    from .grading.coordinator import Grader

__all__ = ["main", "quick_start"]

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
INTERRUPTED_STATUS = 130
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
    where = autograde.add_mutually_exclusive_group()
    where.add_argument(
        "--workers",
        type=positive,
        metavar="N",
        help="how many worker processes; by default as many as keep this machine busy",
    )
    where.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="grade on the workers of a running Dask scheduler, e.g. tls://10.0.0.1:8786",
    )
    report = commands.add_parser("report", help="print what each student of the class scored")
    for command in (autograde, report):
        command.add_argument("lesson", help="the lesson's folder name, e.g. 01_convolutional_layer")
    options = parser.parse_args(arguments)
    if options.command == "autograde":
        autograde_lesson(options)
    else:
        print_report(options.lesson)


def positive(text: str) -> int:
    """Return a number of at least 1; called by argparse."""
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def autograde_lesson(options: argparse.Namespace) -> None:
    """Grade a lesson, and print what has no grade and why.

    Raises
    ------
    SystemExit
        With status 1 if a submission has no grade, with 130 if interrupted, or with a message
        if there is nothing to grade.
    """
    check_course()
    try:
        # Workers start while nbgrader is loaded here.
        with starting_client(options.scheduler, options.workers) as client:
            status = grade_class(options, client)
    except KeyboardInterrupt:
        print(INTERRUPTED)
        status = INTERRUPTED_STATUS
    # At the end, Python would look through all objects for cycles, which takes half a second.
    gc.freeze()
    sys.exit(status)


def grade_class(options: argparse.Namespace, client: Callable[[], Any]) -> int | str:
    """Grade a lesson on a cluster whose client `client` returns; return the exit status."""
    from .grading.cluster import Pool
    from .grading.coordinator import Grader, StoppedError
    from .report.progress import Progress

    course = load_course()
    # How nbgrader uses its database; nothing that a person could act on.
    warnings.filterwarnings("ignore", module="nbgrader.api")
    try:
        grader = Grader(course, options.lesson)
    except LookupError:
        fail_unknown_lesson(course.coursedir.db_url, options.lesson)
    except FileNotFoundError as error:
        sys.exit(str(error))
    handed_in = find_submissions(grader, options.student)
    progress = Progress(len(handed_in))
    status: int | str = 0
    try:
        with progress:
            pool = Pool(client(), grader.payload)
            for outcome in grader.grade(handed_in, options.force, pool):
                progress.show(outcome)
    except (StoppedError, ConnectionError) as error:
        status = str(error)
    finally:
        progress.summary()
    return status or int(bool(progress.without_grade))


def find_submissions(grader: Grader, students: list[str] | None) -> list[str]:
    """Return whose submissions to grade: those of `students`, or all; exit if there is none."""
    try:
        handed_in = grader.submissions()
    except FileNotFoundError as error:
        sys.exit(NO_SUBMISSIONS.format(folder=error.filename, lesson=grader.lesson.name))
    if students is None:
        return handed_in
    from .submission.intake import shown

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
    from nbgrader.api import Gradebook
    from rich.console import Console

    from .report.class_table import class_scores, class_table

    db_url = load_course().coursedir.db_url
    with Gradebook(db_url) as gradebook:
        try:
            scores = class_scores(gradebook, lesson)
        except LookupError:
            fail_unknown_lesson(db_url, lesson)
    # A table that goes into a file or a pipe must not be folded to 80 columns.
    width = None if sys.stdout.isatty() else 300
    Console(width=width).print(class_table(lesson, scores))


def fail_unknown_lesson(db_url: str, lesson: str) -> NoReturn:
    """Exit with a message that names the lessons that the gradebook knows."""
    from nbgrader.api import Gradebook

    with Gradebook(db_url) as gradebook:
        lessons = ", ".join(entry.name for entry in gradebook.assignments) or "none"
    sys.exit(UNKNOWN_LESSON.format(lesson=lesson, lessons=lessons))


def check_course() -> None:
    """Exit with a message if this is not a course's folder."""
    if not Path("nbgrader_config.py").exists():
        sys.exit(NO_COURSE.format(folder=Path.cwd()))


def load_course() -> NbGrader:
    """Return the course in the current folder, with its configuration."""
    from nbgrader.apps import NbGrader

    check_course()
    application = NbGrader.instance(log_level="WARN")
    application.initialize([])
    return application


@contextmanager
def starting_client(scheduler: str | None, workers: int | None) -> Iterator[Callable[[], Any]]:
    """Start or find a cluster meanwhile; yield a function that waits for Dask's client."""
    from .grading.cluster import local_client, remote_client
    from .grading.staging import LockedFolder

    with ExitStack() as stack:
        starter = stack.enter_context(ThreadPoolExecutor(1))
        if scheduler is not None:
            entered = starter.submit(stack.enter_context, remote_client(scheduler))
        else:
            folder = LockedFolder(Path(tempfile.gettempdir()), "proctor-dask-")
            path = stack.enter_context(folder).path
            entered = starter.submit(stack.enter_context, local_client(workers, path))
        try:
            yield entered.result
        finally:
            entered.exception()
