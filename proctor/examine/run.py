"""One submission's run: its kernel, replaced when it dies or hangs, and its cells in order."""

from __future__ import annotations

import asyncio
import copy
import itertools
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionComplete
from nbformat import NotebookNode, from_dict

from ..diagnose.explain import Explanation, Judge, Loss
from ..sandbox.host import StudentKernelManager, Wall, student_kernel_manager
from ..submission.passive import passive_text
from .calls import StudentCalls
from .examiner import Examiner, Verdict

STOPPED = "This cell was left out: {reason}. Grading went on without it."
TIME_LIMIT = "it did not finish within {seconds:g} seconds"
DIED = "it ended the Python process it ran in ({reason})"
NO_SENSE = "what it sent to the grader cannot be read"
OUT_OF_TIME = "This was not run: the submission had used up its {seconds:g} seconds."
OUT_OF_RESTARTS = "This was not run: the submission had lost its Python process {count} times."
OUTPUT_CUT = "\n[The output of this cell was cut here: it is longer than it may be.]\n"

KEPT = "Kept: only your {helpers} makes this test fail, and it is paid for there."

# In the outputs of a test cell, beside its failure: what feedback shows. Only written here.
FEEDBACK = "application/vnd.proctor.feedback+json"

# The formats in which a student's output is kept: none in which something could run in the
# browser of whoever looks at the graded notebook.
TEXT_FORMATS = ("text/plain", "text/latex")
IMAGE_FORMATS = ("image/png", "image/jpeg")
BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")


@dataclass(frozen=True)
class RunLimits:
    """What one submission may use; times in seconds."""

    cell: float
    call: float
    submission: float
    restarts: int
    output_bytes: int
    """Of one cell."""
    all_output_bytes: int
    """Of all cells together."""


class SubmissionRun:
    """Runs one submission.

    A cell that kills its kernel, or hangs, is left out: the kernel is replaced, the cells before
    it are run again, and grading goes on. The same holds for a call from a test.

    Parameters
    ----------
    nb : NotebookNode
        The notebook, whose outputs are written in place.
    wall, examiner
        The lesson's.
    tests : dict
        Sources of the lesson's graded cells, by `grade_id`, as the master has them.
    files : dict
        The student's files, by relative name, for the kernel's working directory.
    seed : str
        Seed of the submission's fresh inputs.
    limits : RunLimits
    """

    def __init__(
        self,
        nb: NotebookNode,
        wall: Wall,
        examiner: Examiner,
        *,
        tests: dict[str, str],
        files: dict[str, bytes],
        seed: str,
        limits: RunLimits,
    ) -> None:
        self._nb = nb
        self._wall = wall
        self._examiner = examiner
        self._tests = tests
        self._files = files
        self._seed = seed
        self._limits = limits
        self._deadline = time.monotonic() + limits.submission
        self._output_left = limits.all_output_bytes
        self._ran: list[int] = []
        self._failed: dict[str, NotebookNode] = {}
        self._starts = 0
        self._manager: StudentKernelManager | None = None
        self._client: StudentClient | None = None
        self._death: Callable[[], str | None] = str
        self._calls: StudentCalls | None = None

    async def run(self) -> None:
        """Run all code cells in order."""
        try:
            for index, cell in enumerate(self._nb.cells):
                if cell.cell_type != "code":
                    cell.source = passive_text(cell.source)
                    continue
                cell.outputs, cell.execution_count = [], None
                if _is(cell, "grade") and not _is(cell, "solution"):
                    await self._run_test(cell)
                elif cell.source.strip():
                    await self._run_student_cell(index, cell)
            await self._explain()
        finally:
            await self._stop()

    async def _run_student_cell(self, index: int, cell: NotebookNode) -> None:
        """Run a student's cell, or leave it out if it costs the kernel."""
        obstacle = await self._start()
        if obstacle is not None:
            cell.outputs = [_error("NotRun", obstacle)]
            return
        reason = await self._execute(index, cell)
        if reason is None:
            self._ran.append(index)
        else:
            cell.outputs.append(_error("Stopped", STOPPED.format(reason=reason)))
            await self._stop()

    async def _run_test(self, cell: NotebookNode) -> None:
        """Run a test cell and leave nothing in its outputs but its failure."""
        obstacle = await self._start()
        if obstacle is not None:
            cell.outputs = [_error("NotRun", obstacle)]
            return
        assert self._calls is not None
        source = self._tests[cell.metadata.nbgrader.grade_id]
        verdict: Verdict = self._examiner.examine(source, self._calls, self._seed)
        if not verdict.passed:
            cell.outputs = [_error(verdict.ename, _text(verdict.message))]
            self._failed[cell.metadata.nbgrader.grade_id] = cell
        if verdict.kernel_lost:
            await self._stop()

    async def _explain(self) -> None:
        """Say why each function lost what it lost, and give back what only its helpers cost.

        The last thing that happens in a kernel: what the student's code learns here is lost.
        """
        lost: dict[str, list[str]] = {}
        for grade_id in self._failed:
            function, _, behaviour = grade_id.partition("-")
            lost.setdefault(function, []).append(behaviour)
        for name, exercise in self._examiner.exercises(self._tests).items():
            if name not in lost or await self._start() is not None:
                continue
            assert self._calls is not None
            wrong_helpers = tuple(helper for helper in exercise.declared.helpers if helper in lost)
            loss = Loss(tuple(lost[name]), wrong_helpers, self._cell_error(name))
            deadline = min(self._deadline, time.monotonic() + self._limits.call)
            explanation = Judge(exercise, loss, self._calls, deadline).explain(self._seed)
            self._write(name, loss, explanation)
            if explanation.kernel_lost:
                await self._stop()

    def _write(self, name: str, loss: Loss, explanation: Explanation) -> None:
        """Put an explanation into the outputs of the function's test cells."""
        for behaviour in loss.behaviours:
            cell = self._failed[f"{name}-{behaviour}"]
            if behaviour in explanation.kept:
                text = KEPT.format(helpers=" and ".join(loss.wrong_helpers))
                cell.outputs = [_feedback(text, {"kept": text})]
        facts = {
            "intro": explanation.intro,
            "sentences": [_text(sentence) for sentence in explanation.sentences],
            "misconceptions": explanation.names,
            "comparison": explanation.comparison,
        }
        text = "\n".join([explanation.intro, *facts["sentences"]]).strip()
        self._failed[f"{name}-{loss.behaviours[0]}"].outputs.append(_feedback(text, facts))

    def _cell_error(self, name: str) -> tuple[str, str, str] | None:
        """Return the error that a function's own cell stopped with, and its line in that cell."""
        for cell in self._nb.cells:
            if _is(cell, "solution") and cell.metadata.nbgrader.grade_id == name:
                for output in cell.get("outputs", []):
                    if output.output_type == "error":
                        line = _line_of(cell.source, output.evalue)
                        return output.ename[:100], output.evalue[:500], line
        return None

    async def _start(self) -> str | None:
        """Make sure of a kernel in which all cells so far have run; return what prevents it."""
        while self._client is None:
            if time.monotonic() > self._deadline:
                return OUT_OF_TIME.format(seconds=self._limits.submission)
            if self._starts > self._limits.restarts:
                return OUT_OF_RESTARTS.format(count=self._starts)
            self._starts += 1
            await self._start_kernel()
            await self._replay()
        if time.monotonic() > self._deadline:
            return OUT_OF_TIME.format(seconds=self._limits.submission)
        return None

    async def _start_kernel(self) -> None:
        """Start a kernel behind the wall, and both lines to it."""
        manager = student_kernel_manager(self._wall, self._files)
        client = StudentClient(self._nb, km=manager, allow_errors=True, record_timing=False)
        # How long to wait for the rest of a cell's output; a kernel may have closed that socket.
        client.iopub_timeout = 2
        await client.async_start_new_kernel()
        self._manager = manager
        await client.async_start_new_kernel_client()
        self._client = client
        child = manager.provisioner.child
        assert child is not None
        self._death = child.death
        self._calls = StudentCalls(
            child.connection,
            child.death,
            child.processor_seconds,
            self._limits.call,
            self._deadline,
        )

    async def _replay(self) -> None:
        """Run the cells again that have run before; one that fails now is left out for good."""
        left = self._output_left
        for index in list(self._ran):
            shown = self._nb.cells[index]
            lost = await self._execute(index, copy.deepcopy(shown))
            # nbclient put the copy there. Its output has been counted before, and is not kept.
            self._nb.cells[index], self._output_left = shown, left
            if lost is not None:
                self._ran.remove(index)
                await self._stop()
                return

    async def _execute(self, index: int, cell: NotebookNode) -> str | None:
        """Run a cell in the student's kernel; return why the kernel cannot go on, if so."""
        assert self._client is not None and self._calls is not None
        self._calls.cell_ran()
        seconds = min(self._limits.cell, max(0.0, self._deadline - time.monotonic()))
        self._client.output_left = min(self._limits.output_bytes, self._output_left)
        # Not nbclient's own time limit: a flood of forged replies keeps it from noticing.
        running = asyncio.create_task(self._client.async_execute_cell(cell, index))
        done, _ = await asyncio.wait({running}, timeout=seconds)
        if not done:
            running.cancel()
            await asyncio.wait({running})
            if not running.cancelled():
                running.exception()  # so that asyncio does not complain that nobody asked
        self._output_left -= self._client.output_bytes
        cell.outputs = joined_streams(cell.outputs)
        # Whatever number the kernel gave it: messages can be forged.
        cell.execution_count = len(self._ran) + 1
        if not done:
            return TIME_LIMIT.format(seconds=seconds)
        if running.exception() is None:
            return None
        # DeadKernelError, or whatever a malformed message leads to.
        reason = self._death()
        return DIED.format(reason=reason) if reason else NO_SENSE

    async def _stop(self) -> None:
        """End the kernel and whatever it started."""
        if self._calls is not None:
            self._calls.close()
            self._calls = None
        if self._client is not None:
            if self._client.kc is not None:
                self._client.kc.stop_channels()
            self._client = None
        if self._manager is not None:
            manager, self._manager = self._manager, None
            await manager.shutdown_kernel(now=True)


class StudentClient(NotebookClient):
    """nbclient's client, deaf to all messages but outputs, and to those beyond a limit."""

    # nbclient's own joining takes a time that grows with the square of a line's length.
    coalesce_streams = False
    output_left = 0
    """How many bytes of output the next cell may leave."""
    output_bytes = 0
    """How many the last one left."""

    async def async_execute_cell(
        self, cell: NotebookNode, cell_index: int, *args: Any, **kwargs: Any
    ) -> NotebookNode:
        """Run one cell, with a fresh allowance of output."""
        self.output_bytes = 0
        return await super().async_execute_cell(cell, cell_index, *args, **kwargs)

    def process_message(self, msg: dict[str, Any], cell: NotebookNode, cell_index: int) -> None:
        """Take one message of the kernel; called by nbclient."""
        if msg["msg_type"] == "status" and msg["content"].get("execution_state") == "idle":
            raise CellExecutionComplete
        output = clean_output(msg["msg_type"], msg["content"])
        if output is None or self.output_bytes > self.output_left:
            return
        self.output_bytes += len(repr(output).encode(errors="replace"))
        if self.output_bytes > self.output_left:
            output = _output("stream", name="stdout", text=OUTPUT_CUT)
        cell.outputs.append(output)


def joined_streams(outputs: list[Any]) -> list[Any]:
    """Return outputs with what follows each other on one stream as one text.

    As on a terminal, what stands before a carriage return is overwritten.
    """
    joined: list[Any] = []
    for _, group in itertools.groupby(outputs, lambda output: output.get("name") or id(output)):
        first, *others = group
        if first.output_type == "stream":
            lines = "".join([first.text, *[output.text for output in others]]).split("\n")
            first.text = "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in lines)
        joined.append(first)
    return joined


def clean_output(kind: str, content: dict[str, Any]) -> Any:
    """Return an output message as a notebook's output made of plain text, or None if it is none.

    The kernel may have been taken over, so nothing of the message is believed.
    """
    if kind == "stream":
        name = "stderr" if content.get("name") == "stderr" else "stdout"
        return _output("stream", name=name, text=_text(content.get("text")))
    if kind == "error":
        lines = content.get("traceback")
        traceback = [_text(line) for line in lines[:200]] if isinstance(lines, list) else []
        return _error(_text(content.get("ename")), _text(content.get("evalue")), traceback)
    if kind in ("display_data", "execute_result"):
        data = content["data"] if isinstance(content.get("data"), dict) else {}
        shown = {key: _text(data[key]) for key in TEXT_FORMATS if key in data}
        images = {key: _text(data[key]) for key in IMAGE_FORMATS if key in data}
        shown |= {key: text for key, text in images.items() if BASE64.fullmatch(text)}
        if shown:
            # nbgrader knows results by their number; a student's cell has no grade.
            return _output("display_data", data=shown, metadata=_image_metadata(content))
    return None


def _output(kind: str, **content: Any) -> Any:
    """Return an output; not by nbformat's `new_output`, which checks each against the schema."""
    return from_dict({"output_type": kind, **content})


def _is(cell: NotebookNode, what: str) -> bool:
    """Say what nbgrader's metadata say of a cell; nbgrader itself takes half a second to load."""
    return bool(cell.metadata.get("nbgrader", {}).get(what))


def _image_metadata(content: dict[str, Any]) -> dict[str, Any]:
    """Return the size and the text alternative of an image."""
    metadata = content.get("metadata")
    image = metadata.get("image/png") if isinstance(metadata, dict) else None
    if not isinstance(image, dict):
        return {}
    kept = {key: image[key] for key in ("width", "height") if type(image.get(key)) is int}
    return {"image/png": {**kept, "alt": _text(image.get("alt"))}}


def _error(ename: str, evalue: str, traceback: list[str] | None = None) -> Any:
    """Return an error output; without a traceback of its own, its message is the traceback."""
    lines = traceback or [f"{ename}: {evalue}"]
    return _output("error", ename=ename, evalue=evalue, traceback=lines)


def _feedback(text: str, facts: dict[str, Any]) -> Any:
    """Return an output that carries what feedback shows; it costs no points."""
    data = {"text/plain": text, FEEDBACK: facts}
    return _output("display_data", data=data, metadata={})


def _line_of(source: str, message: str) -> str:
    """Return the line of a cell that a syntax error's message names, or nothing."""
    found = re.search(r"line (\d{1,6})\)$", message)
    lines = source.splitlines()
    number = int(found[1]) if found else 0
    return lines[number - 1].strip()[:200] if 0 < number <= len(lines) else ""


def _text(value: Any) -> str:
    """Return a text that can be written to a file, or nothing if it is no text."""
    return value.encode(errors="replace").decode() if isinstance(value, str) else ""
