"""The ``proctor`` command."""

from __future__ import annotations

from .grading import quick_start  # isort: skip

import argparse
import errno
import gc
import os
import platform
import re
import sys
import tempfile
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from difflib import get_close_matches
from importlib.metadata import version
from itertools import islice
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nbgrader.apps import NbGrader

    from .diagnose.exercise import Exercise
    from .grading.coordinator import Grader

__all__ = ["main", "quick_start"]

NO_COURSE = "{folder} has no nbgrader_config.py. Run proctor in the course's folder."
NO_SUBMISSIONS = (
    "Nothing to grade: {folder} does not exist. "
    "Put each student's submission into submitted/STUDENT/{lesson}/."
)
NOBODY = (
    "Nothing to grade: no folder submitted/STUDENT/{lesson} holds anything. The lesson's name is "
    "that of its folder in source/."
)
UNKNOWN_STUDENTS = "{students}: no submission for {lesson}. See the folders in submitted/."
MISPLACED = "submitted/ holds notebooks that belong to no lesson, and nobody gets a grade for: %s"
INTERRUPTED_STATUS = 130
INTERRUPTED = "Interrupted. Grades so far are kept; run the same command to grade the rest."
LOCKED = (
    "Another program keeps the gradebook locked. What was done so far is kept: try again when that "
    "program has ended."
)
READ_ONLY = "The gradebook may not be written: its file, or its folder, is read-only."
FULL = "The disk with the gradebook is full. What was done so far is kept."
# By what SQLite says.
GRADEBOOK = {"locked": LOCKED, "readonly": READ_ONLY, "disk is full": FULL}
KEPT = "What was done before is kept."
NO_ACCESS = (errno.EACCES, errno.EROFS, errno.ENOSPC, errno.EDQUOT)
BAD_CONFIG = "{place}: {error}. Nothing was done: correct the file first."
NO_CLASS = (
    "A setting of {name} counts for nothing: there is no such class. Did you mean {alike}? "
    "docs/settings.md lists all settings."
)
UNEXPLAINED = (
    "Lost points are not explained as they could be: {problem}. Correct that, and run the command "
    "again."
)
UNSOUND = (
    "Grades of all depend on a test that is not sound: {problem} Correct the master, then run "
    "`proctor update {lesson}`, `proctor check {lesson}` and this again."
)
LEAST_ALIKE = 0.85
"""From when on, of 1, two names of classes are taken for the same."""
SETTINGS_HELP = (
    "Any setting of nbgrader_config.py can be given as --Class.name=value, such as "
    "--ExecuteSubmission.cell_timeout=60. docs/settings.md lists them."
)
SETTING = re.compile(r"--[A-Z]\w*\.\w+(=|$)")
CHECKED = "The master's own solution earns all points, and the untouched release none."
WALL_HOLDS = (
    "Student code can be sandboxed here, with {bwrap} on Linux {release}. A sandbox was built, and "
    "code in it tried in vain to get out: to other processes, users and files, to the network, "
    "and beyond its limits."
)


def main(arguments: list[str] | None = None) -> None:
    """Run the ``proctor`` command."""
    from .report.terminal import write_unknown_letters_out
    from .term.commands import RUN, add_commands, lesson_of, without_slash

    write_unknown_letters_out()
    parser = argparse.ArgumentParser(prog="proctor", description=__doc__, epilog=SETTINGS_HELP)
    parser.add_argument("--version", action="version", version=f"proctor {version('proctor')}")
    commands = parser.add_subparsers(dest="command", required=True)
    autograde = commands.add_parser(
        "autograde", help="grade new and changed submissions", epilog=SETTINGS_HELP
    )
    autograde.add_argument(
        "--student", action="append", metavar="NAME", help="grade only this one; may be repeated"
    )
    autograde.add_argument(
        "--force", action="store_true", help="regrade unchanged submissions, too"
    )
    where = autograde.add_mutually_exclusive_group()
    where.add_argument(
        "--workers",
        type=positive,
        metavar="N",
        help="number of worker processes; by default as many as keep this machine busy",
    )
    where.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="grade on the workers of a running Dask scheduler, e.g. tls://10.0.0.1:8786",
    )
    lesson_of(autograde)
    check = commands.add_parser(
        "check", help="test whether student code can be sandboxed here, and a lesson be graded"
    )
    why = "say where each of its test cells runs, and why"
    check.add_argument("lesson", nargs="?", type=without_slash, help=why)
    add_commands(commands)
    settings, others = split_settings(sys.argv[1:] if arguments is None else arguments)
    options = parser.parse_args(others)
    options.settings = settings
    try:
        if options.command == "autograde":
            autograde_lesson(options, settings)
        elif options.command in RUN:
            sys.exit(RUN[options.command](options, load_course(settings)))
        elif options.lesson is None:
            check_wall()
        else:
            sys.exit(check_lesson(options.lesson, settings))
    except Exception as error:
        if reason := reason_of(error, options.command in RUN):
            sys.exit(reason)
        raise


def reason_of(error: Exception, about_files: bool) -> str:
    """Return in words why a command cannot do what it is for; nothing of a defect of ours.

    Parameters
    ----------
    error : Exception
    about_files : bool
        Whether it is a command that is given files, each of which may be missing.
    """
    from traitlets import TraitError

    from .grading.results import StoppedError
    from .lesson.read import LessonError
    from .lms.archive import ArchiveError
    from .lms.table import TableError
    from .sandbox.host import WallError
    from .submission.clean import shown
    from .term.backup import BackupError
    from .term.students import StudentError

    of_course = (LessonError, TraitError, WallError, StoppedError, ConnectionError)
    if isinstance(error, (*of_course, ArchiveError, TableError, BackupError, StudentError)):
        return str(error)
    if type(error).__name__ == "OperationalError":  # SQLAlchemy's
        for sign, text in GRADEBOOK.items():
            if sign in str(error):
                return text
    if isinstance(error, OSError) and (about_files or error.errno in NO_ACCESS):
        text = f"{shown(error.filename or 'A file')}: {error.strerror or error}"
        return f"{text}. {KEPT}" if error.errno in NO_ACCESS else text
    return ""


def split_settings(arguments: list[str]) -> tuple[list[str], list[str]]:
    """Return the arguments that are settings, such as ``--Intake.max_cells=100``, and the others.

    As in nbgrader's commands, the value may follow ``=`` or be the next argument.
    """
    settings, others = [], []
    left = iter(arguments)
    for argument in left:
        if not SETTING.match(argument):
            others.append(argument)
        elif "=" in argument:
            settings.append(argument)
        else:
            settings += [argument, *islice(left, 1)]
    return settings, others


def positive(text: str) -> int:
    """Return a number of at least 1; called by argparse."""
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def autograde_lesson(options: argparse.Namespace, settings: list[str]) -> None:
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
            status = grade_class(options, settings, client)
    except KeyboardInterrupt:
        print(INTERRUPTED)
        status = INTERRUPTED_STATUS
    # At the end, Python would look through all objects for cycles, which takes half a second.
    gc.freeze()
    sys.exit(status)


def grade_class(
    options: argparse.Namespace, settings: list[str], client: Callable[[], Any]
) -> int | str:
    """Grade a lesson on a cluster whose client `client` returns; return the exit status."""
    from traitlets import TraitError

    from .grading.cluster import Pool, run_cells
    from .grading.coordinator import Grader
    from .grading.placing import problems, remarks
    from .grading.results import StoppedError
    from .grading.tasks import lesson_payload
    from .lesson.private import check_folders
    from .lesson.read import LessonError
    from .lesson.stale import stale
    from .lms.late import NO_TIME, late_without_time
    from .report.progress import Progress
    from .submission.clean import few

    course = load_course(settings)
    check_folders(course)
    grader = Grader(course, options.lesson)
    handed_in = find_submissions(grader, options.student)
    # Before anything is run: it may be why nothing can be.
    for changed in {stale(course, lesson) for lesson in grader.lessons} - {""}:
        course.log.warning("%s", changed)
    if misplaced := grader.misplaced():
        course.log.warning(MISPLACED, few(misplaced))
    placed = grader.place(lambda *work: run_cells(client(), *work))
    wrong = [UNSOUND.format(problem=one, lesson=options.lesson) for one in problems(placed)]
    unexplained = [UNEXPLAINED.format(problem=one) for one in declared_in(grader)[1]]
    for remark in (*remarks(placed, options.lesson), *unexplained):
        course.log.warning("%s", remark)
    progress = Progress(len(handed_in), grader.names())
    status: int | str = 0
    try:
        with progress:
            pool = Pool(client(), *map(lesson_payload, grader.lessons))
            for outcome in grader.grade(handed_in, options.force, pool):
                progress.show(outcome)
        progress.remark(NO_TIME, late_without_time(course, options.lesson, handed_in))
    except (LessonError, StoppedError, TraitError, ConnectionError) as error:
        status = str(error)
    finally:
        progress.summary()
    # Of a large class, what was said first is far above.
    for problem in (*wrong, *unexplained):
        print(problem)
    return status or int(bool(progress.without_grade))


def check_lesson(lesson: str, settings: list[str]) -> int:
    """Print where each test cell of a lesson runs, and what is wrong with it.

    Returns
    -------
    int
        1 if something is.
    """
    from .diagnose.consistency import inconsistencies
    from .diagnose.misconceptions import try_out
    from .grading.cluster import run_cells
    from .grading.coordinator import Grader
    from .grading.placing import problems
    from .lesson.private import check_folders
    from .lesson.stale import stale
    from .report.terminal import print_rows

    course = load_course(settings)
    with starting_client(None, None) as client:
        check_folders(course)
        grader = Grader(course, lesson)
        if changed := {stale(course, read) for read in grader.lessons} - {""}:
            # What else there is to say would be of the release before.
            print(*changed, sep="\n")
            return 1
        placed = grader.place(lambda *work: run_cells(client(), *work))
    exercises, undeclared = declared_in(grader)
    rows = [(cell.name, f"{cell.points:g}", cell.where, cell.why) for cell in placed]
    print_rows("", ("test cell", "points", "runs", "why"), rows, ("points",))
    found = [*problems(placed), *undeclared, *(try_out(exercises) or inconsistencies(exercises))]
    print(*(found or [CHECKED]), sep="\n")
    return int(bool(found))


def declared_in(grader: Grader) -> tuple[dict[str, Exercise], list[str]]:
    """Return what a lesson's misconceptions.py declares, and what makes no sense in it."""
    from .diagnose.misconceptions import usable_exercises
    from .lesson.read import lesson_folders

    source, _ = lesson_folders(grader.course, grader.lesson.name)
    sources = {name: text for read in grader.lessons for name, text in read.sources.items()}
    return usable_exercises(grader.lesson.misconceptions, source, sources)


def find_submissions(grader: Grader, students: list[str] | None) -> list[str]:
    """Return whose submissions to grade: those of `students`, or all; exit if there is none."""
    try:
        handed_in = grader.submissions()
    except FileNotFoundError as error:
        sys.exit(NO_SUBMISSIONS.format(folder=error.filename, lesson=grader.lesson.name))
    if not handed_in:
        sys.exit(NOBODY.format(lesson=grader.lesson.name))
    if students is None:
        return handed_in
    from .submission.clean import shown
    from .submission.handed_in import composed

    students = [composed(student) for student in students]
    if unknown := sorted(set(students) - set(handed_in)):
        names = ", ".join(map(shown, unknown))
        sys.exit(UNKNOWN_STUDENTS.format(students=names, lesson=grader.lesson.name))
    return [student for student in handed_in if student in students]


def check_course() -> None:
    """Exit with a message if this is not a course's folder."""
    if not Path("nbgrader_config.py").exists():
        sys.exit(NO_COURSE.format(folder=Path.cwd()))


def load_course(settings: list[str]) -> NbGrader:
    """Return the course in the current folder, with its configuration.

    Parameters
    ----------
    settings : list of str
        Arguments that go before it, as nbgrader's commands understand them.
    """
    from nbgrader.apps import NbGrader

    from .report.terminal import CleanLog

    check_course()
    # For a new gradebook nbgrader runs alembic, which need only be installed beside this Python.
    own, folders = str(Path(sys.executable).parent), os.get_exec_path()
    if own not in folders:
        os.environ["PATH"] = os.pathsep.join([*folders, own])
    # How nbgrader uses its database; nothing that a person could act on.
    warnings.filterwarnings("ignore", module="nbgrader.api")
    application = NbGrader.instance(log_level="WARN")
    # nbgrader would go on without the settings, and so without the sandbox.
    application.raise_config_file_errors = True
    try:
        application.initialize(settings)
    except Exception as error:
        sys.exit(BAD_CONFIG.format(place=place_of(error), error=f"{type(error).__name__}: {error}"))
    application.log.addFilter(CleanLog())
    for name, text in misspelt_classes(application.config).items():
        if any(setting.startswith(f"--{name}.") for setting in settings):
            sys.exit(text)
        application.log.warning("%s", text)
    return application


def place_of(error: Exception) -> str:
    """Return file and line of the configuration that an error comes from, as far as known."""
    frames = traceback.extract_tb(error.__traceback__)
    places = [(frame.filename, frame.lineno) for frame in frames]
    if isinstance(error, SyntaxError):
        places.append((error.filename or "", error.lineno))
    found = [place for place in places if PurePath(place[0]).name.endswith("_config.py")]
    return f"{found[-1][0]}, line {found[-1][1]}" if found else "The configuration"


def misspelt_classes(config: Mapping[str, Any]) -> dict[str, str]:
    """Return what is wrong with settings of classes that do not exist, but nearly, by class."""
    from traitlets.config import Configurable

    known, pending = set(), [Configurable]
    for kind in pending:
        known.add(kind.__name__)
        pending += kind.__subclasses__()
    return {
        name: NO_CLASS.format(name=name, alike=alike[0])
        for name in config.keys() - known
        if (alike := get_close_matches(name, known, 1, LEAST_ALIKE))
    }


def check_wall() -> None:
    """Build a sandbox for an empty lesson, and print that it holds.

    Raises
    ------
    WallError
        If it does not; the text says what is missing, and how to get it.
    """
    from .lesson.private import check_folders
    from .sandbox.host import Wall
    from .sandbox.host.errors import bwrap

    if Path("nbgrader_config.py").exists():
        check_folders(load_course([]))
    with Wall():
        print(WALL_HOLDS.format(bwrap=bwrap(), release=platform.release()))


@contextmanager
def starting_client(scheduler: str | None, workers: int | None) -> Iterator[Callable[[], Any]]:
    """Start or find a cluster meanwhile; yield a function that waits for Dask's client."""
    from .grading.cluster import local_client, remote_client
    from .sandbox.host.folders import LockedFolder

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
