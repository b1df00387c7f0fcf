"""One submission: its cells in order, then the reasons for what was lost."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..diagnose.exercise import Exercise
from ..diagnose.explain import Explanation, Judge, Loss
from ..diagnose.newer_python import line_of
from ..lesson import Lesson
from .calls import StudentCalls
from .cells import run_test
from .outputs import Output, clean_text, error, feedback, printed, result, settle_points
from .session import Host, Session, Used

STOPPED = "This cell was left out: {reason}. Grading went on without it."
INSIDE = (
    "This test ran inside the sandbox, in the submission's own process: its result is what that "
    "process says."
)
MAY_BE_RIGHT = (
    "{cell} could not look at an answer, which may be right: {what} Give points by hand, or let "
    'this test run inside: `"proctor": {{"run": "inside"}}` in the metadata of the master\'s cell'
)
NO_REASON = "why {name} lost points could not be found out ({error}, {file}, line {line})"
KEPT = "Kept: only your {helpers} makes this test fail, and it is paid for there."

Cell = dict[str, Any]


@dataclass(frozen=True)
class Knowledge:
    """What the examiner knows, made once for all submissions of a lesson.

    Attributes
    ----------
    lesson : Lesson
    namespace : mapping
        The names that its `imports` cell defines.
    exercises : mapping of str to Exercise
        Its functions with their misconceptions.
    """

    lesson: Lesson
    namespace: Mapping[str, Any]
    exercises: Mapping[str, Exercise]


class Examination:
    """Examines one submission.

    Parameters
    ----------
    knowledge : Knowledge
    cells : list of dict
        Of the notebook, which `proctor.submission` has given the master's graded cells.
    host : Host
        Starts processes behind the wall.
    is_trial : bool
        Whether it is the lesson's own, see `StudentCalls`.

    Attributes
    ----------
    used : Used
        What its code and the tests have used.
    problems : list of str
        What the instructor should look at: a test that could not, and reasons that went wrong.
    """

    def __init__(
        self, knowledge: Knowledge, cells: list[Cell], host: Host, is_trial: bool = False
    ) -> None:
        self._knowledge = knowledge
        self._cells = [cell for cell in cells if cell["cell_type"] == "code"]
        self._session = Session(host, knowledge.lesson.limits)
        self._calls = StudentCalls(self._session, is_trial)
        self._outputs: list[tuple[list[Output], int | None]] = []
        # The outputs of the test cells that failed, by `grade_id`.
        self._failed: dict[str, list[Output]] = {}
        self.used = Used()
        self.problems: list[str] = []

    def run(self) -> list[tuple[list[Output], int | None]]:
        """Run all code cells; return outputs and number of each."""
        try:
            for cell in self._cells:
                self._outputs.append(self._examine(cell))
            self.used = self._session.used()
            self._explain()
        finally:
            self._session.end()
        return self._outputs

    def _examine(self, cell: Cell) -> tuple[list[Output], int | None]:
        """Run one cell; of a test cell its failure is kept, and what it printed if it may be."""
        is_test = _is(cell, "grade") and not _is(cell, "solution")
        if not is_test and not cell["source"].strip():
            return [], None
        obstacle = self._session.obstacle()
        if obstacle is not None:
            return [error("NotRun", obstacle)], None
        return self._test(cell) if is_test else self._run_inside(cell["source"], is_test=False)

    def _run_inside(self, source: str, is_test: bool) -> tuple[list[Output], int]:
        """Run a cell in the student's process; it is left out if it costs the process."""
        self._calls.cell_ran()
        run = self._session.run_cell(source, is_test)
        if run.lost:
            run.outputs.append(error("Stopped", STOPPED.format(reason=run.lost)))
        return run.outputs, run.number

    def _test(self, cell: Cell) -> tuple[list[Output], int | None]:
        """Run a test cell where the lesson says; return its outputs and its number."""
        graded = cell["metadata"]["nbgrader"]
        grade_id, maximum = graded["grade_id"], float(graded.get("points", 0))
        lesson, number = self._knowledge.lesson, None
        source = lesson.sources[grade_id]
        if grade_id in lesson.inside:
            outputs, number = self._run_inside(source, is_test=True)
        else:
            outputs = self._test_outside(grade_id, source)
            if grade_id not in lesson.whole:  # what hidden lines print is not for students
                outputs = [output for output in outputs if output["output_type"] != "stream"]
        if settle_points(outputs, maximum) < maximum:
            self._failed[grade_id] = outputs
        if number is not None:
            outputs.append(feedback(INSIDE, {"inside": True}))
        return outputs, number

    def _test_outside(self, grade_id: str, source: str) -> list[Output]:
        """Run a test cell in this process; return what it printed, and its failure or result."""
        verdict = run_test(source, self._knowledge.namespace, self._calls)
        if verdict.unfit:
            text = MAY_BE_RIGHT.format(cell=grade_id, what=verdict.unfit)
            self.problems.append(clean_text(text))
        outputs = [printed(verdict.printed)] if verdict.printed else []
        if not verdict.passed:
            return [*outputs, error(verdict.ename, clean_text(verdict.message), verdict.place)]
        if verdict.result is not None:
            # nbgrader knows results by a number; this cell has none of the student's.
            outputs.append(result(clean_text(verdict.result), None))
        return outputs

    def _explain(self) -> None:
        """Say why each function lost what it lost, and give back what only its helpers cost.

        The last thing that happens in a student's process: what its code learns here is lost.
        """
        lost: dict[str, list[str]] = {}
        for grade_id in self._failed:
            function, _, behaviour = grade_id.partition("-")
            lost.setdefault(function, []).append(behaviour)
        for name, exercise in self._knowledge.exercises.items():
            if name not in lost or self._session.obstacle() is not None:
                continue
            wrong_helpers = tuple(helper for helper in exercise.declared.helpers if helper in lost)
            source, stopped = self._own_cell(name)
            loss = Loss(tuple(lost[name]), wrong_helpers, stopped, source)
            try:
                judge = Judge(exercise, loss, self._calls, self._session.allowance())
                self._write(name, loss, judge.explain())
            except Exception as error:  # whatever is wrong with an author's probe, the points stand
                self.problems.append(_no_reason(name, error))

    def _write(self, name: str, loss: Loss, explanation: Explanation) -> None:
        """Put an explanation into the outputs of the function's test cells."""
        for behaviour in loss.behaviours:
            if behaviour in explanation.kept:
                text = KEPT.format(helpers=" and ".join(loss.wrong_helpers))
                self._failed[f"{name}-{behaviour}"][:] = [feedback(text, {"kept": text})]
        facts = {
            "intro": explanation.intro,
            "sentences": [clean_text(sentence) for sentence in explanation.sentences],
            "misconceptions": explanation.names,
            "lost": [lost for lost in loss.behaviours if lost not in explanation.kept],
            "comparison": explanation.comparison,
            "unnamed": explanation.unnamed,
        }
        text = "\n".join([explanation.intro, *facts["sentences"]]).strip()
        self._failed[f"{name}-{loss.behaviours[0]}"].append(feedback(text, facts))

    def _own_cell(self, name: str) -> tuple[str, tuple[str, str, str] | None]:
        """Return the source of a function's own cell, and the error that it stopped with.

        The error comes as its name, its text and its line in that cell.
        """
        for cell, (outputs, _) in zip(self._cells, self._outputs, strict=True):
            if _is(cell, "solution") and cell["metadata"]["nbgrader"]["grade_id"] == name:
                source: str = cell["source"]
                for output in outputs:
                    if output["output_type"] == "error":
                        line = line_of(source, output["evalue"])
                        return source, (output["ename"][:100], output["evalue"][:500], line)
                return source, None
        return "", None


def _is(cell: Cell, what: str) -> bool:
    """Say what nbgrader's metadata say of a cell."""
    return bool(cell["metadata"].get("nbgrader", {}).get(what))


def _no_reason(name: str, error: Exception) -> str:
    """Say for which function no reason was found, and where what went wrong."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    text = clean_text(f"{type(error).__name__}: {error}"[:300])
    return NO_REASON.format(name=name, error=text, file=Path(last.filename).name, line=last.lineno)
