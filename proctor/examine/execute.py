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
from jupyter_core.utils import run_sync
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Float, Integer, Unicode

from ..sandbox.host import Wall
from ..sandbox.protocol.request import cell_digest
from .examiner import Examiner
from .run import RunLimits, SubmissionRun

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
        with Gradebook(ids["db_url"]) as gradebook:
            cells = gradebook.find_notebook(ids["notebook"], ids["assignment"]).source_cells
            sources = {cell.name: cell.source for cell in cells}
        coursedir = self.parent.parent.coursedir
        folder = release_folder(coursedir, ids["assignment"])
        misconceptions = read_misconceptions(coursedir, ids["assignment"])
        wall, examiner = lesson_tools(folder, sources.get("imports", ""), misconceptions)
        run = SubmissionRun(
            nb,
            wall,
            examiner,
            tests=sources,
            files=submitted_files(Path(resources["metadata"]["path"]), self.max_file_bytes),
            seed=submission_seed(course_secret(Path(self.secret_file)), nb),
            limits=self.limits(),
        )
        run_sync(run.run)()
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


def read_misconceptions(coursedir: CourseDirectory, lesson: str) -> str:
    """Return the source of a lesson's misconceptions.py; empty if it has none."""
    folder = Path(coursedir.format_path(coursedir.source_directory, ".", lesson))
    path = folder / "misconceptions.py"
    return path.read_text(encoding="utf-8") if path.exists() else ""


def demonstrations(release: Path) -> list[str]:
    """Return the digests of the lesson's own cells, from which nothing is graded."""
    notebooks = [nbformat.read(path, as_version=4) for path in sorted(release.glob("*.ipynb"))]
    return [
        cell_digest(cell.source)
        for notebook in notebooks
        for cell in notebook.cells
        if cell.cell_type == "code" and "nbgrader" not in cell.metadata
    ]


_tools: dict[tuple[Path, str, str], tuple[Wall, Examiner]] = {}


def lesson_tools(folder: Path, imports: str, misconceptions: str) -> tuple[Wall, Examiner]:
    """Return the wall and the examiner for a lesson, which all its submissions share.

    Raises
    ------
    WallError
        If the wall cannot be built.
    """
    key = (folder, imports, misconceptions)
    if key not in _tools:
        wall = Wall(folder, imports, demonstrations=demonstrations(folder))
        wall.start()
        atexit.register(wall.close)
        _tools[key] = wall, Examiner(imports, folder, misconceptions)
    return _tools[key]


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
