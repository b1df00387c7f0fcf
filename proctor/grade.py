"""Grade a lesson's submissions, one after the other; each ends with a grade or a reason."""

from __future__ import annotations

import hashlib
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path, PurePath

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps import NbGrader
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import find_all_files
from rich import box
from rich.table import Table
from rich.text import Text
from traitlets import Unicode

from .intake import Intake, Lesson, RefusedError, check_folder, check_name, shown
from .submission import graded_cells

DIGEST_FILE = ".digest"
"""In a graded folder: the digest of all that the grade depends on. nbgrader copies no such file."""

GRADED, UNCHANGED, REFUSED, FAILED = "graded", "unchanged", "refused", "failed"

STOPPED = "grading stopped with {error}: see the log above"
EARLIER = "; the grade of an earlier submission stays"


@dataclass(frozen=True)
class Outcome:
    """What became of one submission: its points, or why it has none."""

    student: str
    status: str
    text: str

    @property
    def has_grade(self) -> bool:
        """Whether what was handed in now has a grade."""
        return self.status in {GRADED, UNCHANGED}


class AutogradeOne(Autograde):  # type: ignore[misc]
    """nbgrader's Autograde for one student, whatever the name; errors reach the caller."""

    student = Unicode(help="The student's folder name.")
    notebook = Unicode(help="The notebook's file name.")

    def init_notebooks(self) -> None:
        """Look for nothing; called by nbgrader, which would take the name for a pattern."""

    def convert_notebooks(self) -> None:
        """Grade the submission; called by nbgrader, whose own loop hides what went wrong."""
        lesson = self.coursedir.assignment_id
        folder = self._format_source(lesson, self.student)
        self.notebooks = [str(Path(folder) / self.notebook)]
        self.run_pre_convert_hook()
        self.init_assignment(lesson, self.student)
        for notebook in self.notebooks:
            self.convert_single_notebook(notebook)
        self.set_permissions(lesson, self.student)
        self.run_post_convert_hook()


class Grader:
    """Grades submissions of one lesson.

    Parameters
    ----------
    course : NbGrader
        The course, with its configuration.
    lesson : str
        The lesson's folder name.

    Raises
    ------
    LookupError
        If the gradebook does not know the lesson.
    """

    def __init__(self, course: NbGrader, lesson: str) -> None:
        self.course = course
        self.folders = course.coursedir
        self.root = Path(self.folders.root)
        self.lesson = read_lesson(self.folders, lesson)
        self.intake = Intake(parent=course)
        self.digest = course_digest(self.root, self.lesson)

    def submissions(self) -> list[str]:
        """Return the names of those who handed in something for the lesson."""
        submitted = self.root / self.folders.submitted_directory
        folders = [path for path in submitted.iterdir() if path.is_symlink() or path.is_dir()]
        return sorted(path.name for path in folders if _exists(path / self.lesson.name))

    def grade(self, students: list[str], force: bool) -> Iterator[Outcome]:
        """Grade the submissions of `students`; one that has not changed only if forced."""
        for student in students:
            try:
                yield self.grade_one(student, force)
            except RefusedError as reason:
                yield Outcome(student, REFUSED, f"{reason}{self._earlier(student)}")
            except Exception as error:  # whatever it is, the others go on
                self.course.log.exception("%s: grading stopped", shown(student))
                text = STOPPED.format(error=f"{type(error).__name__}: {error}"[:300])
                yield Outcome(student, FAILED, f"{text}{self._earlier(student)}")

    def grade_one(self, student: str, force: bool = False) -> Outcome:
        """Grade one submission in a staging area; only what is graded leaves it.

        Raises
        ------
        RefusedError
            If it cannot be graded.
        """
        check_name(student)
        graded = self._folder(self.folders.autograded_directory, student)
        submitted = self._folder(self.folders.submitted_directory, student)
        check_folder(submitted)
        # Beside its destination, since only there can a folder be moved in one step.
        autograded = self.root / self.folders.autograded_directory
        autograded.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".staging-", dir=autograded) as temporary:
            staging = self._staging_course(Path(temporary))
            target = Path(temporary, "submitted", student, self.lesson.name)
            receipt = self.intake.take_in(submitted, target, self.lesson)
            for note in receipt.notes:
                self.course.log.warning("%s: %s", shown(student), note)
            points = self._points(student)
            digest = f"{self.digest} {receipt.digest}"
            if points and not force and _holds(graded / DIGEST_FILE, digest):
                return Outcome(student, UNCHANGED, points)
            self._convert(staging, student)
            result = Path(temporary, "autograded", student, self.lesson.name)
            (result / DIGEST_FILE).write_text(digest)
            publish(result, graded, Path(temporary, "earlier"))
        return Outcome(student, GRADED, self._points(student))

    def _convert(self, staging: CourseDirectory, student: str) -> None:
        """Run nbgrader's Autograde in the staging area; leave no trace if it fails."""
        had_entry = bool(self._points(student))
        try:
            AutogradeOne(
                coursedir=staging,
                parent=self.course,
                student=student,
                notebook=self.lesson.notebook,
            ).start()
        except BaseException:
            if not had_entry:
                self._forget(student)
            raise

    def _staging_course(self, root: Path) -> CourseDirectory:
        """Return the course as it is, but with folders of its own for one submission."""
        source = self.root / self.folders.source_directory
        release = self.root / self.folders.release_directory
        return CourseDirectory(
            parent=self.course,
            root=str(root),
            source_directory=str(source.absolute()),
            release_directory=str(release.absolute()),
            submitted_directory="submitted",
            autograded_directory="autograded",
            db_url=self.folders.db_url,
            assignment_id=self.lesson.name,
        )

    def _folder(self, step: str, student: str) -> Path:
        """Return a student's folder for the lesson in a step of grading."""
        return self.root / step / student / self.lesson.name

    def _points(self, student: str) -> str:
        """Return a student's points as the gradebook has them, or nothing."""
        with Gradebook(self.folders.db_url) as gradebook:
            try:
                submission = gradebook.find_submission(self.lesson.name, student)
            except MissingEntry:
                return ""
            return f"{submission.score:g} of {submission.max_score:g} points"

    def _earlier(self, student: str) -> str:
        """Return a remark on the grade of an earlier submission, if there is one."""
        return EARLIER if self._points(student) else ""

    def _forget(self, student: str) -> None:
        """Remove a submission that was not graded from the gradebook."""
        with Gradebook(self.folders.db_url) as gradebook, suppress(MissingEntry):
            gradebook.remove_submission(self.lesson.name, student)


def read_lesson(folders: CourseDirectory, name: str) -> Lesson:
    """Return what must be known of a lesson; raise `LookupError` if it is not known."""
    with Gradebook(folders.db_url) as gradebook:
        try:
            (notebook,) = gradebook.find_assignment(name).notebooks
        except (MissingEntry, ValueError):
            raise LookupError(name) from None
        cells = graded_cells(gradebook, notebook.name, name)
        file_name = f"{notebook.name}.ipynb"
    source = Path(folders.format_path(folders.source_directory, ".", name))
    found = find_all_files(str(source), [*folders.ignore, "*.ipynb"])
    files = frozenset(PurePath(path).relative_to(source) for path in found)
    return Lesson(name, file_name, cells, source, files, folders.ignore)


def course_digest(root: Path, lesson: Lesson) -> str:
    """Return a digest of what a grade depends on beside the submission.

    These are the graded cells, the lesson's files, the configuration and proctor itself, with
    the versions of the packages that grade.
    """
    versions = [f"{name} {version(name)}" for name in ("numpy", "nbgrader", "ipykernel")]
    digest = hashlib.sha256(repr((lesson.cells, versions)).encode(errors="surrogateescape"))
    files = [lesson.source / name for name in lesson.files]
    files += [root / "nbgrader_config.py", *Path(__file__).parent.rglob("*.py")]
    for path in sorted(files):
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def publish(result: Path, destination: Path, earlier: Path) -> None:
    """Move a graded folder to its destination; what was there before goes to `earlier`."""
    destination.parent.mkdir(parents=True, exist_ok=True)
    if _exists(destination):
        destination.rename(earlier)
    result.rename(destination)


def table_without_grade(outcomes: list[Outcome]) -> Table:
    """Return the submissions that have no grade, each with the reason."""
    table = Table(title="Without a grade", title_justify="left", box=box.SIMPLE_HEAD)
    table.add_column("student", overflow="fold", max_width=40)
    table.add_column("", no_wrap=True)
    table.add_column("reason", overflow="fold")
    for outcome in outcomes:
        if not outcome.has_grade:
            row = (shown(outcome.student), outcome.status, outcome.text)
            table.add_row(*map(Text, row))
    return table


def counts(outcomes: list[Outcome]) -> str:
    """Return one line that counts the outcomes."""
    number = Counter(outcome.status for outcome in outcomes)
    parts = [f"{number[status]} {status}" for status in (GRADED, UNCHANGED, REFUSED, FAILED)]
    return f"{len(outcomes)} submissions: {', '.join(parts)}"


def _holds(file: Path, digest: str) -> bool:
    """Whether a digest file holds this digest."""
    return file.is_file() and file.read_text() == digest


def _exists(path: Path) -> bool:
    """Whether anything is there: also a link that leads nowhere, or what cannot be read."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True
