"""Write the feedback pages that are missing or out of date, several at a time.

`nbgrader generate_feedback` skips a page that exists, so a comment or points given later would
never reach the student. Here each page has a digest of all that it says beside it; a page is
written again when that differs.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path

from nbconvert.writers.files import FilesWriter
from nbgrader.api import Gradebook
from nbgrader.apps import NbGrader
from nbgrader.converters import GenerateFeedback

from ..grading.coordinator import Grader
from ..grading.penalties import Penalties
from ..grading.staging import DIGEST_FILE, digest_of, holds, remove, seal
from ..grading.tasks import software_digest
from ..lesson.read import lesson_folders
from .entries import read_entries
from .feedback import TEMPLATE_DIRECTORIES
from .states import OLDER, is_older
from .terminal import CleanLog

FEW = 8
"""So many pages are written sooner by one process than others are started."""
NOT_GRADED = "its graded notebook is missing: run `proctor autograde {lesson}`"
STOPPED = "the page cannot be written ({error})"
EXCHANGE_FILES = ("timestamp.txt", "submission_secret.txt")
"""What nbgrader's exchange wants beside a page: by these it hands the page to whoever submitted."""
SAYS = ("report",)
"""The room of proctor that decides what a page says."""


@dataclass(frozen=True)
class Page:
    """What became of one student's page; `problem` says why there is none."""

    student: str
    written: bool
    problem: str = ""


def write_pages(course: NbGrader, lesson: str, settings: list[str]) -> Iterator[Page]:
    """Write the pages of a lesson that are missing or out of date; yield what became of each.

    Parameters
    ----------
    course : NbGrader
        The course, with its configuration.
    lesson : str
    settings : list of str
        The arguments from which others can load the same course.

    Raises
    ------
    LessonError
        If the gradebook does not know the lesson.
    """
    digests, grader = page_digests(course, lesson), Grader(course, lesson)
    folders = course.coursedir
    graded, pages = (
        {student: Path(folders.format_path(step, student, lesson)) for student in digests}
        for step in (folders.autograded_directory, folders.feedback_directory)
    )
    waiting = []
    for student, digest in digests.items():
        if not list(graded[student].glob("*.ipynb")):
            yield Page(student, False, NOT_GRADED.format(lesson=lesson))
        elif is_older(grader, digest_of(graded[student])):
            yield Page(student, False, OLDER.format(lesson=lesson))
        elif holds(pages[student], digest) and list(pages[student].glob("*.html")):
            yield Page(student, False)
        else:
            waiting.append(student)
    # nbgrader's own step adds a course of its default name, which several may not do at once.
    with Gradebook(folders.db_url):
        pass
    for page in written(waiting, lesson, settings):
        if not page.problem:
            # Grading removes pages that it has made old.
            with suppress(FileNotFoundError):
                seal(pages[page.student], digests[page.student])
        yield page


def written(students: list[str], lesson: str, settings: list[str]) -> Iterator[Page]:
    """Write the pages of `students`, and yield them."""
    if len(students) <= FEW:
        for student in students:
            yield write_page(settings, lesson, student)
        return
    # Not a fork of this process, whose libraries may have started threads.
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__])
    processes = min(len(os.sched_getaffinity(0)), len(students))
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        number = len(students)
        task = ([settings] * number, [lesson] * number, students)
        yield from pool.map(write_page, *task, chunksize=4)


def write_page(settings: list[str], lesson: str, student: str) -> Page:
    """Write one student's page, and all that a failure costs is this one."""
    converter = loaded_converter(tuple(settings), lesson)
    folders = converter.coursedir
    folder = Path(folders.format_path(folders.feedback_directory, student, lesson))
    graded = Path(folders.format_path(folders.autograded_directory, student, lesson))
    try:
        remove(folder)
        folder.mkdir(parents=True)
        folders.student_id = student
        converter.notebooks = sorted(map(str, graded.glob("*.ipynb")))
        for notebook in converter.notebooks:
            converter.convert_single_notebook(notebook)
        for path in filter(Path.is_file, (graded / name for name in EXCHANGE_FILES)):
            shutil.copyfile(path, folder / path.name)
        converter.set_permissions(lesson, student)
    except Exception as error:  # whatever it is, the others go on
        remove(folder)
        text = STOPPED.format(error=f"{type(error).__name__}: {error}"[:300])
        return Page(student, False, text)
    return Page(student, True)


@cache
def loaded_converter(settings: tuple[str, ...], lesson: str) -> GenerateFeedback:
    """Return nbgrader's converter, with the course's own steps; made once for each process."""
    # In the process that was asked for the pages it is loaded already.
    course = NbGrader.instance(log_level="ERROR")
    if course.coursedir is None:
        course.initialize(list(settings))
    course.log.addFilter(CleanLog())
    course.log.setLevel("ERROR")
    course.coursedir.assignment_id = lesson
    converter = GenerateFeedback(parent=course, coursedir=course.coursedir)
    converter.writer = FilesWriter(parent=converter, config=converter.config)
    converter.exporter = converter.exporter_class(parent=converter, config=converter.config)
    for step in converter.preprocessors:
        converter.exporter.register_preprocessor(step)
    return converter


def page_digests(course: NbGrader, lesson: str) -> dict[str, str]:
    """Return a digest of all that each graded student's page says, by student."""
    folders = course.coursedir
    with Gradebook(folders.db_url, folders.course_id) as gradebook:
        Penalties(course).update(gradebook, lesson)
        entries = read_entries(gradebook, lesson)
    source, _ = lesson_folders(course, lesson)
    templates = [path for folder in TEMPLATE_DIRECTORIES for path in Path(folder).rglob("*.*")]
    shown = [path.read_bytes() for path in sorted([*source.glob("*.ipynb"), *templates])]
    settings = sorted(course.config.get("WriteFeedback", {}).items())
    common = repr((shown, settings, software_digest(SAYS)))
    digests = {}
    for entry in filter(lambda entry: entry.graded, entries.values()):
        graded = Path(folders.format_path(folders.autograded_directory, entry.student, lesson))
        parts = [path.read_text() for path in (graded / DIGEST_FILE,) if path.is_file()]
        # nbgrader's own grading writes no digest.
        parts = parts or [str(path.stat().st_mtime_ns) for path in graded.glob("*.ipynb")]
        text = repr((common, entry, sorted(parts)))
        digests[entry.student] = hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest()
    return digests
