"""What nbgrader is told to call: proctor's rooms, as nbgrader's hooks call them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from logging import Logger
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import List, Unicode
from traitlets.config import Application
from traitlets.log import get_logger

from .grading.staging import read_used, write_used
from .lesson import Lesson, settings
from .lesson.private import check_folders
from .lesson.read import lesson_folders, read_lessons
from .report.about import read_about
from .report.failed_check import name_failed_checks, released_tests
from .report.feedback import CODE_STYLE, clear_folder, feedback
from .report.pages import EXCHANGE_FILES
from .report.terminal import CleanLog
from .submission import intake
from .submission.clean import shown, shown_text
from .submission.repair import repaired_cells
from .submission.seed import course_secret, submission_seed
from .submission.timestamp import LONGEST_TIME, TimeError, read_time

if TYPE_CHECKING:
    from .grading.results import Result

ODD_PLACE = (
    "nbgrader cannot work in {folder}: it takes * ? and [ in a path for a pattern, and ? and % "
    "mean something else in the gradebook's address. Rename the folder."
)

NO_EXECUTE = (
    "--no-execute (Execute.enabled = False) makes points of the outputs that were handed in, which "
    "anybody can write. proctor runs every submission: leave the option out."
)
SOLUTION_MARK = re.compile(r"^ *### (BEGIN|END) SOLUTION(\n|\Z)", re.MULTILINE)
# As lessons put it: "Predict the shape, then run."
ASKS_FOR_PREDICTION = re.compile(r"then run\b")

STOPS = (
    "{notebook}: the cell that begins with `{line}` stops with {name}: {text}. Correct the master, "
    "and build the lesson anew."
)

Processed = tuple[NotebookNode, dict[str, Any]]


def check_place(folder: Path) -> None:
    """Exit with a message if nbgrader could not cope with the path of the course's folder."""
    if set("*?[%") & set(str(folder)):
        raise SystemExit(ODD_PLACE.format(folder=folder))


def leave_out_unreadable(assignment: str, student: str, notebooks: list[str]) -> None:
    """Take notebooks that cannot be graded from nbgrader's list, and log why.

    It is ``Autograde.pre_convert_hook``. nbgrader then names the student as one in whose
    submission it found no notebook.
    """
    config = Application.instance().config if Application.initialized() else None
    log = get_logger()
    is_clean = (isinstance(known, CleanLog) for known in getattr(log, "filters", ()))
    if isinstance(log, Logger) and not any(is_clean):
        # nbgrader's own messages name students and their files, too.
        log.addFilter(CleanLog())
    for reason in intake.leave_out_unreadable(intake.Intake(config=config), notebooks):
        log.error("%s", reason)


class CourseStep(NbGraderPreprocessor):  # type: ignore[misc]
    """A preprocessor that knows the course and the lesson."""

    # nbgrader configures it for all preprocessors, and warns where it is unknown.
    display_data_priority: Any = List().tag(config=True)

    @property
    def converter(self) -> Any:
        """The converter of nbgrader that calls this, such as ``Autograde``."""
        exporter: Any = self.parent
        return exporter.parent

    def lesson(self, resources: dict[str, Any]) -> Lesson:
        """Return the lesson of the notebook that nbgrader is at."""
        ids = resources["nbgrader"]
        return read_lessons(self.converter, ids["assignment"], ids["notebook"])[0]

    def warn(self, resources: dict[str, Any], note: str) -> None:
        """Log what a person should know of a submission."""
        self.log.warning("%s: %s", shown(resources["nbgrader"]["student"]), shown_text(note))

    def is_first(self, resources: dict[str, Any]) -> bool:
        """Whether this is the first notebook of those that nbgrader goes through."""
        return bool(Path(self.converter.notebooks[0]).stem == resources["nbgrader"]["notebook"])


class RepairNotebook(CourseStep):
    """Gives a submission back the graded cells of its lesson.

    It stands first in ``Autograde.sanitize_preprocessors``.
    """

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> Processed:
        """Repair one notebook; called by nbconvert."""
        lesson = self.lesson(resources)
        intake.check_lesson(lesson.notebook, nb, lesson.cells)
        nb.cells, notes = repaired_cells(nb.cells, lesson.cells, lesson.texts)
        for note in notes:
            self.warn(resources, note)
        if self.is_first(resources):
            self.correct_time(resources)
        # What is left out here, such as the kernel, comes from the master.
        nb.metadata = NotebookNode()
        nb.nbformat, nb.nbformat_minor = 4, 5
        return nb, resources

    def correct_time(self, resources: dict[str, Any]) -> None:
        """Record when this was handed in: nbgrader has read timestamp.txt its own way."""
        ids = resources["nbgrader"]
        time: datetime | None = None
        try:
            folder = Path(resources["metadata"]["path"])
            handed_in = read_time(intake.read_file(folder / intake.TIMESTAMP, LONGEST_TIME, ""))
            if handed_in is None:
                return
            time = handed_in.time.replace(tzinfo=None)
            note = handed_in.note
        except intake.RefusedError:
            return  # there is none
        except TimeError:
            note = ""  # `ExecuteSubmission` says why the file is left out
        if note:
            self.warn(resources, note)
        with Gradebook(ids["db_url"]) as gradebook:
            gradebook.update_or_create_submission(ids["assignment"], ids["student"], timestamp=time)


class LeaveOutLinks(CourseStep):
    """Removes from the graded folder what links among the submitted files lead to.

    It stands in ``Autograde.sanitize_preprocessors``, so that student code never sees them.
    """

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> Processed:
        """Leave the notebook as it is and clean the folder; called by nbconvert."""
        ids, course = resources["nbgrader"], self.converter.coursedir
        graded = course.format_path(course.autograded_directory, ids["student"], ids["assignment"])
        submitted = Path(resources["metadata"]["path"])
        intake.leave_out_links(submitted, Path(graded), self.lesson(resources))
        return nb, resources


class ExecuteSubmission(settings.ExecuteSubmission, CourseStep):
    """Runs student cells in a sandbox and test cells outside it.

    It stands first in ``Autograde.autograde_preprocessors``, on a notebook that
    `RepairNotebook` has given the master's graded cells, and takes the place of nbgrader's
    ``Execute``.
    """

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> Processed:
        """Run all cells; called by nbconvert for each submitted notebook.

        Raises
        ------
        StoppedError, WallError
            If student code cannot be sandboxed here. It is never run otherwise.
        NotGradedError
            If this submission cannot be run.
        """
        check_folders(self.converter)
        if not self.config.get("Execute", {}).get("enabled", True):
            raise SystemExit(NO_EXECUTE)
        folder = Path(resources["metadata"]["path"])
        secret = course_secret(Path(self.converter.coursedir.root, self.secret_file))
        lesson = self.lesson(resources)
        submission = self._handed_in(resources, lesson)
        files, notes = intake.for_code(submission.files, self.max_file_bytes, lesson.given)
        left_out = intake.LEFT_OUT.partition("{")[0]
        notes += [note for note in submission.notes if note.startswith(left_out)]
        for note in notes if self.is_first(resources) else ():
            self.warn(resources, note)
        seed = submission_seed(secret, submission.digest)
        from .grading.results import known_use, used_together

        result = run_cells(nb, self._placed(lesson), files, seed)
        for problem in result.problems:
            self.warn(resources, problem)
        # A lesson may have several notebooks, of which nbgrader has this called one by one.
        write_used(folder, used_together([known_use(read_used(folder)), result.used]))
        return nb, resources

    def _placed(self, lesson: Lesson) -> Lesson:
        """Return the lesson that knows where its test cells run."""
        from .grading.placing import place, remarks

        lesson, cells, is_news = place(self.converter, lesson, run_all)
        for remark in remarks(cells, lesson.name) if is_news else ():
            self.log.warning("%s", remark)
        return lesson

    def _handed_in(self, resources: dict[str, Any], lesson: Lesson) -> intake.Submission:
        """Return what was handed in; nbgrader has since copied it to where it is graded."""
        ids, course = resources["nbgrader"], self.converter.coursedir
        folder = course.format_path(course.submitted_directory, ids["student"], ids["assignment"])
        return intake.Intake(parent=self).take_in(Path(folder), lesson)


class FoldAnswers(NbGraderPreprocessor):  # type: ignore[misc]
    """Makes of a solved lesson one to read: no marks of solutions, and answers folded.

    It stands in ``GenerateSolution.preprocessors``. Where the text above a cell asks for a
    prediction, JupyterLab shows what the cell printed after a click.
    """

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> Processed:
        """Change the cells; called by nbconvert."""
        asked = False
        for cell in nb.cells:
            if cell.cell_type == "code":
                cell.source = SOLUTION_MARK.sub("", cell.source)
                if asked:
                    cell.metadata.setdefault("jupyter", {})["outputs_hidden"] = True
            asked = cell.cell_type == "markdown" and bool(ASKS_FOR_PREDICTION.search(cell.source))
        return nb, resources


class RefuseErrors(NbGraderPreprocessor):  # type: ignore[misc]
    """Ends the command if a cell of a worked edition stopped with an error.

    It stands behind ``Execute`` in ``GenerateSolution.preprocessors``, which runs a notebook to its
    end whatever happens.
    """

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], index: int
    ) -> Processed:
        """Leave the cell as it is; called by nbconvert.

        Raises
        ------
        SystemExit
            With the error, if the cell stopped with one.
        """
        meant = "raises-exception" in cell.metadata.get("tags", [])
        for output in cell.get("outputs", []):
            if output.output_type == "error" and not meant:
                line = cell.source.strip().partition("\n")[0]
                name, text = output.ename, output.evalue.strip().rstrip(".")
                ids = resources["nbgrader"]
                notebook = f"{ids['assignment']}/{ids['notebook']}.ipynb"
                raise SystemExit(STOPS.format(notebook=notebook, line=line, name=name, text=text))
        return cell, resources


class WriteFeedback(CourseStep):
    """Puts what a student should see into ``resources["feedback"]``, and drops the cells.

    The last of ``GenerateFeedback.preprocessors``, after `GetGrades`.
    """

    closing = Unicode(
        "",
        help="A sentence at the end of each feedback page, such as whether one may hand in again.",
    ).tag(config=True)
    lesson_address = Unicode(
        "",
        help="Where students find a lesson online, with {lesson} in place of its folder's name: "
        "feedback pages link its sections. Nothing is linked if it is empty.",
    ).tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> Processed:
        """Reduce one graded notebook to its student's feedback; called by nbconvert."""
        ids, course = resources["nbgrader"], self.converter.coursedir
        lesson, student = self.lesson(resources), ids["student"]
        folder = course.format_path(course.feedback_directory, student, lesson.name)
        # An assignment may have several notebooks, which are converted in this order.
        names = [Path(notebook).stem for notebook in self.converter.notebooks]
        written = names[: names.index(ids["notebook"])]
        clear_folder(Path(folder), {*EXCHANGE_FILES, *(f"{name}.html" for name in written)})
        source, release = lesson_folders(self.converter, lesson.name)
        name_failed_checks(nb, lesson.sources, released_tests(release / lesson.notebook))
        with Gradebook(ids["db_url"]) as gradebook:
            about = read_about(source / lesson.notebook, gradebook, lesson.name, student)
        resources["feedback"] = feedback(nb, lesson.sources, about)
        resources["feedback"]["closing"] = self.closing
        address = self.lesson_address.replace("{lesson}", lesson.name)
        resources["feedback"]["lesson_address"] = address
        resources["feedback"]["code_style"] = CODE_STYLE.get_style_defs(".code")
        nb.cells = []
        return nb, resources


def run_cells(nb: NotebookNode, lesson: Lesson, files: dict[str, bytes], seed: str) -> Result:
    """Run a submission in this process, as a worker does, and put the outputs into its cells."""
    # Dask takes half a second to load, and most of nbgrader's commands run no submission.
    from .grading.results import put_outputs, read_result
    from .grading.tasks import submission_payload

    [answer] = run_all(lesson, [submission_payload(nb, files, seed)])
    result = read_result(answer)
    put_outputs(nb, result.outputs, lesson.given)
    return result


def run_all(lesson: Lesson, submissions: Sequence[dict[str, Any]]) -> list[bytes]:
    """Run submissions in this process, one after the other, as a worker does."""
    from .grading import worker
    from .grading.tasks import lesson_payload

    payload = lesson_payload(lesson)
    # nbgrader's formgrader calls from an event loop, which must not run in this thread twice.
    with ThreadPoolExecutor(1) as thread:
        return [
            thread.submit(worker.grade_submission, payload, submission).result()
            for submission in submissions
        ]
