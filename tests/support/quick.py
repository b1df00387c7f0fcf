"""Grading without nbgrader's database: the wall, the processes and the examiner are real."""

from __future__ import annotations

import html
import re
import threading
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode
from nbgrader.utils import determine_grade, is_grade, is_locked, is_solution

from proctor.examine.outputs import FEEDBACK
from proctor.examine.parent import learn
from proctor.grading.results import put_outputs
from proctor.grading.worker import Tools
from proctor.lesson import GradedCell, Lesson, RunLimits
from proctor.lesson.read import read_files
from proctor.report.feedback import CODE_STYLE, TEMPLATE, TEMPLATE_DIRECTORIES, feedback

HIDDEN = [".*", "__pycache__"]
LIMITS = RunLimits(
    cell=30,
    call=10,
    submission=120,
    restarts=8,
    output_bytes=1_000_000,
    all_output_bytes=5_000_000,
)


@dataclass(frozen=True)
class Graded:
    """A graded notebook."""

    notebook: NotebookNode
    sources: Mapping[str, str]

    def lost(self) -> dict[str, set[str]]:
        """Return the behaviours that each function lost, as nbgrader will score the cells."""
        lost: dict[str, set[str]] = {}
        for cell in filter(is_grade, self.notebook.cells):
            score, maximum = determine_grade(cell)
            # An answer in words has no score until a person has read it.
            if score is not None and score != maximum:
                function, _, behaviour = cell.metadata.nbgrader.grade_id.partition("-")
                lost.setdefault(function, set()).add(behaviour)
        return lost

    def facts(self, function: str) -> dict[str, Any]:
        """Return what feedback will show about a function, or nothing."""
        for cell in filter(is_grade, self.notebook.cells):
            for output in cell.get("outputs", []):
                facts: dict[str, Any] = output.get("data", {}).get(FEEDBACK, {})
                if cell.metadata.nbgrader.grade_id.startswith(f"{function}-") and (
                    "sentences" in facts
                ):
                    return facts
        return {}

    @cached_property
    def html(self) -> str:
        """The feedback page."""
        notebook = nbformat.from_dict(self.notebook)
        for cell in filter(is_grade, notebook.cells):
            score, maximum = determine_grade(cell)
            cell.metadata.nbgrader.update(score=score, points=maximum)
        grades = {"notebook": "lesson", "score": 0, "max_score": 0, "late_penalty": 0}
        shown = {
            **feedback(notebook, dict(self.sources)),
            "code_style": CODE_STYLE.get_style_defs(),
        }
        resources = {"nbgrader": grades, "feedback": shown}
        exporter = HTMLExporter(
            template_name=TEMPLATE, extra_template_basedirs=TEMPLATE_DIRECTORIES
        )
        page: str
        page, _ = exporter.from_notebook_node(nbformat.v4.new_notebook(), resources)
        return page

    @property
    def page(self) -> str:
        """The text of the feedback page."""
        return html.unescape(re.sub(r"<[^>]*>", "", self.html))


class QuickGrader:
    """Grades submissions of one lesson behind one warm wall.

    Parameters
    ----------
    master, release : Path
        The lesson's notebook in both editions.
    """

    def __init__(self, master: Path, release: Path) -> None:
        self.master = master
        self._cells = nbformat.read(master, as_version=4).cells
        self._release = release
        self.lesson = self._lesson(LIMITS)
        self.tests = self.lesson.sources
        self._lock = threading.Lock()
        self._tools: dict[RunLimits, Tools] = {}

    def _lesson(self, limits: RunLimits) -> Lesson:
        cells = tuple(
            GradedCell(nbgrader.grade_id, cell.cell_type, cell.source, nbgrader)
            for cell in self._cells
            if (nbgrader := cell.metadata.get("nbgrader"))
        )
        files = read_files(self._release.parent, HIDDEN)
        misconceptions = (self.master.parent / "misconceptions.py").read_text(encoding="utf-8")
        return Lesson(
            self.master.parent.name,
            self.master.name,
            cells,
            files,
            misconceptions=misconceptions,
            limits=limits,
        )

    def tools(self, limits: RunLimits = LIMITS) -> Tools:
        """Return the wall and the examiner for some limits, started once."""
        with self._lock:
            if limits not in self._tools:
                tools = Tools()
                tools.start(self._lesson(limits))
                self._tools[limits] = tools
            return self._tools[limits]

    def close(self) -> None:
        """End all walls."""
        for tools in self._tools.values():
            tools.close()

    @cached_property
    def exercises(self) -> dict[str, Any]:
        """The lesson's functions with their misconceptions."""
        return dict(learn(self.lesson).exercises)

    def notebook(self, answers: Mapping[str, str]) -> NotebookNode:
        """Return a submission without text and demonstrations; what it lacks is solved.

        An answer "*" comes last, in a cell of its own.
        """
        cells = []
        for cell in self._cells:
            if is_solution(cell) or is_grade(cell) or is_locked(cell):
                copy = nbformat.from_dict(cell)
                copy.source = answers.get(cell.metadata.nbgrader.grade_id, cell.source)
                cells.append(copy)
        if "*" in answers:
            cells.append(nbformat.v4.new_code_cell(answers["*"]))
        made: NotebookNode = nbformat.v4.new_notebook(cells=cells)
        return made

    def grade(self, answers: Mapping[str, str], limits: RunLimits = LIMITS) -> Graded:
        """Grade a submission with these answers, by function."""
        return self.grade_cells(self.notebook(answers).cells, limits)

    def grade_cells(self, cells: list[NotebookNode], limits: RunLimits = LIMITS) -> Graded:
        """Grade a submission that consists of these cells."""
        notebook, tools = nbformat.v4.new_notebook(cells=cells), self.tools(limits)
        result = tools.examiner.examine(tools.wall, notebook.cells, {}, "seed")
        put_outputs(notebook, result["outputs"], self.lesson.given)
        return Graded(notebook, self.tests)

    def grade_all(self, submissions: Iterable[Mapping[str, str]]) -> list[Graded]:
        """Grade submissions, several at a time."""
        with ThreadPoolExecutor(3) as pool:
            return list(pool.map(self.grade, submissions))
