"""The commands of a term: what they are called, and what they print."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from ..report.terminal import print_rows
from ..submission.clean import FEW, counted, few, named, shown

if TYPE_CHECKING:
    from nbgrader.apps import NbGrader

    from ..lms.collect import Collection
    from ..lms.export import Exported

UP_TO_DATE = "Release and gradebook are up to date."
UPDATED = (
    "Release and gradebook are up to date. `proctor autograde {lesson}` regrades whoever this "
    "concerns. Points that a person gave, and comments, are kept."
)
NAMED = 40
"""How many students or files of one kind are named."""
ONLY_BEFORE = "Handed in before, and not in this download; what is here stands: {students}."
ASK = "Remove all that this course has of {student}: {places}? [y/N] "
NOT_REMOVED = "Nothing was removed."
REMOVED = "{student} is removed. Earlier backups still hold what was removed."
LESSON_HELP = "the lesson's folder name, e.g. 01_convolutional_layer"
CSV_NEEDED = "Name at least one of --to and --feedback."


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands to the parser of ``proctor``."""
    update = commands.add_parser(
        "update", help="take a changed master into release and gradebook; grades are kept"
    )
    lesson_of(update)
    report = commands.add_parser(
        "report",
        usage="%(prog)s [-h] (LESSON | --course) [--html FILE] [--csv FILE] [--anonymous]",
        help="say how a class does, in the terminal or a page",
    )
    about = report.add_mutually_exclusive_group(required=True)
    about.add_argument("lesson", nargs="?", type=without_slash, help=LESSON_HELP)
    about.add_argument("--course", action="store_true", help="all lessons together")
    report.add_argument("--html", type=Path, metavar="FILE", help="write a page for a browser")
    report.add_argument("--csv", type=Path, metavar="FILE", help="write the numbers")
    report.add_argument(
        "--anonymous", action="store_true", help="show neither names nor ids, in page and numbers"
    )
    collect = commands.add_parser("collect", help="take in submissions from an LMS's zip")
    lesson_of(collect)
    collect.add_argument("zips", nargs="+", type=Path, metavar="ZIP", help="the newest last")
    collect.add_argument(
        "--roster",
        required=True,
        type=Path,
        metavar="CSV",
        help="the LMS's list of students: Canvas's gradebook, Moodle's grading worksheet, or a "
        "file with columns id, first_name, last_name, email",
    )
    collect.add_argument(
        "--pattern",
        metavar="REGEX",
        help="for other LMSs: whose a file is, with the groups student_id and file_id, as "
        "nbgrader's FileNameCollectorPlugin.named_regexp",
    )
    feedback = commands.add_parser(
        "feedback", help="write the feedback pages that are missing or out of date"
    )
    lesson_of(feedback)
    export = commands.add_parser("export", help="write grades and feedback for the LMS")
    lesson_of(export)
    export.add_argument(
        "--to",
        type=Path,
        metavar="CSV",
        help="the file to write: the list of students, with grades",
    )
    export.add_argument("--feedback", type=Path, metavar="ZIP", help="pack feedback pages, too")
    export.add_argument(
        "--roster", type=Path, metavar="CSV", help="a newer list than that of `proctor collect`"
    )
    export.add_argument("--column", metavar="TITLE", help="where the grades go, if it is not clear")
    export.add_argument(
        "--scale", action="store_true", help="convert points to the maximum that the LMS has"
    )
    student = commands.add_parser("student", help="remove a student from the course")
    verbs = student.add_subparsers(dest="verb", required=True)
    remove = verbs.add_parser("remove", help="remove all that the course has of a student")
    remove.add_argument("student", metavar="NAME")
    remove.add_argument("--yes", action="store_true", help="do not ask")
    extend = commands.add_parser("extend", help="let a student hand in later")
    lesson_of(extend)
    extend.add_argument("student", metavar="STUDENT")
    extend.add_argument("--until", required=True, metavar="TIME", help='"2027-03-01 23:59 UTC"')
    backup = commands.add_parser("backup", help="write all that a term is into one file")
    restore = commands.add_parser("restore", help="put a backup into a course without grades")
    for command in (backup, restore):
        command.add_argument("file", type=Path, metavar="FILE")


def lesson_of(command: argparse.ArgumentParser) -> None:
    """Let a command be about a lesson."""
    command.add_argument("lesson", type=without_slash, help=LESSON_HELP)


def without_slash(name: str) -> str:
    """Return a folder's name as it is; a shell that completes it adds a slash."""
    return name.rstrip("/") or name


def run_update(options: argparse.Namespace, course: NbGrader) -> int:
    """Take a lesson's master into release and gradebook, and print what has changed."""
    from ..grading.update import update_lesson

    changes = update_lesson(course, options.lesson).lines()
    print(*(changes or [UP_TO_DATE]), sep="\n")
    if changes:
        print(UPDATED.format(lesson=options.lesson))
    return 0


def run_report(options: argparse.Namespace, course: NbGrader) -> int:
    """Print the class report of a lesson or of the course, and write what is asked for."""
    from ..report.command import report

    return report(course, options)


def run_collect(options: argparse.Namespace, course: NbGrader) -> int:
    """Take in submissions, and print what became of whom."""
    from ..lms.collect import collect

    done = collect(course, options.lesson, options.zips, options.roster, options.pattern)
    print_collection(done)
    return 0


def print_collection(done: Collection) -> None:
    """Print whom and what a person should look at, and count all."""
    from ..lms.collect import AGAIN, BEFORE, NEW, NOT_TAKEN, NOTHING, SAME

    noted = [one for one in done.students if one.notes or one.status in (NOTHING, NOT_TAKEN)]
    rows = [
        (named(one.student, one.name).strip(), one.status, "; ".join(first_notes(one.notes)))
        for one in noted
    ]
    print_rows("Worth a look", ("student", "", "what"), rows)
    print_rows("Left out", ("file", "why"), done.left_out[:NAMED])
    if len(done.left_out) > NAMED:
        print(f"... and {len(done.left_out) - NAMED} more files are left out.")
    if before := [named(one.student, one.name) for one in done.students if one.status == BEFORE]:
        print(ONLY_BEFORE.format(students=few(before)))
    number = Counter(one.status for one in done.students)
    kinds = (NEW, AGAIN, SAME, NOT_TAKEN, BEFORE, NOTHING)
    counts = ", ".join(f"{number[kind]} {kind}" for kind in kinds)
    print(f"{counted(number.total(), 'student')}: {counts}")


def first_notes(notes: list[str]) -> list[str]:
    """Return the first notes on a student, and how many more there are."""
    more = len(notes) - FEW
    return [*notes[:FEW], f"and {more} more"] if more > 0 else notes


def run_feedback(options: argparse.Namespace, course: NbGrader) -> int:
    """Write feedback pages; the exit status is 1 if one cannot be written."""
    from ..report.pages import write_pages

    pages = list(write_pages(course, options.lesson, options.settings))
    problems = [(page.student, page.problem) for page in pages if page.problem]
    print_rows("Without a page", ("student", "reason"), problems)
    written = sum(page.written for page in pages)
    kept = len(pages) - written - len(problems)
    counts = f"{written} written, {kept} unchanged, {len(problems)} not written"
    print(f"{counted(len(pages), 'page')}: {counts}")
    return int(bool(problems))


def run_export(options: argparse.Namespace, course: NbGrader) -> int:
    """Write grades and feedback for the LMS."""
    from ..lms.export import Export

    if options.to is None and options.feedback is None:
        sys.exit(CSV_NEEDED)
    export = Export(course, options.lesson, options.roster)
    if options.to is not None:
        export.write_grades(options.to, options.column, options.scale)
    if options.feedback is not None:
        export.write_feedback(options.feedback)
    print_export(export.exported, options)
    return 0


def print_export(done: Exported, options: argparse.Namespace) -> None:
    """Print whom a person should look at, and count what was written."""
    alike: dict[str, list[str]] = {}
    for student, remark in sorted(done.remarks):
        alike.setdefault(remark, []).append(named(student, done.names.get(student)))
    rows = [(few(students), str(len(students)), why) for why, students in alike.items()]
    print_rows("Left blank, or worth a look", ("student", "number", "why"), rows)
    if options.to is not None:
        print(f"{counted(done.grades, 'grade')} in {options.to}")
    if options.feedback is not None:
        where = f"in {options.feedback}" if done.pages else "to pack, so no zip"
        print(f"{counted(done.pages, 'page')} {where}, {done.sent_before} packed before")


def run_student(options: argparse.Namespace, course: NbGrader) -> int:
    """Remove a student, after asking."""
    from .students import check_known, remove_student

    places = ["the gradebook", *(shown(path) for path in check_known(course, options.student))]
    question = ASK.format(student=shown(options.student), places=", ".join(places))
    if not options.yes and input(question).strip().casefold() not in ("y", "yes"):
        print(NOT_REMOVED)
        return 1
    remove_student(course, options.student)
    print(REMOVED.format(student=shown(options.student)))
    return 0


def run_extend(options: argparse.Namespace, course: NbGrader) -> int:
    """Let a student hand in later."""
    from .students import extend

    print(extend(course, options.lesson, options.student, options.until))
    return 0


def run_backup(options: argparse.Namespace, course: NbGrader) -> int:
    """Write a backup."""
    from .backup import backup

    saved = backup(course, options.file)
    left_out = [(name, "a link or a special file") for name in saved.left_out]
    print_rows("Left out", ("file", "why"), left_out[:NAMED])
    holds = f"{counted(saved.files, 'file')} and the gradebook"
    print(f"{holds} in {options.file}; keep it as secret as they are")
    return 0


def run_restore(options: argparse.Namespace, course: NbGrader) -> int:
    """Restore a backup."""
    from .backup import restore

    print(f"{counted(restore(course, options.file), 'file')} restored")
    return 0


RUN = {
    "update": run_update,
    "report": run_report,
    "collect": run_collect,
    "feedback": run_feedback,
    "export": run_export,
    "student": run_student,
    "extend": run_extend,
    "backup": run_backup,
    "restore": run_restore,
}
