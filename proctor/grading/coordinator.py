"""Grade a lesson's submissions on a cluster; each ends with a grade or a reason.

The coordinator reads and checks what was handed in, sends it to workers, and alone writes what
comes back: the graded folder, then the gradebook, then the digest that says that both are there.
Killed at any instant, it leaves a state from which the next run finishes.
"""

from __future__ import annotations

import errno
import hashlib
import pprint
import queue
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from pathlib import Path, PurePath

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.apps import NbGrader
from nbgrader.converters import Autograde
from sqlalchemy.exc import OperationalError

from ..diagnose.newer_python import newer_python_in
from ..lesson import Lesson
from ..lesson.read import read_files, read_lessons
from ..lesson.settings import ExecuteSubmission
from ..submission.clean import full_name, shown, shown_text
from ..submission.handed_in import handed_in, misplaced
from ..submission.intake import (
    TIMESTAMP,
    Intake,
    MissingError,
    RefusedError,
    Submission,
    check_folder,
    check_name,
    find_folder,
    for_code,
)
from ..submission.seed import course_secret, submission_seed
from .cluster import LOST, Pool
from .gradebook import GradebookWriter, Graded, Standing, read_grades
from .graded_folder import Notebooks, Publisher, preprocessors
from .lock import alone_with
from .penalties import Penalties
from .placing import Placed, RunCells, place
from .results import (
    EARLIER,
    FAILED,
    GRADED,
    REFUSED,
    UNCHANGED,
    NotGradedError,
    Outcome,
    StoppedError,
    put_outputs,
    read_result,
    used_together,
)
from .staging import UNWRITTEN, Staging, digest_of, holds, remove, seal, write_used
from .tasks import CAN_CHANGE_GRADES, software_digest, submission_payload

DISK_FULL = (
    "The disk is full ({error}). Grades so far are kept: make room, then run the same command to "
    "grade the rest."
)
STOPPED = "grading stopped with {error}: see the log above"
MISSING = "{reason}. It has 0 points"
LATE = " ({penalty:g} off for being late)"
OLD_TIME = (
    "it came without timestamp.txt, so the time of an earlier submission counts, "
    "{time:%Y-%m-%d %H:%M} UTC: write that file if the time is another one"
)
BATCH = 32
"""How many submissions are written in one transaction."""
BATCH_SECONDS = 1.0
"""How long a graded submission waits for others to be written with it."""
NOTHING = Standing(0.0, False)
MAX_BYTES_UNDER_WAY = 200_000_000


@dataclass(frozen=True)
class HandedIn:
    """A submission with all of its notebooks.

    Attributes
    ----------
    parts : dict
        What there is of each notebook of the lesson, by its place among the lesson's.
    missing : tuple of str
        The names of the lesson's notebooks that were not handed in.
    remarks : list of str
        What the end of a run should name once more.
    """

    parts: dict[int, Submission]
    missing: tuple[str, ...] = ()
    remarks: list[str] = field(default_factory=list)

    @property
    def files(self) -> dict[PurePath, bytes]:
        """What else was handed in, which is the same for all notebooks."""
        return next(iter(self.parts.values())).files

    @property
    def digest(self) -> str:
        """Of everything that was handed in."""
        digests = [part.digest for part in self.parts.values()]
        if len(digests) == 1 and not self.missing:
            return digests[0]
        return hashlib.sha256(repr((digests, self.missing)).encode()).hexdigest()


@dataclass
class Job:
    """A submission on its way to a grade."""

    student: str
    submission: HandedIn
    digest: str
    size: int = 0
    notebooks: Notebooks = field(default_factory=list)
    # What came back of each of them, by its place; None of one that was lost.
    results: dict[int, bytes | None] = field(default_factory=dict)
    graded: list[Graded] = field(default_factory=list)


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
    LessonError
        If the lesson cannot be graded.
    """

    def __init__(self, course: NbGrader, lesson: str) -> None:
        self.course = course
        self.folders = course.coursedir
        self.root = Path(self.folders.root)
        self.lessons = read_lessons(course, lesson)
        self.intake = Intake(parent=course)
        settings = ExecuteSubmission(parent=course)
        self.max_file_bytes = settings.max_file_bytes
        self.secret = course_secret(self.root / settings.secret_file)
        self.handed_in: dict[str, list[Path]] = {}

    def place(self, run: RunCells) -> list[Placed]:
        """Find out where each test cell runs, if that is not known, before anything is graded.

        Parameters
        ----------
        run : callable
            See `placing.place`.
        """
        placed = [place(self.course, lesson, run, again=True) for lesson in self.lessons]
        self.lessons = tuple(lesson for lesson, _, _ in placed)
        return [cell for _, cells, _ in placed for cell in cells]

    @property
    def lesson(self) -> Lesson:
        """The lesson, or the first of its notebooks, with what all of them share."""
        return self.lessons[0]

    @property
    def maximum(self) -> float:
        """The points that the lesson has to give."""
        return sum(lesson.maximum for lesson in self.lessons)

    @cached_property
    def digest(self) -> str:
        """Digest of all that a grade depends on beside the submission."""
        return "-".join(grade_digest(self.course, lesson) for lesson in self.lessons)

    @cached_property
    def version(self) -> str:
        """Digest of the lesson and its limits, which is the same on each machine."""
        same = (replace(lesson, inside=frozenset(), packages={}) for lesson in self.lessons)
        text = "-".join(lesson.digest for lesson in same)
        return hashlib.sha256(text.encode()).hexdigest()

    def submissions(self) -> list[str]:
        """Return the names of those who handed in something, without whom the course excludes."""
        found = handed_in(self.root / self.folders.submitted_directory, self.lesson.name)
        excluded = {name.strip() for name in self.folders.student_id_exclude.split(",")}
        self.handed_in = {name: paths for name, paths in found.items() if name not in excluded}
        return sorted(self.handed_in)

    def names(self) -> dict[str, str]:
        """Return the first and last names that the gradebook has, by student."""
        with Gradebook(self.folders.db_url, self.folders.course_id) as gradebook:
            return {
                student.id: full_name(student.first_name, student.last_name)
                for student in gradebook.students
            }

    def misplaced(self) -> list[str]:
        """Return where, among the submissions, notebooks stand that are of no lesson."""
        with Gradebook(self.folders.db_url, self.folders.course_id) as gradebook:
            lessons = [assignment.name for assignment in gradebook.assignments]
        return list(misplaced(self.root / self.folders.submitted_directory, lessons))

    def grade(self, students: list[str], force: bool, pool: Pool) -> Iterator[Outcome]:
        """Grade the submissions of `students`; one that has not changed only if forced.

        Raises
        ------
        StoppedError
            If nothing can be graded.
        LessonError
            If another command is at work on the lesson.
        """
        autograded = self.root / self.folders.autograded_directory
        with (
            alone_with(autograded, self.lesson.name),
            Gradebook(self.folders.db_url, self.folders.course_id) as gradebook,
            Staging(autograded) as staging,
        ):
            yield from Run(self, gradebook, staging, pool, force).outcomes(students)

    def graded_folder(self, student: str) -> Path:
        """Return where what is graded of a student is, or would be."""
        return self.folder(self.folders.autograded_directory, student)

    def is_graded(self, student: str, submission: HandedIn) -> bool:
        """Whether there is a graded notebook for each that was handed in."""
        folder = self.graded_folder(student)
        return all((folder / self.lessons[part].notebook).is_file() for part in submission.parts)

    def take_in(self, student: str) -> tuple[HandedIn, list[str]]:
        """Read the submission of one who handed in something, with what a person should know.

        Raises
        ------
        RefusedError
            If it cannot be graded.
        """
        check_name(student)
        folder, remarks = find_folder(student, self.handed_in[student], self.lesson.name)
        check_folder(folder)
        parts: dict[int, Submission] = {}
        missing: dict[str, MissingError] = {}
        for number, lesson in enumerate(self.lessons):
            try:
                parts[number] = self.intake.take_in(folder, lesson)
            except MissingError as reason:
                missing[PurePath(lesson.notebook).stem] = reason
        if not parts:
            raise next(iter(missing.values()))
        submission = HandedIn(parts, tuple(missing))
        _, hidden = for_code(submission.files, self.max_file_bytes, self.lesson.given)
        without = [MISSING.format(reason=reason) for reason in missing.values()]
        remarked = [remark for part in parts.values() for remark in part.remarks]
        # What is said of a file is said with each notebook.
        submission.remarks.extend(dict.fromkeys([*remarked, *hidden, *without]))
        notes = dict.fromkeys(note for part in parts.values() for note in part.notes)
        return submission, [*remarks, *notes, *hidden, *without]

    def folder(self, step: str, student: str) -> Path:
        """Return a student's folder for the lesson in a step of grading."""
        return self.root / step / student / self.lesson.name


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
        self._publisher = Publisher(grader.course, grader.lessons, staging)
        late = Penalties(grader.course)
        create = self._publisher.converter.create_student
        self._writer = GradebookWriter(gradebook, grader.lesson.name, late, create)
        self._earlier: dict[str, Standing] = {}
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
                        found = self._submitted(found)
                    if found is not None:
                        yield found
                yield from self._take_results(alone)
            while alone:
                # Whatever ended its worker, it was this one's doing if it happens again now.
                if outcome := self._submitted(alone.popleft()):
                    yield outcome
                lost: deque[Job] = deque()
                while len(self._pool) or self._batch:
                    yield from self._take_results(lost)
                for job in lost:
                    yield self._without_grade(job.student, FAILED, LOST)
        finally:
            self._pool.cancel()

    def _prepared(self, students: list[str]) -> Iterator[Job | Outcome]:
        """Yield what is to be graded, and the outcome of what is not."""
        names = iter(students)
        while chunk := list(islice(names, BATCH)):
            self._earlier |= self._writer.standings(chunk)
            # A due date or an extension may have changed since; the answers need no new run.
            self._writer.update_penalties(chunk)
            now = self._writer.standings(chunk)
            for_a_person = self._writer.for_a_person(chunk)
            for student in chunk:
                try:
                    job = self._take_in(student)
                except RefusedError as reason:
                    yield self._without_grade(student, REFUSED, f"{reason}")
                except Exception as error:  # whatever it is, the others go on
                    yield self._crashed(student, error)
                else:
                    known = student in self._earlier and not self._force
                    there = known and self._grader.is_graded(student, job.submission)
                    if there and holds(self._grader.graded_folder(student), job.digest):
                        yield self._unchanged(job, now[student], for_a_person.get(student, []))
                    else:
                        yield job

    def _unchanged(self, job: Job, now: Standing, for_a_person: list[str]) -> Outcome:
        """Return the outcome of what has its grade, of which being late may cost more or less."""
        text, remarks = self._text(now), (*job.submission.remarks, *for_a_person)
        before = self._earlier.pop(job.student).points
        return Outcome(job.student, UNCHANGED, text, now.points, before, remarks)

    def _take_in(self, student: str) -> Job:
        """Read a submission."""
        grader = self._grader
        submission, notes = grader.take_in(student)
        for note in notes:
            self._log.warning("%s: %s", shown(student), shown_text(note))
        return Job(student, submission, f"{grader.digest} {grader.version} {submission.digest}")

    def _submitted(self, job: Job) -> Outcome | None:
        """Send a submission to workers; the outcome if that cannot be done."""
        try:
            self._submit(job)
        except (StoppedError, ConnectionError):
            raise
        except Exception as error:  # such as of a preprocessor of the course's own
            return self._crashed(job.student, error)
        return None

    def _submit(self, job: Job) -> None:
        """Send the notebooks of a submission to workers."""
        grader, parts = self._grader, job.submission.parts
        repaired = [(grader.lessons[number], part.notebook) for number, part in parts.items()]
        job.notebooks, job.results = self._publisher.sanitised(job.student, repaired), {}
        given = grader.lesson.given
        files, _ = for_code(job.submission.files, grader.max_file_bytes, given)
        job.size = sum(map(len, job.submission.files.values()))
        for place_of, (number, part) in enumerate(parts.items()):
            seed = submission_seed(grader.secret, part.digest)
            task = submission_payload(job.notebooks[place_of][1], files, seed)
            job.size += 2 * len(task["notebook"])
            self._pool.submit(task, (job, place_of), number)
        self._bytes += job.size

    def _take_results(self, lost: deque[Job]) -> Iterator[Outcome]:
        """Take what has come back, write what has waited enough; `lost` are without a result."""
        try:
            if len(self._pool):
                (job, place_of), result = self._pool.next_done(BATCH_SECONDS / 2)
                job.results[place_of] = result
                if len(job.results) == len(job.notebooks):
                    self._bytes -= job.size
                    if None in job.results.values():
                        lost.append(job)
                    elif outcome := self._receive(job):
                        yield outcome
        except queue.Empty:
            pass
        # The first one waits for no other: somebody may be looking.
        waited = not self._began or time.monotonic() - self._batch_began > BATCH_SECONDS
        if len(self._batch) >= BATCH or (self._batch and (waited or not len(self._pool))):
            batch, self._batch, self._began = self._batch, [], True
            yield from self._write(batch)

    def _receive(self, job: Job) -> Outcome | None:
        """Make the graded folder of what came back; the outcome, if there is one already."""
        try:
            sent = [read_result(job.results[place] or b"") for place in range(len(job.notebooks))]
            for (lesson, nb), result in zip(job.notebooks, sent, strict=True):
                put_outputs(nb, result.outputs, lesson.given)
            cells = [cell for _, nb in job.notebooks for cell in nb.cells]
            newer = filter(None, map(newer_python_in, cells))
            problems = (shown_text(problem) for result in sent for problem in result.problems)
            for note in dict.fromkeys((*newer, *problems)):
                self._log.warning("%s: %s", shown(job.student), note)
                job.submission.remarks.append(note)
            job.graded = self._graded(job, used_together(result.used for result in sent))
        except NotGradedError as error:
            if not error.trace:
                return self._without_grade(job.student, FAILED, f"{error}")
            self._log.error("%s: %s", shown(job.student), error.trace)
            return self._without_grade(job.student, FAILED, f"{error}: see the log above")
        except StoppedError:
            raise
        except Exception as error:  # whatever it is, the others go on
            return self._crashed(job.student, error)
        if not self._batch:
            self._batch_began = time.monotonic()
        self._batch.append(job)
        return None

    def _graded(self, job: Job, used: dict[str, float]) -> list[Graded]:
        """Make the graded folder, and return what each notebook in it says."""
        student, files = job.student, job.submission.files
        made = self._publisher.make_folder(student, job.notebooks, files)
        folder = self._publisher.folder(student)
        write_used(folder, used)
        handed_in = self._grader.folders.get_existing_timestamp(str(folder))
        earlier = self._earlier.get(student)
        # As in nbgrader: a time that is not known takes the place of none.
        if handed_in is None and earlier and earlier.handed_in and self._writer.has_due_date:
            job.submission.remarks.append(OLD_TIME.format(time=earlier.handed_in))
        same_files = not (earlier and earlier.by_hand) or self._same_files(student)
        return [
            *(
                read_grades(
                    student,
                    handed_in,
                    nb,
                    self._graded_by_hand(student, lesson.notebook),
                    PurePath(lesson.notebook).stem,
                    same_files,
                )
                for lesson, nb in made
            ),
            *(self._writer.missing(student, handed_in, n) for n in job.submission.missing),
        ]

    def _same_files(self, student: str) -> bool:
        """Whether what lies beside the notebooks is as in the graded folder from before."""
        lesson = self._grader.lesson
        ignored = (*lesson.ignore, *lesson.given, TIMESTAMP)
        folders = (self._publisher.folder(student), self._grader.graded_folder(student))
        now, before = (read_files(folder, ignored) for folder in folders)
        return now == before

    def _graded_by_hand(self, student: str, notebook: str) -> NotebookNode | None:
        """Return the graded notebook of which a person has graded some, if there is one.

        One without a digest may be another than the gradebook's grades are of.
        """
        earlier, folder = self._earlier.get(student), self._grader.graded_folder(student)
        if not earlier or not earlier.by_hand or digest_of(folder) in {"", UNWRITTEN}:
            return None
        if not (folder / notebook).is_file():
            return None
        graded: NotebookNode = nbformat.read(folder / notebook, as_version=4)
        return graded

    def _write(self, batch: list[Job]) -> Iterator[Outcome]:
        """Publish some submissions, then write their grades, then say that both are done."""
        published = []
        for job in batch:
            try:
                # Until its points are in the gradebook, those that are there are of another.
                seal(self._publisher.folder(job.student), UNWRITTEN)
                self._publisher.publish(job.student)
                published.append(job)
            except Exception as error:
                yield self._crashed(job.student, error)
        written = list(self._write_grades(published))
        students = [job.student for job, problem in written if problem is None]
        standings = self._writer.standings(students) if students else {}
        for_a_person = self._writer.for_a_person(students)
        for job, problem in written:
            if problem := problem or self._finish(job):
                yield self._crashed(job.student, problem)
                continue
            earlier = self._earlier.pop(job.student, None)
            # In a lesson without anything to grade nobody has any.
            now = standings.get(job.student, NOTHING)
            before = earlier.points if earlier else None
            remarks = (*job.submission.remarks, *for_a_person.get(job.student, []))
            yield Outcome(job.student, GRADED, self._text(now), now.points, before, remarks)

    def _write_grades(self, batch: list[Job]) -> Iterator[tuple[Job, Exception | None]]:
        """Write grades, together or, if that fails, one by one; yield what went wrong."""
        try:
            self._writer.write([graded for job in batch for graded in job.graded])
        except Exception:
            for job in batch:
                try:
                    self._writer.write(job.graded)
                except Exception as error:
                    yield job, error
                else:
                    yield job, None
        else:
            yield from ((job, None) for job in batch)

    def _finish(self, job: Job) -> Exception | None:
        """Say in the graded folder that its grade is written; return what went wrong."""
        try:
            # It was about another submission, or another grade.
            feedback = self._grader.folders.feedback_directory
            remove(self._grader.folder(feedback, job.student))
            seal(self._grader.graded_folder(job.student), job.digest)
        except OSError as error:  # somebody else's folder, for instance
            return error
        return None

    def _crashed(self, student: str, error: Exception) -> Outcome:
        """Return the outcome of an error of ours, with a trace in the log.

        Raises
        ------
        StoppedError
            If the disk is full, so that nobody else's grade could be written either.
        """
        if is_full(error):
            # SQLAlchemy goes on with the statement.
            reason = shown_text(str(error).partition("\n")[0])
            raise StoppedError(DISK_FULL.format(error=reason)) from error
        self._log.error("%s: grading stopped", shown(student), exc_info=error)
        text = STOPPED.format(error=f"{type(error).__name__}: {error}"[:300])
        return self._without_grade(student, FAILED, text)

    def _without_grade(self, student: str, status: str, text: str) -> Outcome:
        """Return an outcome with a reason, and a remark on an earlier submission's grade."""
        earlier = self._earlier.pop(student, None)
        return Outcome(student, status, f"{text}{EARLIER if earlier else ''}")

    def _text(self, standing: Standing) -> str:
        off = LATE.format(penalty=standing.penalty) if standing.penalty else ""
        return f"{standing.points:g} of {self._grader.maximum:g} points{off}"


def is_full(error: Exception) -> bool:
    """Whether a disk is full, as the system or SQLite says."""
    full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
    return full or (isinstance(error, OperationalError) and "disk is full" in str(error))


def grade_digest(course: NbGrader, lesson: Lesson) -> str:
    """Return a digest of what a grade depends on beside the submission.

    These are the lesson, the parts of proctor that can change a grade, with the packages that
    they build on, and the settings of all that a submission goes through.
    """
    settings = [
        (type(made).__name__, sorted(made.trait_values(config=True).items()))
        for made in preprocessors(Autograde(parent=course, coursedir=course.coursedir))
    ]
    # It sorts sets, whose order is another in each process.
    text = pprint.pformat(settings)
    parts = (lesson.digest, software_digest(CAN_CHANGE_GRADES), text)
    return hashlib.sha256(repr(parts).encode(errors="surrogateescape")).hexdigest()
