"""What other courses do, and what must not stop grading: each costs itself, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.api import Gradebook

from tests.support.commands import nbgrader, run

from .course import CONFIG, checking, graded, solution, write

IMPORTS = """\
%matplotlib inline
import math

get_ipython().run_line_magic("matplotlib", "inline")
SIZE = int(open("size.txt").read())
"""
PATCH = """\
# A test written for proctor, which leaves the module in another state.
from proctor.testing import scalar

assert scalar("root(9)", root(9)) == math.sqrt(SIZE)
math.sqrt = None
"""
DECLARATION = """\
from proctor.testing import Case, Misconception, Misconceptions


def root(x):
    return x**0.5


def probe(rng):
    return {"test": [Case(float(rng.integers(9)))]}


MISCONCEPTIONS = [
    Misconceptions(
        root,
        probe,
        Misconception(
            "squared", old="x**mistyped", new="x**2", fails=("test",), sentence="It squares."
        ),
    )
]
"""
ANSWER = "def root(x):\n    return x**0.5"
STUDENTS = ("first", "second", "third", "absent")


def make_lesson(course: Path) -> None:
    """Write a lesson with most of these faults."""
    cells = [
        graded("imports", IMPORTS, locked=True),
        new_markdown_cell("Write `root`."),
        solution("root", ANSWER),
        checking("root", PATCH, 3),
        # It ends what runs it, if nobody keeps it from that.
        checking("exits", "import math\nif root(4) != 2:\n    raise SystemExit(1)", 1),
        checking("vague", "root(4)\nassert True", 1),
    ]
    cells[2].metadata.nbgrader.grade_id = "root"
    cells[3].metadata.nbgrader.grade_id = "root-test"
    folder = course / "source" / "faults"
    write(folder / "faults.ipynb", cells)
    (folder / "size.txt").write_text("9")
    (folder / "misconceptions.py").write_text(DECLARATION)
    write(course / "source" / "reading" / "reading.ipynb", [new_code_cell("1 + 1")])


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder whose nbgrader_config.py says that the course is elsewhere, with a graded class."""
    folder = tmp_path_factory.mktemp("faults")
    office, course = folder / "office", folder / "course"
    office.mkdir()
    config = f"{CONFIG}c.CourseDirectory.root = {str(course)!r}\n"
    config += 'c.CourseDirectory.student_id_exclude = "absent,nobody"\n'
    (office / "nbgrader_config.py").write_text(config)
    make_lesson(course)
    for lesson, name in (("faults", "faults.ipynb"), ("reading", "reading.ipynb")):
        nbgrader(office, "generate_assignment", lesson)
        for student in STUDENTS:
            notebook = nbformat.read(course / "release" / lesson / name, as_version=4)
            for cell in notebook.cells:
                if cell.metadata.get("nbgrader", {}).get("solution"):
                    cell.source = ANSWER if student != "third" else "root = 1 / 0"
            handed_in = course / "submitted" / student / lesson
            handed_in.mkdir(parents=True)
            nbformat.write(notebook, handed_in / name)
        result = run(["proctor", "autograde", lesson, "--workers", "1"], office)
        assert result.returncode == 0, result.stdout + result.stderr
        # Said at the end, too, where the first lines of a large class are far above.
        assert ("a test that is not sound: " in result.stdout) == (lesson == "faults")
        assert ("Lost points are not explained" in result.stdout) == (lesson == "faults")
    yield office


def points(office: Path, lesson: str) -> dict[str, float]:
    """Return what each student has."""
    course = office.parent / "course"
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        found = gradebook.assignment_submissions(lesson)
        return {submission.student.id: submission.score for submission in found}


def test_a_test_that_patches_a_module_patches_it_for_nobody_else(office: Path) -> None:
    assert points(office, "faults") == {"first": 5, "second": 5, "third": 0}


def test_a_lesson_without_tests_is_graded(office: Path) -> None:
    assert points(office, "reading") == {"first": 0, "second": 0, "third": 0}


def test_tests_that_use_names_of_such_imports_stay_outside(office: Path) -> None:
    [cache] = (office.parent / "course" / "autograded").glob(".checked-faults-*")
    assert {cell["where"] for cell in json.loads(cache.read_text())[1]} == {"outside"}


def test_a_course_elsewhere_gets_all_that_is_written(office: Path) -> None:
    """Where a command is run, there is nothing but the settings, before and after."""
    numbers = office.parent / "numbers.csv"
    for command in (["feedback", "faults"], ["report", "faults", "--csv", str(numbers)]):
        result = run(["proctor", *command], office)
        assert result.returncode == 0, result.stdout + result.stderr
    pages = (office.parent / "course" / "feedback").glob("*/faults/faults.html")
    assert sorted(page.parts[-3] for page in pages) == ["first", "second", "third"]
    assert "third" in numbers.read_text() and "absent" not in numbers.read_text()
    assert [path.name for path in office.iterdir()] == ["nbgrader_config.py"]


def test_check_names_a_mistyped_declaration(office: Path) -> None:
    result = run(["proctor", "check", "faults"], office)
    assert result.returncode == 1, result.stdout + result.stderr
    assert "x**mistyped" in result.stdout


def test_check_names_a_misconception_that_loses_something_else(office: Path) -> None:
    declared = office.parent / "course" / "source" / "faults" / "misconceptions.py"
    with written(declared, 'old="x**mistyped", new="x**2"', 'old="x**0.5", new="x**(1 / 2)"'):
        result = run(["proctor", "check", "faults"], office)
    assert result.returncode == 1, result.stdout + result.stderr
    said = "misconceptions.py, root, squared: its small cases fail [], not ['test']: correct"
    assert said in " ".join(result.stdout.split())


def test_check_names_a_test_that_asks_for_nothing(office: Path) -> None:
    result = run(["proctor", "check", "faults"], office)
    assert "vague: functions that return None earn all its points." in " ".join(
        result.stdout.split()
    )
    assert result.stdout.count("return None") == 1


@contextmanager
def written(path: Path, old: str, new: str) -> Iterator[None]:
    """Change a file of the master for a while."""
    before = path.read_text()
    assert old in before
    path.write_text(before.replace(old, new))
    try:
        yield
    finally:
        path.write_text(before)


def test_a_wrong_function_without_end_costs_nobody_a_grade(office: Path) -> None:
    declared = office.parent / "course" / "source" / "faults" / "misconceptions.py"
    endless = 'old="x**0.5", new="next(x for x in iter(int, 1) if x)"'
    with written(declared, 'old="x**mistyped", new="x**2"', endless):
        result = run(["proctor", "autograde", "faults"], office)
        assert result.returncode == 0, result.stdout + result.stderr
        assert "3 submissions: 3 graded" in result.stdout
        checked = run(["proctor", "check", "faults"], office)
    text = "misconceptions.py, root, squared: the edited reference does not end"
    assert text in checked.stdout and checked.returncode == 1


@pytest.mark.parametrize("command", ["update", "check", "autograde"])
def test_a_mark_without_its_other_stops_each_command(office: Path, command: str) -> None:
    master = office.parent / "course" / "source" / "faults" / "faults.ipynb"
    with written(master, "### END SOLUTION", "### END"):
        result = run(["proctor", command, "faults"], office)
    assert result.returncode == 1
    assert "faults.ipynb: cell root has a line 'BEGIN SOLUTION' without its" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_outputs_that_were_handed_in_are_never_graded(office: Path) -> None:
    arguments = ["autograde", "faults", "--student=first", "--no-execute", "--force"]
    result = run(["nbgrader", *arguments], office)
    assert result.returncode != 0
    assert "leave the option out" in result.stdout + result.stderr


def test_a_master_of_another_language_is_refused(office: Path) -> None:
    master = office.parent / "course" / "source" / "faults" / "faults.ipynb"
    before = master.read_text()
    notebook: dict[str, Any] = json.loads(before)
    notebook["metadata"]["kernelspec"] = {"name": "ir", "display_name": "R", "language": "R"}
    with written(master, before, json.dumps(notebook)):
        result = run(["proctor", "autograde", "faults"], office)
    assert result.returncode == 1
    assert "whose language is R" in result.stderr
