"""What nbgrader_config.py may set about the run of a submission."""

from __future__ import annotations

from contextlib import suppress

from traitlets import Enum, Float, Integer, Unicode, default
from traitlets.config import Configurable

from ..sandbox.protocol.limits import Limits
from .lesson import RunLimits

AUTO, OUTSIDE, INSIDE = "auto", "outside", "inside"
"""Where a test cell may be told to run."""


class ExecuteSubmission(Configurable):
    """The settings of `ExecuteSubmission`, for those who grade without nbgrader's converters.

    `proctor.nbgrader_plugin` adds what nbgrader calls, under the same name: traitlets finds the
    section of a configuration by the name of the class.
    """

    cell_timeout = Float(
        RunLimits.cell,
        min=0.1,
        help="How long a cell may run, in seconds; waiting for a CPU core does not count. If it "
        "is not set, but nbgrader's own `Execute.timeout` is, that counts.",
    ).tag(config=True)
    call_timeout = Float(
        RunLimits.call,
        min=0.1,
        help="How long a test's call of a student's function may take, in seconds. If it is not "
        "set, a call by a test that does not import from `proctor.testing` may take as long as a "
        "cell.",
    ).tag(config=True)
    submission_timeout = Float(
        RunLimits.submission,
        min=0.1,
        help="How long a submission may take in all, restarts included, in seconds.",
    ).tag(config=True)
    sleep_timeout = Float(
        RunLimits.sleep,
        min=0,
        help="How long a submission may sleep in all, in seconds, until nothing more of it is run. "
        "A cell that sleeps for longer than a cell may take is left out before.",
    ).tag(config=True)
    max_restarts = Integer(
        RunLimits.restarts,
        min=0,
        help="How often the student's process is replaced after it died or hung.",
    ).tag(config=True)
    max_output_bytes = Integer(
        RunLimits.output_bytes,
        min=0,
        # More does not cross the line in one message.
        max=8_000_000,
        help="How much output of a cell the graded notebook keeps, in bytes; at most 8,000,000.",
    ).tag(config=True)
    max_all_output_bytes = Integer(
        RunLimits.all_output_bytes,
        min=0,
        help="How much output of all cells together the graded notebook keeps, in bytes.",
    ).tag(config=True)
    max_file_bytes = Integer(
        10_000_000,
        min=0,
        help="Size of the largest submitted file that student code can read, in bytes.",
    ).tag(config=True)
    max_memory_bytes = Integer(
        Limits.memory_bytes,
        min=1,
        help="Address space of each process of a submission, in bytes. Python with NumPy and "
        "Matplotlib takes about 0.9 GB of it.",
    ).tag(config=True)
    max_total_memory_bytes = Integer(
        Limits.total_memory_bytes,
        min=1,
        help="Memory of all processes of a submission together, in bytes.",
    ).tag(config=True)
    max_cpu_seconds = Integer(
        Limits.cpu_seconds,
        min=1,
        help="CPU time of each process of a submission, and of all together, in seconds.",
    ).tag(config=True)
    max_processes = Integer(
        Limits.processes,
        min=1,
        help="How many processes and threads a submission may have at a time.",
    ).tag(config=True)
    max_open_files = Integer(
        Limits.open_files,
        min=1,
        help="How many files each process of a submission may have open.",
    ).tag(config=True)
    max_written_file_bytes = Integer(
        Limits.file_bytes,
        min=1,
        help="Size of the largest file that student code can write, in bytes.",
    ).tag(config=True)
    max_scratch_bytes = Integer(
        Limits.scratch_bytes,
        min=1,
        help="How much student code can write to the working directory, /tmp and /dev/shm "
        "together, in bytes.",
    ).tag(config=True)
    max_scratch_files = Integer(
        Limits.scratch_files,
        min=1,
        help="How many files student code can create in the working directory, /tmp and /dev/shm "
        "together.",
    ).tag(config=True)
    run_tests = Enum(
        (AUTO, OUTSIDE, INSIDE),
        AUTO,
        help="Where test cells run. Outside of the sandbox no submitted code can read them; "
        "inside they run in the submission's own process, as under nbgrader. With `auto`, those "
        "run outside that can, as `proctor check LESSON` shows. For one cell, the master's cell "
        'metadata say it: `"proctor": {"run": "inside"}`.',
    ).tag(config=True)
    secret_file = Unicode(
        "course_secret",
        help="Where the course's secret is kept, relative to the course's folder. It is drawn at "
        "random when it is first needed. Keep the file: with another secret a regrade tests "
        "functions on other random inputs.",
    ).tag(config=True)

    @default("cell_timeout")
    def _timeout_of_nbgrader(self) -> float:
        """Return what a course has set for the step that this one takes the place of."""
        # None and -1 are no limit there, and a command line's value is a text.
        with suppress(TypeError, ValueError):
            if (seconds := float(self.config.get("Execute", {}).get("timeout"))) > 0:
                return seconds
        return RunLimits.cell

    @property
    def limits(self) -> RunLimits:
        """What a submission may use, as far as its examiner looks after that."""
        is_set = "call_timeout" in self.config.get("ExecuteSubmission", {})
        return RunLimits(
            self.cell_timeout,
            self.call_timeout,
            self.submission_timeout,
            self.sleep_timeout,
            self.max_restarts,
            self.max_output_bytes,
            self.max_all_output_bytes,
            self.call_timeout if is_set else self.cell_timeout,
        )

    @property
    def wall(self) -> Limits:
        """What a submission's processes may use."""
        return Limits(
            memory_bytes=self.max_memory_bytes,
            total_memory_bytes=self.max_total_memory_bytes,
            cpu_seconds=self.max_cpu_seconds,
            processes=self.max_processes,
            open_files=self.max_open_files,
            file_bytes=self.max_written_file_bytes,
            scratch_bytes=self.max_scratch_bytes,
            scratch_files=self.max_scratch_files,
            output_bytes=self.max_output_bytes,
        )
