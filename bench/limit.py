"""The limit: what no grader with this wall can do without.

A fork into namespaces of its own for each submission, its cells by `run_cell`, the lesson's
figures undrawn, and the calls of its test cells; one submission on each CPU core. There is no
repair, no reason for what was lost, no graded notebook and no gradebook.
``python -m bench.limit COURSE LESSON`` prints the seconds that it takes, without the warm-up.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

# A thread a core would slow the neighbours down. To be set before NumPy is loaded.
os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MPLBACKEND": "agg"}

from proctor.examine.calls import StudentCalls
from proctor.examine.cells import run_imports, run_test
from proctor.examine.limits import Process
from proctor.examine.session import Session
from proctor.examine.student import Student
from proctor.lesson import RunLimits
from proctor.sandbox.host import Child, Wall
from proctor.sandbox.protocol.line import Line


class Host:
    """Starts and ends processes behind a wall."""

    def __init__(self, wall: Wall) -> None:
        self._wall = wall
        self._child: Child | None = None

    def start(self) -> Student:
        """Start a process."""
        self._child = child = self._wall.fork({})
        line, pidfd = os.dup(child.line.fileno()), os.dup(child.pidfd)
        return Student(Line(line), pidfd, Process(os.getpid()))

    def end(self) -> str:
        """End it."""
        assert self._child is not None
        self._child.close()
        return "it ended"


def cells_of(submission: Path, tests: dict[str, str]) -> list[tuple[str, bool]]:
    """Return the sources of the code cells, test cells as the master has them, and which is one."""
    sources = []
    for cell in json.loads(submission.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            name = cell["metadata"].get("nbgrader", {}).get("grade_id")
            sources.append((tests.get(name, "".join(cell["source"])), name in tests))
    return sources


def run(cells: list[tuple[str, bool]], wall: Wall, namespace: dict[str, Any]) -> None:
    """Run the cells of a submission one after the other."""
    session = Session(Host(wall), RunLimits())
    calls = StudentCalls(session)
    for source, is_test in cells:
        if session.obstacle() is None:
            if is_test:
                run_test(source, namespace, calls)
            else:
                calls.cell_ran()
                session.run_cell(source)
    session.end()


def main(course: Path, lesson: str) -> None:
    """Warm up, then run all submissions."""
    (master,) = (course / "source" / lesson).glob("*.ipynb")
    cells = json.loads(master.read_text(encoding="utf-8"))["cells"]
    named = {
        cell["metadata"]["nbgrader"]["grade_id"]: cell
        for cell in cells
        if "nbgrader" in cell["metadata"]
    }
    imports = "".join(named["imports"]["source"])
    tests = {
        name: "".join(cell["source"])
        for name, cell in named.items()
        if cell["metadata"]["nbgrader"]["grade"] and not cell["metadata"]["nbgrader"]["solution"]
    }
    release = course / "release" / lesson
    files = {
        str(path.relative_to(release)): path.read_bytes()
        for path in release.rglob("*")
        if path.is_file() and path.suffix != ".ipynb"
    }
    submissions = sorted((course / "submitted").glob(f"*/{lesson}/*.ipynb"))
    namespace = run_imports(imports, release)
    cores = len(os.sched_getaffinity(0))
    starts, ends = os.pipe(), os.pipe()
    for core in range(cores):
        if os.fork() == 0:
            with Wall(files, imports) as wall:
                os.write(ends[1], b"w")
                os.read(starts[0], 1)
                for submission in submissions[core::cores]:
                    run(cells_of(submission, tests), wall, namespace)
                os.write(ends[1], b"d")
            os._exit(0)
    for _ in range(cores):
        os.read(ends[0], 1)
    began = time.monotonic()
    os.write(starts[1], b"s" * cores)
    for _ in range(cores):
        os.read(ends[0], 1)
    print(time.monotonic() - began)
    for _ in range(cores):
        os.wait()


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), sys.argv[2])
