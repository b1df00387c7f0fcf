"""Fixtures that the tests share: the course's folders, and scratch courses."""

from __future__ import annotations

import fcntl
import importlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import forked
import nbformat
import numpy as np
import pytest
from nbformat import NotebookNode
from nbgrader.utils import is_solution
from quick import QuickGrader

from proctor.lesson.modules import importable

ROOT = Path(__file__).parent.parent
LESSONS = sorted(path.name for path in (ROOT / "source").glob("[0-9]*"))
MASTERS = sorted((ROOT / "source").glob("[0-9]*/*.ipynb"))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the flag that writes files which tests compare with what the code says."""
    parser.addoption("--regenerate", action="store_true", help="write docs/settings.md anew")


def run(command: list[str], cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a command of this environment and return what it printed."""
    programs = Path(sys.executable).parent
    # nbgrader calls alembic by name.
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    if forked.can_fork(command):
        return forked.run(command, cwd, path)
    return subprocess.run(
        [str(programs / command[0]), *command[1:]],
        cwd=cwd,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


def solutions(master: Path) -> dict[str, Callable[..., Any]]:
    """Return the worked solutions of a master, by name."""
    namespace: dict[str, Any] = {"np": np}
    for cell in nbformat.read(master, as_version=4).cells:
        if is_solution(cell):
            exec(cell.source, namespace)
    return namespace


def leave_out_demonstrations(notebook: NotebookNode) -> None:
    """Take from a lesson what costs most time and no points: code that is not nbgrader's."""
    notebook.cells = [
        cell
        for cell in notebook.cells
        if cell.cell_type == "markdown" or "nbgrader" in cell.metadata
    ]


def load_module(lesson: str, name: str) -> ModuleType:
    """Import a module of a lesson's folder, with all that it imports from there."""
    with importable(ROOT / "source" / lesson):
        return importlib.import_module(name)


def nbgrader(course: Path, *arguments: str) -> str:
    """Run nbgrader in a course, expect success, and return what it printed."""
    result = run(["nbgrader", *arguments], course)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout + result.stderr


def hear_ctrl_c() -> None:
    """Let a program hear Ctrl-C, as in a terminal; tests may run where it is ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def make_course(folder: Path) -> Path:
    """Make a scratch course with the masters and the configuration of this one."""
    folder.mkdir(parents=True)
    shutil.copytree(
        ROOT / "source", folder / "source", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    return folder


@pytest.fixture(scope="session")
def built_course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scratch course in which every lesson's release has been built. Don't change it."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent  # one for all processes that run tests
    course = shared / "built" / "course"
    with (shared / "built.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not course.exists():
            building = make_course(shared / "building" / "course")
            for lesson in LESSONS:
                nbgrader(building, "generate_assignment", lesson)
            building.parent.rename(course.parent)
    return course


@pytest.fixture(scope="session")
def quick_grader() -> Iterator[Callable[[Path], QuickGrader]]:
    """Return a function that returns the quick grader of a master, with its wall."""
    graders: dict[Path, QuickGrader] = {}

    def grader(master: Path) -> QuickGrader:
        if master not in graders:
            release = ROOT / "release" / master.parent.name / master.name
            graders[master] = QuickGrader(master, release)
        return graders[master]

    yield grader
    for started in graders.values():
        started.close()


@pytest.fixture
def scratch_course(tmp_path: Path, built_course: Path) -> Path:
    """A copy of the built course that a test may change."""
    return Path(shutil.copytree(built_course, tmp_path / "course"))


@pytest.fixture
def lesson_copy(tmp_path: Path) -> Callable[[Path], Path]:
    """Return a function that copies a notebook with its folder and returns the copy's path."""

    def copy(notebook: Path) -> Path:
        folder = tmp_path / f"copy{len(list(tmp_path.iterdir()))}"
        shutil.copytree(notebook.parent, folder)
        return folder / notebook.name

    return copy
