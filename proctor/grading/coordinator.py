"""Grade a lesson's submissions on a cluster; each ends with a grade or a reason.

The coordinator reads and checks what was handed in, sends it to workers, and alone writes what
comes back: the graded folder, then the gradebook, then the digest that says that both are there.
Killed at any instant, it leaves a state from which the next run finishes.
"""

from __future__ import annotations

import hashlib
import json
import queue
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path, PurePath
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps import NbGrader
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import AssignLatePenalties
from nbgrader.utils import find_all_files, parse_utc

from ..examine.execute import (
    ExecuteSubmission,
    course_secret,
    demonstrations,
    read_misconceptions,
    release_folder,
    submission_seed,
)
from ..submission.intake import (
    TIMESTAMP,
    Intake,
    Lesson,
    RefusedError,
    Submission,
    check_folder,
    check_name,
    parse_json,
    shown,
)
from ..submission.passive import passive_text
from ..submission.repair import graded_cells
from .cluster import Pool
from .gradebook import GradebookWriter, Graded, read_grades
from .graded_folder import Publisher, overwritten
from .results import EARLIER, FAILED, GRADED, REFUSED, UNCHANGED, Outcome
from .staging import Staging, holds, remove, seal
from .tasks import software_digest

STOPPED = "grading stopped with {error}: see the log above"
LOST = "the worker that graded it ended each time: its code may have ended it"
ODD_RESULT = "what came back from its worker cannot be read ({reason})"
BATCH = 32
"""How many submissions are written in one transaction."""
BATCH_SECONDS = 1.0
"""How long a graded submission waits for others to be written with it."""
MAX_BYTES_UNDER_WAY = 200_000_000
MAX_RESULT_BYTES = 50_000_000


class StoppedError(Exception):
    """The run cannot go on; the text says why."""


@dataclass
class Job:
    """A submission on its way to a grade."""

    student: str
    submission: Submission
    digest: str
    size: int = 0
    notebook: NotebookNode = field(default_factory=NotebookNode)
    graded: Graded | None = None


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
    FileNotFoundError
        If the lesson has not been released.
    """

    def __init__(self, course: NbGrader, lesson: str) -> None:
        self.course = course
        self.folders = course.coursedir
        self.root = Path(self.folders.root)
        self.lesson = read_lesson(self.folders, lesson)
        self.intake = Intake(parent=course)
        self.execute = ExecuteSubmission(parent=course)
        self.secret = course_secret(Path(self.execute.secret_file))
        self.digest = course_digest(self.root, self.lesson)
        self.payload = self._payload()

    def submissions(self) -> list[str]:
        """Return the names of those who handed in something for the lesson."""
        submitted = self.root / self.folders.submitted_directory
        folders = [path for path in submitted.iterdir() if path.is_symlink() or path.is_dir()]
        return sorted(path.name for path in folders if _exists(path / self.lesson.name))

    def grade(self, students: list[str], force: bool, pool: Pool) -> Iterator[Outcome]:
        """Grade the submissions of `students`; one that has not changed only if forced.

        Raises
        ------
        StoppedError
            If nothing can be graded.
        """
        with (
            Gradebook(self.folders.db_url, self.folders.course_id) as gradebook,
            Staging(self.root / self.folders.autograded_directory) as staging,
        ):
            yield from Run(self, gradebook, staging, pool, force).outcomes(students)

    def folder(self, step: str, student: str) -> Path:
        """Return a student's folder for the lesson in a step of grading."""
        return self.root / step / student / self.lesson.name

    def _payload(self) -> dict[str, Any]:
        """Return what a worker must know of the lesson; see `worker.grade_submission`."""
        release = release_folder(self.folders, self.lesson.name)
        sources = {cell.name: cell.source for cell in self.lesson.cells}
        names = overwritten(Autograde(coursedir=self.folders, parent=self.course), self.lesson)
        given = {str(name): (self.lesson.source / name).read_bytes() for name in names}
        limit = self.execute.max_file_bytes
        payload = {
            "software": software_digest(),
            "tests": sources,
            "imports": sources.get("imports", ""),
            "misconceptions": read_misconceptions(self.folders, self.lesson.name),
            "demonstrations": demonstrations(release),
            "files": read_files(release, [".*", "__pycache__", "*.pyc", "*.ipynb"]),
            "given": {name: data for name, data in given.items() if len(data) <= limit},
            "limits": asdict(self.execute.limits()),
        }
        return {"digest": hashlib.sha256(repr(payload).encode()).hexdigest(), **payload}


class Run:
    """One run over a class.

    Parameters
    ----------
    grader : Grader
    gradebook : Gradebook
    staging : Staging
    pool : Pool
    force : bool
        Whether to grade what has not changed, too.
    """

    def __init__(
        self, grader: Grader, gradebook: Gradebook, staging: Staging, pool: Pool, force: bool
    ) -> None:
        self._grader = grader
        self._pool = pool
        self._force = force
        self._log = grader.course.log
        self._staging = staging
        self._publisher = Publisher(grader.course, grader.lesson, staging)
        late = AssignLatePenalties(parent=grader.course)
        create = self._publisher.converter.create_student
        self._writer = GradebookWriter(gradebook, grader.lesson.name, late, create)
        self._points: dict[str, float] = {}
        self._batch: list[Job] = []
        self._batch_began, self._began = 0.0, False
        self._bytes = 0

    def outcomes(self, students: list[str]) -> Iterator[Outcome]:
        """Grade, and yield what became of each, in the order in which it is known."""
        waiting = self._prepared(students)
        alone: deque[Job] = deque()
        more = True
        try:
            while more or len(self._pool) or self._batch:
                while more and self._pool.room and self._bytes < MAX_BYTES_UNDER_WAY:
                    found = next(waiting, None)
                    more = found is not None
                    if isinstance(found, Job):
                        self._submit(found)
                    elif found is not None:
                        yield found
                yield from self._take_results(alone)
            while alone:
                # Whatever ended its worker, it was this one's doing if it happens again now.
                self._submit(alone.popleft())
                lost: deque[Job] = deque()
                while len(self._pool) or self._batch:
                    yield from self._take_results(lost)
                for job in lost:
                    yield self._failed(job.student, LOST)
        finally:
            self._pool.cancel()

    def _prepared(self, students: list[str]) -> Iterator[Job | Outcome]:
        """Yield what is to be graded, and the outcome of what is not."""
        names = iter(students)
        while chunk := list(islice(names, BATCH)):
            self._points |= self._writer.points(chunk)
            for student in chunk:
                try:
                    job = self._take_in(student)
                except RefusedError as reason:
                    yield Outcome(student, REFUSED, f"{reason}{self._earlier(student)}")
                except Exception as error:  # whatever it is, the others go on
                    yield self._crashed(student, error)
                else:
                    graded = self._grader.folder(self._grader.folders.autograded_directory, student)
                    known = student in self._points and not self._force
                    if known and holds(graded, job.digest):
                        yield Outcome(student, UNCHANGED, self._text(self._points.pop(student)))
                    else:
                        yield job

    def _take_in(self, student: str) -> Job:
        """Read a submission."""
        grader = self._grader
        check_name(student)
        folder = grader.folder(grader.folders.submitted_directory, student)
        check_folder(folder)
        submission = grader.intake.take_in(folder, grader.lesson)
        for note in submission.notes:
            self._log.warning("%s: %s", shown(student), note)
        return Job(student, submission, f"{grader.digest} {submission.digest}")

    def _submit(self, job: Job) -> None:
        """Send a submission to a worker."""
        grader = self._grader
        notebook = self._publisher.sanitised(job.student, job.submission.notebook)
        job.notebook = notebook
        limit = grader.execute.max_file_bytes
        task = {
            "notebook": json.dumps(notebook).encode(),
            "files": {
                str(name): data
                for name, data in job.submission.files.items()
                if len(data) <= limit and str(name) not in grader.payload["given"]
            },
            "seed": submission_seed(grader.secret, notebook),
        }
        job.size = sum(map(len, job.submission.files.values())) + 2 * len(task["notebook"])
        self._bytes += job.size
        self._pool.submit(task, job)

    def _take_results(self, lost: deque[Job]) -> Iterator[Outcome]:
        """Take what has come back, write what has waited enough; `lost` are without a result."""
        try:
            if len(self._pool):
                job, result = self._pool.next_done(BATCH_SECONDS / 2)
                self._bytes -= job.size
                if result is None:
                    lost.append(job)
                elif outcome := self._receive(job, result):
                    yield outcome
        except queue.Empty:
            pass
        # The first one waits for no other: somebody may be looking.
        waited = not self._began or time.monotonic() - self._batch_began > BATCH_SECONDS
        if len(self._batch) >= BATCH or (self._batch and (waited or not len(self._pool))):
            batch, self._batch, self._began = self._batch, [], True
            yield from self._write(batch)

    def _receive(self, job: Job, result: bytes) -> Outcome | None:
        """Make the graded folder of what came back; the outcome, if there is one already."""
        answer = read_result(result)
        if "stop" in answer:
            raise StoppedError(f"{answer['stop']}"[:5000])
        if "failed" in answer:
            self._log.error("%s: %s", shown(job.student), f"{answer.get('trace')}"[:5000])
            return self._failed(job.student, f"{answer['failed']}: see the log above"[:500])
        try:
            put_outputs(job.notebook, answer["outputs"])
            notebook = self._publisher.make_folder(job.student, job.notebook, job.submission.files)
            job.graded = read_grades(job.student, read_time(job.submission), notebook)
        except Exception as error:  # whatever it is, the others go on
            return self._crashed(job.student, error)
        if not self._batch:
            self._batch_began = time.monotonic()
        self._batch.append(job)
        return None

    def _write(self, batch: list[Job]) -> Iterator[Outcome]:
        """Publish some submissions, then write their grades, then say that both are done."""
        published = []
        for job in batch:
            try:
                self._publisher.publish(job.student)
                published.append(job)
            except Exception as error:
                yield self._crashed(job.student, error)
        written = list(self._write_grades(published))
        students = [job.student for job, problem in written if problem is None]
        points = self._writer.points(students) if students else {}
        for job, problem in written:
            if problem is not None:
                yield self._crashed(job.student, problem)
                continue
            folders = self._grader.folders
            # It was about another submission, or another grade.
            remove(self._grader.folder(folders.feedback_directory, job.student))
            seal(self._grader.folder(folders.autograded_directory, job.student), job.digest)
            self._points.pop(job.student, None)
            yield Outcome(job.student, GRADED, self._text(points[job.student]))

    def _write_grades(self, batch: list[Job]) -> Iterator[tuple[Job, Exception | None]]:
        """Write grades, together or, if that fails, one by one; yield what went wrong."""
        try:
            self._writer.write([job.graded for job in batch if job.graded])
        except Exception:
            for job in batch:
                assert job.graded is not None
                try:
                    self._writer.write([job.graded])
                except Exception as error:
                    yield job, error
                else:
                    yield job, None
        else:
            yield from ((job, None) for job in batch)

    def _crashed(self, student: str, error: Exception) -> Outcome:
        """Return the outcome of an error of ours, with a trace in the log."""
        self._log.error("%s: grading stopped", shown(student), exc_info=error)
        text = STOPPED.format(error=f"{type(error).__name__}: {error}"[:300])
        return self._failed(student, text)

    def _failed(self, student: str, text: str) -> Outcome:
        return Outcome(student, FAILED, f"{text}{self._earlier(student)}")

    def _earlier(self, student: str) -> str:
        """Return a remark on the grade of an earlier submission, if there is one."""
        return EARLIER if self._points.pop(student, None) is not None else ""

    def _text(self, points: float) -> str:
        return f"{points:g} of {self._writer.maximum:g} points"


def read_lesson(folders: CourseDirectory, name: str) -> Lesson:
    """Return what must be known of a lesson; raise `LookupError` if it is not known."""
    with Gradebook(folders.db_url, folders.course_id) as gradebook:
        try:
            (notebook,) = gradebook.find_assignment(name).notebooks
        except (MissingEntry, ValueError):
            raise LookupError(name) from None
        source = Path(folders.format_path(folders.source_directory, ".", name))
        cells = graded_cells(gradebook, notebook.name, name, source)
        kernelspec = json.loads(notebook.kernelspec or "null")
        file_name = f"{notebook.name}.ipynb"
    found = find_all_files(str(source), [*folders.ignore, "*.ipynb"])
    files = frozenset(PurePath(path).relative_to(source) for path in found)
    return Lesson(name, file_name, cells, source, files, folders.ignore, kernelspec)


def read_files(folder: Path, ignore: list[str]) -> dict[str, bytes]:
    """Return the files below a folder, by relative name."""
    found = [Path(path) for path in find_all_files(str(folder), ignore)]
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def course_digest(root: Path, lesson: Lesson) -> str:
    """Return a digest of what a grade depends on beside the submission.

    These are the graded cells, the lesson's files, the configuration and proctor itself, with
    the versions of the packages that grade.
    """
    digest = hashlib.sha256(repr(lesson.cells).encode(errors="surrogateescape"))
    digest.update(software_digest().encode())
    files = [lesson.source / name for name in lesson.files]
    for path in [*sorted(files), root / "nbgrader_config.py"]:
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def read_time(submission: Submission) -> Any:
    """Return when a submission was handed in, or None, as nbgrader reads it."""
    text = submission.files.get(PurePath(TIMESTAMP), b"").decode().strip()
    return parse_utc(text) if text else None


def read_result(result: bytes) -> dict[str, Any]:
    """Return what a worker sent; a result that cannot be read says that this one failed."""
    if len(result) > MAX_RESULT_BYTES:
        return {"failed": ODD_RESULT.format(reason=f"{len(result):,} bytes")}
    try:
        answer = parse_json("result", result)
    except RefusedError as reason:
        return {"failed": ODD_RESULT.format(reason=reason)}
    fits = isinstance(answer, dict) and {"outputs", "failed", "stop"} & set(answer)
    return answer if fits else {"failed": ODD_RESULT.format(reason="it says nothing")}


def put_outputs(nb: NotebookNode, outputs: list[Any]) -> None:
    """Put what a worker sent below the code cells that it ran; disarm the student's Markdown.

    Raises
    ------
    ValueError
        If that is not for this notebook.
    """
    code = [cell for cell in nb.cells if cell.cell_type == "code"]
    for cell in nb.cells:
        if cell.cell_type != "code":
            cell.source = passive_text(cell.source)
    for cell, (shown_below, number) in zip(code, outputs, strict=True):
        cell.outputs = [nbformat.from_dict(output) for output in shown_below]
        cell.execution_count = number if isinstance(number, int) else None


def _exists(path: Path) -> bool:
    """Whether anything is there: also a link that leads nowhere, or what cannot be read."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True
