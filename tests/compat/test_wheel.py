"""proctor, built and installed elsewhere, grades nbgrader's documentation course."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from tests.support.commands import search_path
from tests.support.paths import ROOT

CONFIG = """\
import proctor

c = get_config()
c.CourseDirectory.course_id = "documentation"
proctor.configure(c)
"""
# Whoever grades with what is installed here must not get this repository's instead.
PROCTOR = "import sys; from proctor.cli import main; main(sys.argv[1:])"
Python = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the sdist, which was built from a copy of the sources."""
    folder = tmp_path_factory.mktemp("wheel")
    sources = folder / "sources"
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "proctor", sources / "proctor", ignore=ignore)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, sources)
    build = f"from setuptools import build_meta; build_meta.build_sdist({str(folder)!r})"
    subprocess.run([sys.executable, "-c", build], cwd=sources, check=True, capture_output=True)
    [sdist] = folder.glob("proctor-*.tar.gz")
    command = ["pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    command += ["--wheel-dir", str(folder), str(sdist)]
    subprocess.run([sys.executable, "-m", *command], check=True)
    [wheel] = folder.glob("proctor-*.whl")
    return wheel


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory, wheel: Path) -> tuple[Path, Python]:
    """nbgrader's documentation course, and Python with what the wheel holds."""
    folder = tmp_path_factory.mktemp("elsewhere")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    settings = {**os.environ, "PATH": search_path(), "PYTHONPATH": str(folder / "site")}

    def python(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, *arguments]
        cwd = folder / "course" if (folder / "course").exists() else folder
        result = subprocess.run(
            command, cwd=cwd, env=settings, capture_output=True, text=True, check=False
        )
        assert result.returncode == 0, result.stdout + result.stderr
        return result

    python("-m", "nbgrader", "quickstart", "course")
    course = folder / "course"
    (course / "nbgrader_config.py").write_text(CONFIG)
    shutil.copytree(course / "source" / "ps1", course / "source" / "ps2")
    (course / "source" / "ps2" / "problem2.ipynb").unlink()
    for assignment in ("ps1", "ps2"):
        python("-m", "nbgrader", "generate_assignment", assignment)
        shutil.copytree(course / "source" / assignment, course / "submitted" / "right" / assignment)
        shutil.copytree(course / "release" / assignment, course / "submitted" / "none" / assignment)
    return course, python


def scores(course: Path, assignment: str, student: str) -> dict[str, float]:
    """Return a student's automatic points by test cell."""
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        notebook = gradebook.find_submission_notebook("problem1", assignment, student)
        return {g.name: g.auto_score for g in notebook.grades if "square" in g.name}


RIGHT = {
    "correct_squares": 1.0,
    "squares_invalid_input": 1.0,
    "correct_sum_of_squares": 0.5,
    "sum_of_squares_uses_squares": 0.5,
}


def test_the_wheel_holds_what_grading_reads(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    tracked = subprocess.run(
        # Whoever owns this folder.
        ["git", "-c", "safe.directory=*", "ls-files", "proctor"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert names >= {name for name in tracked.stdout.splitlines()}


def test_proctor_grades_another_course(course: tuple[Path, Python]) -> None:
    folder, python = course
    where = python("-c", "import proctor; print(proctor.__file__)").stdout
    assert str(folder.parent) in where
    shown = python("-c", PROCTOR, "autograde", "ps2", "--workers", "1")
    assert "sum_of_squares_uses_squares" in shown.stderr
    assert scores(folder, "ps2", "right").items() >= RIGHT.items()
    assert not any(scores(folder, "ps2", "none").values())


def test_nbgrader_grades_several_notebooks_of_an_assignment(course: tuple[Path, Python]) -> None:
    folder, python = course
    python("-m", "nbgrader", "autograde", "ps1", "--student=right")
    assert scores(folder, "ps1", "right").items() >= RIGHT.items()
    parts = (folder / "autograded" / "right" / "ps1").glob("problem?.ipynb")
    assert len(list(parts)) == 2
