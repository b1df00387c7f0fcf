"""What one submission may use."""

from __future__ import annotations

from dataclasses import dataclass

MEBIBYTE = 1024**2


@dataclass(frozen=True)
class Limits:
    """The limits of one submission. Wall time is the business of whoever waits for it.

    Attributes
    ----------
    memory_bytes : int
        Address space of each process (RLIMIT_AS). An idle one takes 0.9 GB of it.
    total_memory_bytes : int
        Memory of all processes together, and what their sockets may hold; more than that ends the
        submission.
    cpu_seconds : int
        CPU time of each process, and of all together.
    processes : int
        Processes and threads together.
    open_files, total_open_files : int
        Open files of each process, and of all together; more than that ends the submission. Each
        may hold memory of the kernel's.
    file_bytes : int
        Size of one file.
    scratch_bytes, scratch_files : int
        Bytes and files in the working directory, ``/tmp`` and ``/dev/shm`` together.
    output_bytes : int
        What one cell may write or display; the student's process drops the rest. Only honest code
        is held by this one: the examiner has a limit of its own.
    """

    memory_bytes: int = 2048 * MEBIBYTE
    total_memory_bytes: int = 3072 * MEBIBYTE
    cpu_seconds: int = 300
    processes: int = 64
    open_files: int = 256
    total_open_files: int = 2048
    file_bytes: int = 64 * MEBIBYTE
    scratch_bytes: int = 128 * MEBIBYTE
    scratch_files: int = 10_000
    output_bytes: int = 1_000_000

    @property
    def descriptors_in_flight(self) -> int:
        """How many open files may have been sent through sockets and wait there.

        Linux lets a process send one as long as there are no more of its user than it may have
        files open: this leaves room for some submissions at once.
        """
        return self.open_files // 4
