"""Measure what a term costs beside grading: taking a class in, feedback pages, the report.

``python -m bench.term`` writes the section of docs/bench.md about it, as `make bench` does with all
others. Nobody is graded for it but the example class, whose graded notebooks and points all others
get.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook

from proctor.grading.gradebook import GradebookWriter, read_grades
from proctor.grading.penalties import Penalties

from .measure import Cost, measure

LESSON = "01_convolutional_layer"
HEADING = "## A term"
SIZES = (200, 1000)
STEPS = {
    "`proctor collect`": ["collect", LESSON, "class.zip", "--roster", "class.csv"],
    "`proctor feedback`": ["feedback", LESSON],
    "`proctor feedback`, nothing to do": ["feedback", LESSON],
    "`proctor report --html`": ["report", LESSON, "--html", "report.html"],
    "`proctor export`": ["export", LESSON, "--to", "grades.csv", "--feedback", "pages.zip"],
}


def write_class(course: Path, graded: Path, size: int) -> dict[str, str]:
    """Write a class's zip and list, as Canvas does; return the example of each student."""
    examples = sorted(path.name for path in (graded / "autograded").iterdir() if path.is_dir())
    # The examples are in the course, too.
    numbers = range(size - len(examples))
    students = {f"{100_000 + number}": examples[number % len(examples)] for number in numbers}
    rows = [f'"N{number}, A",{number},{number}@example.org,S,\n' for number in students]
    head = f"Student,ID,SIS Login ID,Section,{LESSON} (1)\n    Points Possible,,,,30\n"
    (course / "class.csv").write_text(head + "".join(rows), encoding="utf-8")
    with zipfile.ZipFile(course / "class.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        for number, example in students.items():
            (notebook,) = (graded / "submitted" / example / LESSON).glob("*.ipynb")
            packed.write(notebook, f"n{number}a_{number}_9{number}_{notebook.name}")
    return students


def pretend_graded(course: Path, graded: Path, students: dict[str, str]) -> None:
    """Give each student the graded notebook and the points of an example."""
    batch = []
    for number, example in students.items():
        folder = course / "autograded" / number / LESSON
        shutil.copytree(graded / "autograded" / example / LESSON, folder)
        (notebook,) = folder.glob("*.ipynb")
        batch.append(read_grades(number, None, nbformat.read(notebook, as_version=4)))
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        GradebookWriter(gradebook, LESSON, Penalties(), create_student=True).write(batch)


def measure_term(folder: Path, graded: Path) -> dict[int, dict[str, Cost]]:
    """Measure each step for classes of each size.

    Parameters
    ----------
    folder : Path
        For courses.
    graded : Path
        A course in which the example class has been graded.
    """
    costs: dict[int, dict[str, Cost]] = {}
    for size in SIZES:
        course = folder / f"term{size}"
        shutil.copytree(graded, course)
        students = write_class(course, graded, size)
        for name, arguments in STEPS.items():
            costs.setdefault(size, {})[name] = measure(["proctor", *arguments], course)
            if arguments[0] == "collect":
                pretend_graded(course, graded, students)
    return costs


def lines(costs: dict[int, dict[str, Cost]]) -> list[str]:
    """Return the section of docs/bench.md."""
    head = " | ".join(f"{size:,} students, seconds | MB" for size in costs)
    rows = []
    for name in STEPS:
        cells = [f"{of[name].seconds:.1f} | {of[name].megabytes:.0f}" for of in costs.values()]
        rows.append(f"| {name} | {' | '.join(cells)} |")
    return [
        HEADING,
        "",
        f"What there is beside grading, {datetime.now(UTC):%Y-%m-%d}, on "
        f"{len(os.sched_getaffinity(0))} CPU cores: the whole command, start included, and the "
        "memory of its own process. `python -m bench.term` measures this section alone. "
        f"The mean load over 15 minutes was {os.getloadavg()[2]:.1f}, the bench's own included.",
        "",
        f"| | {head} |",
        f"|:--|{'--:|--:|' * len(costs)}",
        *rows,
    ]


def main() -> None:
    """Grade the example class, measure, and write the section, the last one of docs/bench.md."""
    from .__main__ import ROOT, make_course

    with tempfile.TemporaryDirectory(prefix="bench-") as temporary:
        graded = make_course(Path(temporary) / "graded", 30)
        measure(["proctor", "autograde", LESSON], graded)
        section = "\n".join(lines(measure_term(Path(temporary), graded))) + "\n"
    page = ROOT / "docs" / "bench.md"
    others = page.read_text(encoding="utf-8").partition(HEADING)[0].rstrip()
    page.write_text(f"{others}\n\n{section}", encoding="utf-8")
    print(section)


if __name__ == "__main__":
    main()
