"""A submission's process, replaced when it dies or hangs, with the cells that have run in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from ..lesson import RunLimits
from ..sandbox.protocol.messages import Display, Done, Error, RunCell, Text
from .limits import Stopwatch
from .outputs import CellOutputs, Output
from .student import HangsError, LostError, NoSenseError, Student

TIME_LIMIT = "it did not finish within {seconds:g} seconds"
DIED = "it ended the Python process it ran in ({reason})"
NO_SENSE = "what it sent to the grader cannot be read"
OUT_OF_TIME = "This was not run: the submission had used up its {seconds:g} seconds."
OUT_OF_SLEEP = "This was not run: it had slept for {seconds:g} seconds in all, without any work."
OUT_OF_RESTARTS = "This was not run: the submission had lost its Python process {count} times."


class Host(Protocol):
    """Whoever starts and ends processes behind the wall."""

    def start(self) -> Student:
        """Return a new process of the submission, in place of any other."""

    def end(self) -> str:
        """End the process, with all that it has started; return why it had ended before."""


@dataclass
class Used:
    """What a submission has used so far, without what it takes to find the reasons for losses.

    Attributes
    ----------
    cpu_seconds : float
        CPU time of its processes.
    seconds : float
        The time that it took, tests included, without waits for a CPU core.
    memory : int
        The most memory in use at a time, in bytes, as far as seen.
    """

    cpu_seconds: float = 0.0
    seconds: float = 0.0
    memory: int = 0


@dataclass
class CellRun:
    """What came of a cell: its outputs, its number, and why it cost the process, if it did."""

    outputs: list[Output]
    number: int
    lost: str = ""


@dataclass
class Session:
    """Runs the cells of one submission.

    A cell that kills its process, or hangs, is left out from then on: the process is replaced,
    and the cells before it are run again. The same holds for a call from a test.

    Attributes
    ----------
    host : Host
    limits : RunLimits
    student : Student or None
        The process, after `obstacle` has returned None.
    """

    host: Host
    limits: RunLimits
    student: Student | None = None
    _cells: list[str] = field(default_factory=list)
    _starts: int = 0
    _output_used: int = 0
    _spent: float = 0.0
    _slept: float = 0.0
    _worked: float = 0.0
    _memory: int = 0
    _watch: Stopwatch | None = None

    def seconds_left(self) -> float:
        """Return how much time is left for the submission; not below 0."""
        running = self._watch.seconds() if self._watch else 0.0
        return max(0.0, self.limits.submission - self._spent - running)

    def sleeps_too_long(self) -> bool:
        """Say whether the submission has slept for longer than it may.

        A submission that sleeps keeps its place on a worker from others as one that works does,
        and any number of them would do so at no cost. What honest code waits for is itself.
        """
        running = self._watch.asleep() if self._watch else 0.0
        return self._slept + running > self.limits.sleep

    def used(self) -> Used:
        """Return what the submission has used so far."""
        worked, memory = self._worked, self._memory
        if self.student is not None:
            memory = max(memory, self.student.own.most_memory())
            worked += self.student.own.times()[0]
        return Used(worked, self.limits.submission - self.seconds_left(), memory)

    def allowance(self) -> Callable[[], float]:
        """Return what tells how much is left of the time of one call, beginning now."""
        until = self.seconds_left() - self.limits.call
        return lambda: self.seconds_left() - max(until, 0.0)

    def obstacle(self) -> str | None:
        """Make sure of a process in which all cells so far have run; say what prevents it."""
        while self.student is None:
            if text := self._out_of_time():
                return text
            if self._starts > self.limits.restarts:
                return OUT_OF_RESTARTS.format(count=self._starts)
            self._starts += 1
            self.student = self.host.start()
            self._watch = Stopwatch(*self.student.processes)
            self._run_again()
        return self._out_of_time()

    def _out_of_time(self) -> str | None:
        """Say that the submission's time is used up, if it is."""
        if not self.seconds_left():
            return OUT_OF_TIME.format(seconds=self.limits.submission)
        if self.sleeps_too_long():
            return OUT_OF_SLEEP.format(seconds=self.limits.sleep)
        return None

    def run_cell(self, source: str, is_test: bool = False) -> CellRun:
        """Run a cell in the process."""
        limits, number = self.limits, len(self._cells) + 1
        allowed = min(limits.output_bytes, max(0, limits.all_output_bytes - self._output_used))
        outputs = CellOutputs(allowed, number if is_test else None)
        run = self._run(source, number, outputs)
        self._output_used += outputs.used
        if not run.lost:
            self._cells.append(source)
        return run

    def end(self) -> str:
        """End the process, and return why it had ended before."""
        if self.student is None:
            return ""
        used = self.used()
        self._spent, self._worked, self._memory = used.seconds, used.cpu_seconds, used.memory
        self._slept += self._watch.asleep() if self._watch else 0.0
        self._watch = None
        self.student.close()
        self.student = None
        return self.host.end()

    def _run(self, source: str, number: int, outputs: CellOutputs) -> CellRun:
        assert self.student is not None
        seconds = min(self.limits.cell, self.seconds_left())
        lost = ""
        handlers = dict.fromkeys((Text, Display, Error), outputs.take)
        try:
            self.student.ask(RunCell(source, number), (), seconds, (Done,), handlers)
        except HangsError:
            lost = TIME_LIMIT.format(seconds=seconds)
            self.end()
        except NoSenseError:
            lost = NO_SENSE
            self.end()
        except LostError:
            lost = DIED.format(reason=self.end())
        return CellRun(outputs.joined(), number, lost)

    def _run_again(self) -> None:
        """Run the cells that have run before; one that fails now is left out for good.

        Their outputs have been taken before.
        """
        for number, source in enumerate(list(self._cells), start=1):
            if self._run(source, number, CellOutputs(0)).lost:
                del self._cells[number - 1]
                return
