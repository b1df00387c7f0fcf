"""`proctor report`: what it prints and writes."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping

from nbgrader.api import Gradebook
from nbgrader.apps import NbGrader

from ..files import naming
from ..lesson.read import LessonError
from ..submission.clean import named, shown_text
from .about import due_in_words
from .class_page import course_page, lesson_page
from .class_table import class_table, function_scores
from .entries import read_entries
from .numbers import write_numbers
from .states import GRADED, NOTHING, State
from .summary import Summary, add_findings, read_class, read_graded, share_of_all
from .terminal import console, print_rows
from .unnamed import unnamed_groups, unnamed_text
from .usage import Outlier, in_words

DUE = "Due {due}."
NONE_GRADED = "No lesson of this course has been graded yet."
WRITTEN = "{path} written."
NAMED = 8
"""How many of those who handed in nothing, or used much, are named."""
FAR_ABOVE = "Far more time or memory than the class:"
MORE_OUTLIERS = "  and {number} more; `--html FILE` lists all, and says who is marked"
ALL = "all"
STARRED = "* the grade is an earlier one: `proctor report LESSON` says why"
MORE = " and {number} more; `--csv FILE` lists all"


def report(course: NbGrader, options: argparse.Namespace) -> int:
    """Print the class report, and write what is asked for; return the exit status.

    Raises
    ------
    LessonError
        If there is nothing to report.
    """
    if options.course:
        summaries, unnamed = all_lessons(course), ""
        print_course(summaries)
    else:
        grader, summary = read_class(course, options.lesson)
        work = read_graded(course, grader, summary)
        summaries, unnamed = [summary], unnamed_text(unnamed_groups(work))
        print_lesson(summary, unnamed)
        if options.html or options.csv:
            add_findings(course, grader, summary, work, before(course, options.lesson))
    if options.html:
        if options.course:
            page = course_page(summaries, options.anonymous)
        else:
            page = lesson_page(summaries[0], options.anonymous, unnamed)
        with naming(options.html):
            options.html.write_text(page, encoding="utf-8")
        print(WRITTEN.format(path=options.html))
    if options.csv:
        write_numbers(options.csv, summaries, options.anonymous)
        print(WRITTEN.format(path=options.csv))
    return 0


def print_lesson(summary: Summary, unnamed: str) -> None:
    """Print a lesson's table, why others have no grade, and losses without a name."""
    scores = {entry.student: function_scores(entry) for entry in summary.graded}
    penalties = {entry.student: entry.penalty for entry in summary.graded}
    screen = console()
    names = summary.names
    older = {student for student, state in summary.states.items() if state.is_older}
    screen.print(class_table(summary.lesson, scores, penalties, screen.width, names, older))
    print_states(summary.states, names)
    if summary.due:
        print(DUE.format(due=due_in_words(summary.due)))
    print(unnamed, end="")
    print_outliers(summary.outliers(), names)


def print_outliers(outliers: list[Outlier], names: Mapping[str, str]) -> None:
    """Print who used far more time or memory than the class."""
    lines = in_words(outliers, lambda student: named(student, names.get(student)))
    if lines:
        print(FAR_ABOVE, *lines[:NAMED], sep="\n  ")
    if len(lines) > NAMED:
        print(MORE_OUTLIERS.format(number=len(lines) - NAMED))


def print_states(states: dict[str, State], names: Mapping[str, str]) -> None:
    """Print who has no grade, or one of an earlier submission, and why."""
    rows = [
        (named(student, names.get(student)), state.status, state.text)
        for student, state in states.items()
        if state.status not in (GRADED, NOTHING)
    ]
    print_rows("Without a grade", ("student", "", "reason"), rows)
    nothing = [
        named(student, names.get(student))
        for student, state in states.items()
        if state.status == NOTHING
    ]
    if nothing:
        more = MORE.format(number=len(nothing) - NAMED) if len(nothing) > NAMED else ""
        print(f"{len(nothing)} handed in nothing: {', '.join(nothing[:NAMED])}{more}")


def print_course(summaries: list[Summary]) -> None:
    """Print which share of the points each student has of each lesson."""
    lessons = [summary.lesson for summary in summaries]
    rows, starred = [], False
    names = {student: name for one in summaries for student, name in one.names.items()}
    for student in sorted({name for one in summaries for name in one.states}):
        cells = [summary.in_few_letters(student) for summary in summaries]
        starred |= any(cell.endswith("*") for cell in cells)
        total = f"{share_of_all(summaries, student):.0%}"
        rows.append((named(student, names.get(student)), *cells, total))
    print_rows("All lessons", ("student", *lessons, ALL), rows, [*lessons, ALL])
    if starred:
        print(STARRED)


def all_lessons(course: NbGrader) -> list[Summary]:
    """Return all lessons in which somebody has a grade, in the order of their names."""
    summaries: list[Summary] = []
    for lesson in lesson_names(course):
        try:
            grader, summary = read_class(course, lesson)
            work = read_graded(course, grader, summary)
            summaries.append(add_findings(course, grader, summary, work, list(summaries)))
        except LessonError as reason:
            print(shown_text(str(reason)), file=sys.stderr)
    if not summaries:
        raise LessonError(NONE_GRADED)
    return summaries


def before(course: NbGrader, lesson: str) -> list[Summary]:
    """Return the lessons before one, as far as who needs help depends on them."""
    found = []
    for name in lesson_names(course):
        if name < lesson:
            with Gradebook(course.coursedir.db_url, course.coursedir.course_id) as gradebook:
                entries = read_entries(gradebook, name)
            maximum = max((entry.maximum for entry in entries.values()), default=0.0)
            if maximum:
                found.append(Summary(name, name, None, maximum, entries, {}))
    return found


def lesson_names(course: NbGrader) -> list[str]:
    """Return the names of all lessons."""
    with Gradebook(course.coursedir.db_url, course.coursedir.course_id) as gradebook:
        return sorted(assignment.name for assignment in gradebook.assignments)
