"""Run a submission's cells for grading: student cells inside the wall, test cells outside.

`ExecuteSubmission` takes the place of nbgrader's ``Execute``. It alone decides what stands in
the outputs of test cells, and these are what nbgrader makes the grade of.
"""

from __future__ import annotations

import atexit
import contextlib
import hashlib
import hmac
import os
import secrets
import stat
import tempfile
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import find_all_files
from traitlets import Float, Integer, Unicode

from ..grading.worker import Tools
from ..lesson import Lesson, RunLimits
from ..submission.passive import passive_text
from ..submission.repair import graded_cells

NOT_RELEASED = (
    "{folder} does not exist. Student code runs beside the files of the release: "
    "`nbgrader generate_assignment {lesson}` makes it."
)


class ExecuteSubmission(NbGraderPreprocessor):  # type: ignore[misc]
    """Runs student cells in a sandboxed kernel and test cells in the examiner.

    It stands first in ``Autograde.autograde_preprocessors``, on a notebook that
    `RepairNotebook` has given the master's graded cells.
    """

    cell_timeout = Float(30, help="How long one cell may run, in seconds.").tag(config=True)
    call_timeout = Float(
        10, help="How long one call of a student's function by a test may take, in seconds."
    ).tag(config=True)
    submission_timeout = Float(
        300, help="How long one submission may take, restarts included, in seconds."
    ).tag(config=True)
    max_restarts = Integer(
        8, help="How often a submission's kernel is replaced after it died or hung."
    ).tag(config=True)
    max_output_bytes = Integer(
        1_000_000, help="How much output a cell may leave in the graded notebook, in bytes."
    ).tag(config=True)
    max_all_output_bytes = Integer(
        5_000_000, help="How much output all cells of a submission may leave together, in bytes."
    ).tag(config=True)
    max_file_bytes = Integer(
        10_000_000, help="Size of the largest submitted file that student code can read, in bytes."
    ).tag(config=True)
    secret_file = Unicode(
        help="Where the course's secret is kept; it is drawn at first use. Keep the file: with "
        "another secret a regrade draws other inputs."
    ).tag(config=True)

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Run all cells; called by nbconvert for each submitted notebook.

        Raises
        ------
        WallError
            If student code cannot be walled in here. It is never run without the wall.
        """
        ids = resources["nbgrader"]
        coursedir = self.parent.parent.coursedir
        source = Path(coursedir.format_path(coursedir.source_directory, ".", ids["assignment"]))
        with Gradebook(ids["db_url"]) as gradebook:
            cells = graded_cells(gradebook, ids["notebook"], ids["assignment"], source)
        release = release_folder(coursedir, ids["assignment"])
        lesson = Lesson(
            ids["assignment"],
            f"{ids['notebook']}.ipynb",
            tuple(cells),
            released_files(release),
            limits=self.limits(),
        )
        tools = lesson_tools(lesson)
        result = tools.examiner.examine(
            tools.wall,
            nb.cells,
            submitted_files(Path(resources["metadata"]["path"]), self.max_file_bytes),
            submission_seed(course_secret(Path(self.secret_file)), nb),
        )
        put_outputs(nb, result["outputs"])
        return nb, resources

    def limits(self) -> RunLimits:
        """Return what one submission may use."""
        return RunLimits(
            self.cell_timeout,
            self.call_timeout,
            self.submission_timeout,
            self.max_restarts,
            self.max_output_bytes,
            self.max_all_output_bytes,
        )


def release_folder(coursedir: CourseDirectory, lesson: str) -> Path:
    """Return the folder of a lesson's release.

    Raises
    ------
    FileNotFoundError
        If there is none.
    """
    folder = Path(coursedir.format_path(coursedir.release_directory, ".", lesson)).resolve()
    if not folder.is_dir():
        raise FileNotFoundError(NOT_RELEASED.format(folder=folder, lesson=lesson))
    return folder


def released_files(folder: Path) -> dict[str, bytes]:
    """Return what student code finds beside the notebook."""
    found = find_all_files(str(folder), [".*", "__pycache__", "*.pyc", "*.ipynb"])
    return {str(Path(path).relative_to(folder)): Path(path).read_bytes() for path in found}


_tools: dict[str, Tools] = {}


def lesson_tools(lesson: Lesson) -> Tools:
    """Return the wall and the examiner for a lesson, which all its submissions share.

    Raises
    ------
    WallError
        If the wall cannot be built.
    """
    if lesson.digest not in _tools:
        _tools[lesson.digest] = Tools(lesson)
        atexit.register(_tools[lesson.digest].close)
    return _tools[lesson.digest]


def put_outputs(nb: NotebookNode, outputs: list[Any]) -> None:
    """Put what came of the code cells below them; disarm the student's Markdown.

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


def submitted_files(folder: Path, limit: int) -> dict[str, bytes]:
    """Return the files beside a submitted notebook that its code may read, by relative name.

    Notebooks, links, special files and files over `limit` bytes are left out.
    """
    files = {}
    for path in sorted(folder.rglob("*")):
        details = path.lstat()
        wanted = stat.S_ISREG(details.st_mode) and path.suffix != ".ipynb"
        if wanted and details.st_size <= limit:
            files[str(path.relative_to(folder))] = path.read_bytes()
    return files


def course_secret(path: Path) -> bytes:
    """Return the secret kept at `path`, drawn at random if there is none yet."""
    if not path.exists():
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=path.name) as file:
            file.write(secrets.token_hex(32).encode())
            file.flush()
            # Of two graders that start at once, one names its file and both read that one.
            with contextlib.suppress(FileExistsError):
                os.link(file.name, path)
    return path.read_bytes()


def submission_seed(secret: bytes, nb: NotebookNode) -> str:
    """Return the seed of a submission's fresh inputs, as 64 hexadecimal digits.

    It depends on the cells' sources alone, so that a regrade draws the same inputs, and on
    the course's secret, so that nobody can work it out from the submission.
    """
    digest = hmac.new(secret, digestmod=hashlib.sha256)
    for cell in nb.cells:
        digest.update(hashlib.sha256(cell.source.encode()).digest())
    return digest.hexdigest()
