"""`make new` starts a lesson that passes every gate as it stands."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from examples.build_submissions import read_student
from examples.start_lesson import TEMPLATE, RefusedError, start_lesson
from tests.support.commands import search_path
from tests.support.paths import EXAMPLES, LESSONS, MASTERS, ROOT, SOURCE

NAME, TITLE = "05_averages", "Average over a window's numbers"
# Where the tests are that take each lesson through a gate.
GATES = [
    *("test_changed_arguments", "test_check", "test_drawing", "test_editions", "test_lessons"),
    *("test_misconceptions", "test_rerun", "test_truth"),
]


def copied(folder: Path) -> Path:
    """Make a course with what all lessons share, and without a lesson."""
    skip = shutil.ignore_patterns("__pycache__", "[0-9]*")
    for part in ("source", "examples", "tests"):
        shutil.copytree(ROOT / part, folder / part, symlinks=True, ignore=skip)
    for part in ("Makefile", "README.md", "nbgrader_config.py", "pyproject.toml"):
        shutil.copy(ROOT / part, folder)
    shutil.copy(ROOT / "requirements.txt", folder)
    # No environment is set up for it.
    (folder / ".venv").mkdir()
    (folder / ".venv" / "stamp").touch()
    return folder


def run(course: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a course, with this environment first on the PATH."""
    environment = {**os.environ, "PATH": search_path()}
    environment.pop("PYTEST_XDIST_WORKER", None)
    return subprocess.run(
        command, cwd=course, env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with a lesson that `make new` made, and no other. Don't change it."""
    course = copied(tmp_path_factory.mktemp("new") / "course")
    made = run(course, "make", "new", f"LESSON={NAME}", f"TITLE={TITLE}")
    assert made.returncode == 0, made.stdout + made.stderr
    return course


def test_new_lesson_has_its_name_and_title(course: Path) -> None:
    text = (course / "source" / NAME / "averages.ipynb").read_text(encoding="utf-8")
    assert f'"# {TITLE}\\n"' in text and "step by step · lesson 5*" in text
    row = f"| [05 {TITLE}](notebooks/{NAME}/averages.ipynb) | `moving_average` | 20 | 4 |\n"
    before = (ROOT / "README.md").read_text(encoding="utf-8")
    assert (course / "README.md").read_text(encoding="utf-8").replace(row, "") == before


def test_new_lesson_passes_the_gates(course: Path) -> None:
    """All that are parametrized by lesson, and its class scores what the headers say."""
    modules = [f"tests/course/{module}.py" for module in GATES]
    modules += ["tests/grading/test_examples.py", "tests/unit/test_misconceptions.py"]
    modules += ["tests/unit/test_versions.py"]
    command = [sys.executable, "-m", "pytest", *modules, "-k", "averages", "-p", "no:cacheprovider"]
    tested = run(course, *command)
    assert tested.returncode == 0, tested.stdout[-9000:]
    (passed,) = re.findall(r"(\d+) passed", tested.stdout)
    assert int(passed) >= 30 and "skipped" not in tested.stdout
    checked = run(course, "make", "check", f"LESSON={NAME}")
    assert checked.returncode == 0, checked.stdout
    assert checked.stdout.count(" outside ") == 3
