"""Where each test cell runs, decided from the master alone before any submission is read.

A test cell runs outside of the wall if it can: there no submitted code can read it. It can if the
master's own solution earns all its points there, the untouched release earns none, and nothing in
it looks at the process that runs it. Any other runs inside, as nbgrader would run it.
"""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from copy import deepcopy
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.apps import NbGrader
from nbgrader.preprocessors import IgnorePattern
from nbgrader.utils import determine_grade, is_grade, is_solution

from ..lesson import TOOLS, GradedCell, Lesson
from ..lesson.names import names_of
from ..lesson.read import LessonError, lesson_folders, read_cells
from ..lesson.settings import AUTO, INSIDE, OUTSIDE, ExecuteSubmission
from ..submission.clean import few
from ..submission.repair import repaired_cells
from .reasons import (
    CURE_PROBLEM,
    IDLE,
    NOT_FULL,
    NOT_NOTHING,
    functions_of,
    looks_at_process,
    reason_of,
)
from .results import NotGradedError, StoppedError, put_outputs, read_result
from .tasks import CAN_CHANGE_GRADES, software_digest, submission_payload

RunCells = Callable[[Lesson, Sequence[dict[str, Any]]], Sequence[bytes]]
"""Grades some submissions of a lesson, as `proctor.grading.worker.grade_submission` does."""

NO_RELEASE = "{path} does not exist: `proctor update {lesson}` creates it."
CACHE = ".checked-{lesson}-{notebook}.json"
SEED = "check"
DECIDES = (
    "grading/copies.py",
    "grading/placing.py",
    "grading/reached.py",
    "grading/reasons.py",
    "grading/results.py",
)
"""Parts of proctor on which it depends where a test runs, and no grade."""
READABLE = (
    "These test cells of {lesson} run inside the sandbox, where submitted code can read them and "
    "decide what comes of them: {cells}. `proctor check {lesson}` says why."
)
CHOSEN = "chosen by the author"
USED = "another cell uses what it defines: let each cell define what it needs"
NEEDED = (
    "unless all test cells run inside, the master's own solution loses points in {names}: let it "
    "build on nothing that other test cells do or leave behind"
)


@dataclass(frozen=True)
class Placed:
    """Where a test cell runs.

    Attributes
    ----------
    name : str
    points : float
    where : str
        "outside" or "inside".
    why : str
        Why it does not run outside, and how it could.
    problem : str
        What is wrong with it wherever it runs, and what to do; empty if nothing is.
    """

    name: str
    points: float
    where: str
    why: str = ""
    problem: str = ""


@dataclass(frozen=True)
class Trial:
    """What came of a test cell: for the master's solution, and for the untouched release."""

    maximum: float
    solved: float
    unsolved: float
    message: str

    @property
    def fits(self) -> bool:
        """Whether the solution earns all points and the release none."""
        return self.solved == self.maximum and not self.unsolved

    @property
    def says(self) -> str:
        """What is wrong, in words."""
        if self.solved != self.maximum:
            text = NOT_FULL.format(points=self.solved, maximum=self.maximum)
            return f"{text}: {self.message.rstrip('.')}" if self.message else text
        return NOT_NOTHING.format(points=self.unsolved, maximum=self.maximum)


def place(
    course: NbGrader, lesson: Lesson, run: RunCells, again: bool = False
) -> tuple[Lesson, list[Placed], bool]:
    """Return a lesson that knows where its test cells run, where that is, and whether it is news.

    Parameters
    ----------
    course : NbGrader or a converter
    lesson : Lesson
    run : callable
        Asked only if the lesson has changed since it was last checked.
    again : bool
        Whether to check again what had problems then, which may have been the machine's.

    Raises
    ------
    StoppedError
        If nothing can be run here.
    LessonError
        If master or release is no notebook.
    """
    master, release = (
        _notebook(folder / lesson.notebook, lesson)
        for folder in lesson_folders(course, lesson.name)
    )
    wishes = _wishes(course, lesson)
    sources = [[cell.source for cell in notebook.cells] for notebook in (master, release)]
    # What to do with output to stderr is the course's to say.
    patterns = IgnorePattern(parent=course)
    ignored = sorted(patterns.trait_values(config=True).items(), key=str)
    software = software_digest((*CAN_CHANGE_GRADES, *DECIDES))
    parts = (lesson.digest, software, wishes, sources, ignored)
    digest = hashlib.sha256(repr(parts).encode(errors="surrogateescape")).hexdigest()
    name = CACHE.format(lesson=lesson.name, notebook=Path(lesson.notebook).stem)
    folders = course.coursedir
    cache = Path(folders.root, folders.autograded_directory, name)
    cells, is_news = _cached(cache, digest), False
    if cells is None or (again and any(cell.problem not in {"", IDLE} for cell in cells)):
        trials = Trials(lesson, (master, release), patterns, run)
        functions = functions_of(
            cell.source for cell in master.cells if cell.cell_type == "code" and not is_grade(cell)
        )
        cells, is_news = decide(lesson, wishes, functions, trials.of), True
        if cells:
            cells = with_idle(cells, trials.idle(_inside(cells)))
        cache.parent.mkdir(parents=True, exist_ok=True)
        cache.write_text(json.dumps([digest, [asdict(cell) for cell in cells]]))
    return replace(lesson, inside=_inside(cells)), cells, is_news


def decide(
    lesson: Lesson,
    wishes: Mapping[str, str],
    functions: Collection[str],
    trials_of: Callable[[frozenset[str]], Mapping[str, Trial]],
) -> list[Placed]:
    """Return where each test cell runs.

    Parameters
    ----------
    lesson : Lesson
    wishes : mapping
        By test cell: "outside", "inside" or "auto".
    functions : collection of str
        Names of the functions and classes of the master's other cells.
    trials_of : callable
        Returns what comes of each test cell when some run inside.

    Raises
    ------
    StoppedError
        If nothing can be run here, and no cell could run elsewhere.
    """
    if not lesson.tests:
        return []
    # What uses proctor's tools can run outside alone: inside there are none. So no accident, such
    # as a machine too busy for a test of speed, moves a test that was written to be secret.
    free = [c for c in lesson.tests if wishes[c.name] == AUTO and TOOLS not in c.source]
    why = {cell.name: CHOSEN for cell in lesson.tests if wishes[cell.name] == INSIDE}
    given = "\n".join([lesson.imports, *lesson.given_imports])
    looks = {c.name: looks_at_process(c.source, functions, given, lesson.files) for c in free}
    why |= {name: text for name, text in looks.items() if text}
    inside = _with_sources(lesson, free, frozenset(why))
    everything = inside | {cell.name for cell in free}

    def tried(inside: frozenset[str]) -> Mapping[str, Trial]:
        try:
            return trials_of(inside)
        except StoppedError as error:
            if inside == everything:
                raise
            # Perhaps the imports cell cannot run outside.
            return nothing_of(lesson, error)

    trials = tried(inside)
    if bad := {cell.name for cell in free if not trials[cell.name].fits} - inside:
        why |= {name: reason_of(trials[name].says, trials[name].message) for name in bad}
        inside = _with_sources(lesson, free, inside | bad)
        trials = tried(inside)
    if inside != everything and not all(trials[cell.name].fits for cell in free):
        # What a cell leaves behind, such as a variable, may be what a later one builds on.
        others = tried(everything)
        if sum(trial.fits for trial in others.values()) > sum(t.fits for t in trials.values()):
            names = [name for name, trial in others.items() if trial.fits > trials[name].fits]
            why = dict.fromkeys(everything - inside, NEEDED.format(names=few(names))) | why
            inside, trials = everything, others
    return [_placed(cell, cell.name in inside, why, trials[cell.name]) for cell in lesson.tests]


def with_idle(cells: Sequence[Placed], earned: Mapping[str, float]) -> list[Placed]:
    """Return test cells of which those have a problem that ask nothing of a function.

    Parameters
    ----------
    cells : sequence of Placed
    earned : mapping
        What functions that return None earn, in points by test cell.
    """
    return [
        replace(cell, problem=IDLE)
        if not cell.problem and 0 < cell.points <= earned.get(cell.name, 0)
        else cell
        for cell in cells
    ]


def nothing_of(lesson: Lesson, error: Exception) -> dict[str, Trial]:
    """Return the trials of test cells that could not be run."""
    return {cell.name: Trial(_points(cell), 0, 0, f"{error}") for cell in lesson.tests}


def remarks(cells: Sequence[Placed], lesson: str) -> Iterator[str]:
    """Yield what whoever grades should know of a lesson's test cells."""
    if inside := [cell.name for cell in cells if cell.where == INSIDE]:
        yield READABLE.format(lesson=lesson, cells=", ".join(inside))
    yield from problems(cells)


def problems(cells: Sequence[Placed]) -> Iterator[str]:
    """Yield what is wrong with test cells, wherever they run."""
    for cell in cells:
        if cell.problem:
            yield f"{cell.name}: {cell.problem}."


def _inside(cells: Sequence[Placed]) -> frozenset[str]:
    """Return the names of test cells that run inside."""
    return frozenset(cell.name for cell in cells if cell.where == INSIDE)


def _placed(cell: GradedCell, is_inside: bool, why: Mapping[str, str], trial: Trial) -> Placed:
    text = why.get(cell.name, USED)
    problem = "" if trial.fits else f"{trial.says}. {CURE_PROBLEM[trial.solved == trial.maximum]}"
    where = INSIDE if is_inside else OUTSIDE
    return Placed(cell.name, trial.maximum, where, text if is_inside else "", problem)


def _with_sources(
    lesson: Lesson, free: Sequence[GradedCell], inside: frozenset[str]
) -> frozenset[str]:
    """Return test cells that run inside, with those that define what they use."""
    needed: set[str] = set()
    for cell in reversed(lesson.tests):
        uses, defines = names_of(cell.source)
        if cell.name in inside or (cell in free and defines & needed):
            inside |= {cell.name}
            needed |= uses
    return inside


def _wishes(course: Any, lesson: Lesson) -> dict[str, str]:
    """Return where the author wants each test cell to run."""
    usual = ExecuteSubmission(parent=course).run_tests
    return {cell.name: lesson.wishes.get(cell.name, usual) for cell in lesson.tests}


def _notebook(path: Path, lesson: Lesson) -> NotebookNode:
    """Return one of a lesson's notebooks as if it had been handed in."""
    if not path.is_file():
        raise LessonError(NO_RELEASE.format(path=path, lesson=lesson.name))
    notebook = nbformat.from_dict(read_cells(path))
    cells, _ = repaired_cells(notebook, lesson.cells, lesson.texts)
    made: NotebookNode = nbformat.v4.new_notebook(cells=cells)
    return made


def _cached(path: Path, digest: str) -> list[Placed] | None:
    """Return what was found out about the same lesson before."""
    try:
        known, cells = json.loads(path.read_text())
        return [Placed(**cell) for cell in cells] if known == digest else None
    except (OSError, ValueError, TypeError):
        return None


class Trials:
    """Grades master and release of a lesson, with some test cells inside.

    Parameters
    ----------
    lesson : Lesson
    notebooks : tuple of NotebookNode
        Master and release.
    patterns : IgnorePattern
        The course's own: which output to stderr costs no points.
    run : callable
    """

    def __init__(
        self,
        lesson: Lesson,
        notebooks: tuple[NotebookNode, NotebookNode],
        patterns: IgnorePattern,
        run: RunCells,
    ) -> None:
        self._lesson = lesson
        self._notebooks = notebooks
        self._patterns = patterns
        self._run = run

    def of(self, inside: frozenset[str]) -> dict[str, Trial]:
        """Return what comes of each test cell.

        Raises
        ------
        StoppedError
            If nothing can be run here.
        """
        lesson = replace(self._lesson, inside=inside)
        try:
            results = self._results(lesson, *self._notebooks)
        except NotGradedError as error:  # perhaps one test ends the examiner
            return nothing_of(lesson, error)
        solved, unsolved = (
            self._scores(notebook, result)
            for notebook, result in zip(self._notebooks, results, strict=True)
        )
        return {
            cell.name: Trial(
                _points(cell), solved[cell.name][0], unsolved[cell.name][0], solved[cell.name][1]
            )
            for cell in lesson.tests
        }

    def idle(self, inside: frozenset[str]) -> dict[str, float]:
        """Return what each test cell of a function pays if all return None, or {} if unknown."""
        lesson, notebook = replace(self._lesson, inside=inside), deepcopy(self._notebooks[0])
        functions: set[str] = set()
        for cell in filter(is_solution, notebook.cells):
            with suppress(SyntaxError):
                tree = ast.parse(cell.source)
                pending: list[ast.AST] = [tree]
                for node in pending:
                    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                        functions.add(node.name)
                        node.body = [ast.Pass()]
                    else:
                        pending += ast.iter_child_nodes(node)
                cell.source = ast.unparse(tree)
        try:
            (result,) = self._results(lesson, notebook)
            scores = self._scores(notebook, result)
        except NotGradedError:
            return {}
        tests = (cell for cell in lesson.tests if names_of(cell.source)[0] & functions)
        return {cell.name: scores[cell.name][0] for cell in tests}

    def _results(self, lesson: Lesson, *notebooks: NotebookNode) -> list[list[Any]]:
        """Return the outputs of notebooks; what fails once may be the machine's fault.

        Raises
        ------
        NotGradedError, StoppedError
            If one fails twice.
        """
        payloads = [submission_payload(notebook, {}, SEED, is_trial=True) for notebook in notebooks]

        def outputs() -> list[list[Any]]:
            return [read_result(result).outputs for result in self._run(lesson, payloads)]

        try:
            return outputs()
        except (NotGradedError, StoppedError):
            return outputs()

    def _scores(self, notebook: NotebookNode, result: list[Any]) -> dict[str, tuple[float, str]]:
        """Return the points of each graded cell, and the error that it stopped with."""
        put_outputs(notebook, result, self._lesson.given)
        notebook, _ = self._patterns(notebook, {})
        return {
            cell.metadata.nbgrader.grade_id: (determine_grade(cell)[0] or 0.0, _error(cell))
            for cell in notebook.cells
            if is_grade(cell)
        }


def _points(cell: GradedCell) -> float:
    return float(cell.metadata.get("points", 0))


def _error(cell: NotebookNode) -> str:
    """Return the error that a cell stopped with, in a line."""
    errors = (o for o in cell.get("outputs", []) if o.output_type == "error")
    texts = (f"{output.ename}: {output.evalue}".strip().splitlines()[0] for output in errors)
    # An assertion without a message has nothing behind the colon.
    return next(texts, "")[:300].rstrip(": ")
