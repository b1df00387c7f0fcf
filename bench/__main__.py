"""Measure how fast a class is graded, and write docs/bench.md and docs/bench.png."""

from __future__ import annotations

import os
import platform
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from examples.build_submissions import write_submissions

from . import term
from .measure import Cost, measure

ROOT = Path(__file__).parent.parent
LESSON = "01_convolutional_layer"
COPIES = 4
"""How many copies of the example class are graded by all."""
SIZES = (30, 100, 300, 1000)
STOCK, SERIAL, PARALLEL, LIMIT = (
    "`nbgrader autograde`, without proctor",
    "`nbgrader autograde`, with proctor",
    "`proctor autograde`",
    "limit",
)


def make_course(folder: Path, size: int, config: str | None = None) -> Path:
    """Make a course with copies of the example class, not graded."""
    folder.mkdir(parents=True)
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "source" / LESSON, folder / "source" / LESSON, ignore=ignore)
    text = config or (ROOT / "nbgrader_config.py").read_text(encoding="utf-8")
    (folder / "nbgrader_config.py").write_text(text, encoding="utf-8")
    measure(["nbgrader", "generate_assignment", "--log-level=ERROR", LESSON], folder)
    write_submissions(LESSON, folder)
    examples = sorted((folder / "submitted").iterdir())
    for number in range(size):
        example = examples[number % len(examples)]
        shutil.copytree(example, folder / "submitted" / f"{number:05}_{example.name}")
    for example in examples:
        shutil.rmtree(example)
    return folder


@contextmanager
def scheduler(workers: int, threads: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Run a Dask scheduler with workers; yield its address and all their process ids."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{probe.getsockname()[1]}"
    program = str(Path(sys.executable).parent / "dask")
    quiet: dict[str, Any] = {"stderr": subprocess.DEVNULL, "cwd": tempfile.gettempdir()}
    port = address.rpartition(":")[2]
    started = [subprocess.Popen([program, "scheduler", "--port", port, "--no-dashboard"], **quiet)]
    options = ["--nthreads", f"{threads}", "--no-nanny", "--no-dashboard"]
    for _ in range(workers):
        started.append(subprocess.Popen([program, "worker", address, *options], **quiet))
    try:
        yield address, tuple(process.pid for process in started)
    finally:
        for process in reversed(started):
            process.kill()
            process.wait()


def compare(folder: Path, size: int) -> dict[str, Cost]:
    """Grade the same class in each way; what is quick three times, between what takes long."""
    grade = ["autograde", LESSON]
    serial = ["nbgrader", *grade, "--log-level=ERROR"]
    stock = make_course(folder / "stock", size, config="c = get_config()\n")
    slow = make_course(folder / "serial", size)
    course = make_course(folder / "parallel", size)
    quick: dict[str, list[Cost]] = {PARALLEL: [], LIMIT: []}

    def measure_quick() -> None:
        quick[PARALLEL].append(measure(["proctor", *grade, "--force"], course))
        limit = measure(["python", "-m", "bench.limit", str(course), LESSON], ROOT)
        # Its warm-up does not count.
        limit.seconds = float(limit.printed)
        quick[LIMIT].append(limit)

    measure_quick()
    costs = {STOCK: measure(serial, stock)}
    measure_quick()
    costs[SERIAL] = measure(serial, slow)
    measure_quick()
    medians = {name: sorted(runs, key=lambda cost: cost.seconds)[1] for name, runs in quick.items()}
    return {**costs, **medians}


def grow(folder: Path) -> dict[int, Cost]:
    """Grade larger and larger classes, in a lesson that has been checked."""
    costs = {}
    for size in SIZES:
        course = make_course(folder / f"{size}", size)
        measure(["proctor", "check", LESSON], course)
        costs[size] = measure(["proctor", "autograde", LESSON], course)
    return costs


def distribute(folder: Path, size: int) -> dict[int, Cost]:
    """Grade on one and on two worker processes of a scheduler, with as many threads each."""
    costs = {}
    for workers in (1, 2):
        course = make_course(folder / f"workers{workers}", size)
        with scheduler(workers, threads=2) as (address, pids):
            # Walls and examiners are made, so that their time does not count.
            for student in sorted((course / "submitted").iterdir())[: 4 * workers]:
                argument = ["--student", student.name, "--scheduler", address]
                measure(["proctor", "autograde", LESSON, *argument], course)
            again = ["--force", "--scheduler", address]
            costs[workers] = measure(["proctor", "autograde", LESSON, *again], course, pids)
    return costs


def write_report(
    size: int,
    costs: dict[str, Cost],
    growth: dict[int, Cost],
    spread: dict[int, Cost],
    of_term: dict[int, dict[str, Cost]],
) -> None:
    """Write docs/bench.md."""
    rates = {name: size / cost.seconds for name, cost in costs.items()}
    lines = [
        "# How fast a class is graded",
        "",
        "Written by `make bench`: all of it in one run, on the same machine. Compare ratios, not "
        "seconds.",
        "",
        f"{datetime.now(UTC):%Y-%m-%d}, {len(os.sched_getaffinity(0))} CPU cores, Linux "
        f"{platform.release()}, Python {platform.python_version()}. The class is {size} "
        f"submissions: copies of the [example class](../examples/{LESSON}), right and wrong ones.",
        "",
        "| | submissions a second | against stock | against the limit | CPU seconds each | "
        "memory, MB |",
        "|:--|--:|--:|--:|--:|--:|",
    ]
    for name, cost in costs.items():
        against = f"{rates[name] / rates[STOCK]:.1f} | {rates[name] / rates[LIMIT]:.2f}"
        each = f"{cost.cpu_seconds / size:.2f} | {cost.megabytes:.0f}"
        lines.append(f"| {name} | {rates[name]:.2f} | {against} | {each} |")
    slope, start = fitted(growth)
    lines += [
        "",
        "Seconds are of the whole command, start included; of `proctor autograde` and of the "
        "limit, the median of three runs before, between and after the others. Memory is that of "
        "the command's own process, the coordinator. The *limit* is what no grader with this "
        "sandbox can do without, its start not counted: a fork into namespaces of its own for "
        "each submission, the same cells, without the lesson's figures, and the calls of the test "
        "cells; no repair, no explanation, no graded notebook, no gradebook.",
        "",
        "## Growth",
        "",
        "![Left: seconds against the number of submissions, on a straight line. Right: the "
        "coordinator's memory against the number of submissions.](bench.png)",
        "",
        "| submissions | seconds | seconds each | first grade after, seconds | coordinator, MB |",
        "|--:|--:|--:|--:|--:|",
    ]
    for number, cost in growth.items():
        each = f"{cost.seconds:.1f} | {cost.seconds / number:.3f} | {cost.first:.1f}"
        lines.append(f"| {number:,} | {each} | {cost.megabytes:.0f} |")
    lines += [
        "",
        "The lesson has been checked before (`proctor check`); else the first run does that, which "
        "takes a second or two.",
        "",
        f"Fitted line: {start:.1f} s to start, then {slope:.3f} s for each submission.",
        "",
        "## Workers of a scheduler",
        "",
        f"`--scheduler ADDRESS`, {size} submissions, workers with two threads each:",
        "",
        "| worker processes | submissions a second | CPU seconds each |",
        "|--:|--:|--:|",
    ]
    for number, cost in spread.items():
        rate = f"{size / cost.seconds:.2f} | {cost.cpu_seconds / size:.2f}"
        lines.append(f"| {number} | {rate} |")
    lines += ["", *term.lines(of_term)]
    (ROOT / "docs" / "bench.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


def fitted(growth: dict[int, Cost]) -> tuple[float, float]:
    """Return slope and intercept of the line through the seconds."""
    slope, start = np.polyfit(list(growth), [cost.seconds for cost in growth.values()], 1)
    return float(slope), float(start)


def draw(growth: dict[int, Cost]) -> None:
    """Write docs/bench.png."""
    figure = Figure(figsize=(9, 3.4), layout="constrained")
    left, right = figure.subplots(1, 2)
    sizes = np.array(list(growth))
    slope, start = fitted(growth)
    left.plot(sizes, start + slope * sizes, color="#999999", label=f"{slope:.3f} s each")
    left.plot(sizes, [cost.seconds for cost in growth.values()], "o", color="#0072B2")
    left.set(xlabel="submissions", ylabel="seconds", title="Time", xlim=0, ylim=0)
    left.legend(frameon=False)
    right.plot(sizes, [cost.megabytes for cost in growth.values()], "o-", color="#0072B2")
    right.set(xlabel="submissions", ylabel="MB", title="Memory of the coordinator", xlim=0, ylim=0)
    for axes in (left, right):
        axes.set_ylim(top=1.1 * axes.dataLim.ymax)
        axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(ROOT / "docs" / "bench.png", dpi=150, metadata={"Software": None})


def main() -> None:
    """Measure everything, one after the other."""
    with tempfile.TemporaryDirectory(prefix="bench-") as temporary:
        folder = Path(temporary)
        size = COPIES * len(list((ROOT / "examples" / LESSON).glob("*.py")))
        costs = compare(folder, size)
        for name, cost in costs.items():
            print(f"{name}: {size / cost.seconds:.2f} a second", flush=True)
        spread = distribute(folder, size)
        growth = grow(folder)
        # The smallest class of those that grew has been graded.
        of_term = term.measure_term(folder, folder / f"{SIZES[0]}")
    write_report(size, costs, growth, spread, of_term)
    draw(growth)
    print((ROOT / "docs" / "bench.md").read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
