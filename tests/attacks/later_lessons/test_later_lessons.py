"""Attacks on the lessons after the first: each scores what its honest work deserves.

Each file here says in its first lines which ``lesson`` it is handed in for, and as in
tests/attacks how it must be ``graded`` and what it ``loses``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

import nbformat
import pytest
from nbformat import NotebookNode
from nbgrader.api import Gradebook

from examples.build_submissions import fill_in, read_student
from tests.support.cases import promise, read_cases
from tests.support.commands import search_path
from tests.support.notebooks import leave_out_demonstrations, save
from tests.support.paths import EXAMPLES, PROGRAMS
from tests.support.processes import descendants, peak_memory
from tests.support.scores import class_scores

CASES = read_cases("attacks/later_lessons")
# What a right submission earns without a person: lesson 4 asks for a report, too.
FULL = {"02_backpropagation": 30, "03_fast_convolution": 30, "04_training": 27}
RIGHT = {
    "02_backpropagation": "right_loops",
    "03_fast_convolution": "right_positions",
    "04_training": "right_plain",
}
# The examiner's limit, and what its parent has; in MB.
LARGEST_PROCESS = 3_000
# Each may use its examiner's 60 s for a test; at most a few do.
LONGEST_RUN = 1_200


@dataclass
class GradedClass:
    """A class that has been graded."""

    log: str = ""
    largest: float = 0
    lost: dict[str, set[str]] = field(default_factory=dict)
    points: dict[str, float] = field(default_factory=dict)


def submission(course: Path, lesson: str) -> tuple[NotebookNode, NotebookNode]:
    """Return the release of a lesson, and a submission that earns full marks."""
    (path,) = (course / "release" / lesson).glob("*.ipynb")
    release = nbformat.read(path, as_version=4)
    answers = read_student(EXAMPLES / lesson / f"{RIGHT[lesson]}.py").answers
    right = fill_in(nbformat.read(path, as_version=4), answers)
    leave_out_demonstrations(right)
    return release, right


def grade(course: Path, lesson: str) -> GradedClass:
    """Grade a lesson with proctor, and watch how large its processes grow."""
    graded = GradedClass()
    with subprocess.Popen(
        [PROGRAMS / "proctor", "autograde", lesson],
        cwd=course,
        env={**os.environ, "PATH": search_path()},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:

        def watch() -> None:
            began = time.monotonic()
            while process.poll() is None:
                sizes = [peak_memory(one.pid) for one in descendants(process.pid)]
                graded.largest = max([graded.largest, *sizes])
                if time.monotonic() - began > LONGEST_RUN:
                    process.kill()
                time.sleep(0.2)

        watcher = threading.Thread(target=watch)
        watcher.start()
        graded.log = process.communicate()[0]
        watcher.join()
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        for student, row in class_scores(gradebook, lesson).items():
            graded.points[student] = sum(score.points for score in row.values())
            graded.lost[student] = {
                f"{function}-{name}" for function, score in row.items() for name in score.lost
            }
    return graded


@pytest.fixture(scope="module")
def graded(
    tmp_path_factory: pytest.TempPathFactory, built_course: Path
) -> Callable[[str], GradedClass]:
    """Return a function that returns the class of a lesson, graded when it is first asked for."""
    course = Path(shutil.copytree(built_course, tmp_path_factory.mktemp("later") / "course"))
    classes: dict[str, GradedClass] = {}

    def graded(lesson: str) -> GradedClass:
        if lesson not in classes:
            release, right = submission(course, lesson)
            for student in ("_first", "~last"):
                folder = course / "submitted" / student / lesson
                folder.mkdir(parents=True)
                save(folder, right, next((course / "release" / lesson).glob("*.ipynb")).name)
            for name, case in CASES.items():
                if promise(case, "lesson") == lesson:
                    folder = course / "submitted" / name / lesson
                    folder.mkdir(parents=True)
                    case.make(folder, *submission(course, lesson))
            classes[lesson] = grade(course, lesson)
        return classes[lesson]

    return graded


@pytest.mark.parametrize(("name", "case"), CASES.items(), ids=CASES)
def test_score(name: str, case: ModuleType, graded: Callable[[str], GradedClass]) -> None:
    of_class = graded(promise(case, "lesson"))
    assert name in of_class.points, of_class.log
    low, _, high = promise(case, "graded").partition(" to ")
    assert float(low) <= of_class.points[name] <= float(high or low), of_class.lost[name]
    if (loses := promise(case, "loses")).startswith("all of "):
        functions = set(loses.removeprefix("all of ").split(", "))
        assert {lost.partition("-")[0] for lost in of_class.lost[name]} == functions
    elif loses:
        assert of_class.lost[name] == set(loses.split(", "))


@pytest.mark.parametrize("lesson", RIGHT)
def test_right_neighbours_lose_nothing(lesson: str, graded: Callable[[str], GradedClass]) -> None:
    of_class = graded(lesson)
    assert of_class.points["_first"] == of_class.points["~last"] == FULL[lesson], of_class.log


@pytest.mark.parametrize("lesson", RIGHT)
def test_no_process_grows_beyond_its_limit(
    lesson: str, graded: Callable[[str], GradedClass]
) -> None:
    assert 0 < graded(lesson).largest < LARGEST_PROCESS
