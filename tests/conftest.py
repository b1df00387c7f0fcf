"""Fixtures that the tests share: scratch courses, and graders that need no course."""

from __future__ import annotations

import fcntl
import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from operator import not_
from pathlib import Path

import pytest

from tests.support.commands import nbgrader
from tests.support.lessons import make_course
from tests.support.paths import LESSONS, MASTERS, edition
from tests.support.processes import share_of
from tests.support.quick import QuickGrader
from tests.support.selection import concerns

# A make that a test starts is not part of the make that runs the tests: it takes none of its
# options, and says no more than it says to a person.
for inherited in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "MAKEOVERRIDES", "LESSON", "TITLE"):
    os.environ.pop(inherited, None)
# And what it says is read as text.
for colours in ("FORCE_COLOR", "NO_COLOR", "TTY_COMPATIBLE"):
    os.environ.pop(colours, None)


def pytest_configure(config: pytest.Config) -> None:
    """Show each process that runs tests two CPU cores, so that all machines are alike to it.

    A command that a test starts takes all cores that it finds.
    """
    if unknown := set(config.getoption("lesson")) - set(LESSONS):
        raise pytest.UsageError(f"--lesson: there is no {', '.join(sorted(unknown))} in source/")
    if worker := os.environ.get("PYTEST_XDIST_WORKER"):
        number = int(worker.removeprefix("gw"))
        os.sched_setaffinity(0, share_of(os.sched_getaffinity(0), number))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the flag that writes files which tests compare with what the code says, and a choice.

    By `-k` a lesson cannot be chosen: *ode* is a part of *code*.
    """
    parser.addoption("--regenerate", action="store_true", help="write docs/settings.md anew")
    parser.addoption(
        "--lesson",
        action="append",
        default=[],
        metavar="NAME",
        help="run the gates of this lesson, such as 05_dilated, and the tests of README.md",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what asks nothing of the lessons that `--lesson` names."""
    if lessons := config.getoption("lesson"):
        ours = [concerns(item, lessons) for item in items]
        config.hook.pytest_deselected(items=[*itertools.compress(items, map(not_, ours))])
        items[:] = itertools.compress(items, ours)


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
            graders[master] = QuickGrader(master, edition("release", master))
        return graders[master]

    yield grader
    for started in graders.values():
        started.close()


@pytest.fixture(scope="module")
def chosen_masters(request: pytest.FixtureRequest) -> list[Path]:
    """The masters that the selected tests of a module are about: an author tests one."""
    named = {
        item.callspec.params.get("master") if hasattr(item, "callspec") else None
        for item in request.session.items
        if isinstance(item, pytest.Function) and item.module is request.module
    }
    return [master for master in MASTERS if named & {master, None}]


@pytest.fixture
def scratch_course(tmp_path: Path, built_course: Path) -> Path:
    """A copy of the built course that a test may change."""
    return Path(shutil.copytree(built_course, tmp_path / "course"))


@pytest.fixture
def lesson_copy(tmp_path: Path) -> Callable[[Path], Path]:
    """Return a function that copies a notebook with its folder and returns the copy's path."""

    def copy(notebook: Path) -> Path:
        folder = tmp_path / f"copy{len(list(tmp_path.iterdir()))}"
        shutil.copytree(notebook.parent, folder, ignore=shutil.ignore_patterns("__pycache__"))
        return folder / notebook.name

    return copy
