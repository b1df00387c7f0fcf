"""The one Lesson: how it is read, what it covers, and what is said if it cannot be."""

from __future__ import annotations

import json
import pickle
import shutil
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.apps import NbGrader

from proctor.grading.coordinator import grade_digest
from proctor.grading.tasks import CAN_CHANGE_GRADES, software_digest
from proctor.lesson import Lesson
from proctor.lesson.packages import imported_packages
from proctor.lesson.read import LessonError, read_lessons
from proctor.lesson.stale import stale
from tests.compat.course import checking, solution
from tests.compat.course import write as write_notebook
from tests.support.commands import nbgrader
from tests.support.notebooks import LESSON, NAME
from tests.support.paths import PACKAGE

# How nbgrader is to make tests.
AUTOTESTS = """\
python3:
  hash: '{{snippet}} + "{{salt}}"'
  normalize: 'str({{snippet}})'
  check: 'assert {{snippet}} == "{{value}}", "{{message}}"'
  dispatch: 'type({{snippet}})'
  templates:
    default:
      - test: '{{snippet}}'
        fail: '{{snippet}} is wrong'
"""

Loader = Callable[..., NbGrader]


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Loader:
    """Return a function that loads the configuration of a course's folder."""

    def load(folder: Path, *settings: str) -> NbGrader:
        monkeypatch.chdir(folder)
        course = NbGrader(log_level="WARN")
        course.initialize(list(settings))
        return course

    return load


def edit_master(course: Path, grade_id: str, edit: Callable[[Any], None]) -> None:
    """Edit a cell of the master in a course."""
    path = course / "source" / LESSON / NAME
    notebook = json.loads(path.read_text("utf-8"))
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == grade_id:
            edit(cell)
    path.write_text(json.dumps(notebook), "utf-8")


def solve_otherwise(cell: Any) -> None:
    """Change the solution in a master's cell."""
    source = "".join(cell["source"])
    assert "### BEGIN SOLUTION" in source
    cell["source"] = source.replace("### BEGIN SOLUTION", "### BEGIN SOLUTION\n    pass")


def double_points(cell: Any) -> None:
    """Change what a test in a master is worth."""
    cell["metadata"]["nbgrader"]["points"] *= 2


def read_lesson(course: NbGrader, name: str, notebook: str | None = None) -> Lesson:
    """Return what there is to know of a lesson's first notebook, or of a named one."""
    return read_lessons(course, name, notebook)[0]


# ------------------------------------------------------------------------------ how it is read


def test_lesson_is_read(built_course: Path, load: Loader) -> None:
    lesson = read_lesson(load(built_course), LESSON)
    assert (lesson.name, lesson.notebook, lesson.maximum) == (LESSON, NAME, 30)
    assert [cell.name for cell in lesson.cells][:3] == ["imports", "zero_pad", "zero_pad-shape"]
    assert "import numpy as np" in lesson.imports
    assert "HIDDEN TESTS" in lesson.sources["zero_pad-shape"]
    assert "raise NotImplementedError" in lesson.sources["zero_pad"]
    assert {"figures.py", "images/padding.png"} <= lesson.given == set(lesson.files)
    assert not any(name.endswith((".ipynb", ".pyc")) for name in lesson.files)
    copy = pickle.loads(pickle.dumps(lesson))
    assert copy == lesson and copy.digest == lesson.digest


def test_files_that_students_may_edit(built_course: Path, load: Loader) -> None:
    course = load(built_course)
    course.config.Autograde.exclude_overwriting = {LESSON: ["figures.py"]}
    lesson = read_lesson(course, LESSON)
    assert "figures.py" in lesson.files and "figures.py" not in lesson.given


def test_misconceptions_are_for_graders_alone(scratch_course: Path, load: Loader) -> None:
    path = scratch_course / "source" / LESSON / "misconceptions.py"
    path.write_text("MISTAKES = ['no pad']\n")
    nbgrader(scratch_course, "generate_assignment", "--force", LESSON)
    assert not list((scratch_course / "release").rglob(path.name))
    # Nor if somebody sets another list of names to ignore.
    course = load(scratch_course)
    course.coursedir.ignore = []
    lesson = read_lesson(course, LESSON)
    assert lesson.misconceptions == path.read_text()
    assert path.name not in lesson.files


def test_hidden_lines_are_told_from_the_release(scratch_course: Path, load: Loader) -> None:
    """A course may mark them in a way of its own."""
    assert read_lesson(load(scratch_course), LESSON).whole == frozenset()

    def mark_otherwise(cell: Any) -> None:
        source = "".join(cell["source"])
        cell["source"] = source.replace("BEGIN HIDDEN", "FROM").replace("END HIDDEN", "UNTIL")

    edit_master(scratch_course, "zero_pad-border", mark_otherwise)
    edit_master(scratch_course, "zero_pad-shape", lambda cell: cell.update(source="assert True"))
    marks = [
        f"--ClearHiddenTests.{option}_test_delimeter={mark} TESTS"
        for option, mark in (("begin", "FROM"), ("end", "UNTIL"))
    ]
    nbgrader(scratch_course, "generate_assignment", "--force", LESSON, *marks)
    lesson = read_lesson(load(scratch_course), LESSON)
    assert "FROM TESTS" in lesson.sources["zero_pad-border"]
    assert "zero_pad-border" not in lesson.whole
    assert "zero_pad-shape" in lesson.whole


def test_lessons_that_cannot_be_graded(scratch_course: Path, load: Loader) -> None:
    course = load(scratch_course)
    with pytest.raises(LessonError, match=rf"no lesson '07_nowhere'.* are: {LESSON}, "):
        read_lesson(course, "07_nowhere")
    master = scratch_course / "source" / LESSON / NAME
    master.rename(scratch_course / NAME)
    with pytest.raises(LessonError, match=rf"{NAME} does not exist"):
        read_lesson(course, LESSON)
    (scratch_course / NAME).rename(master)
    shutil.rmtree(scratch_course / "release" / LESSON)
    with pytest.raises(LessonError, match=r"does not exist.*`proctor update"):
        read_lesson(course, LESSON)


def test_the_text_of_a_header_is_the_lessons(scratch_course: Path, load: Loader) -> None:
    text = "# Before you turn this in\n\nRun all cells."
    cells = [nbformat.v4.new_markdown_cell(text), nbformat.v4.new_raw_cell("raw")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), scratch_course / "header.ipynb")
    with (scratch_course / "nbgrader_config.py").open("a") as config:
        config.write("\nc.IncludeHeaderFooter.header = 'header.ipynb'\n")
    nbgrader(scratch_course, "generate_assignment", "--force", LESSON)
    course = load(scratch_course)
    lesson = read_lesson(course, LESSON)
    assert {text, "raw"} <= set(lesson.texts)
    assert len(lesson.texts) == len(set(lesson.texts))
    # What cannot be read adds nothing.
    release = scratch_course / "release" / LESSON / NAME
    release.write_text("{")
    assert set(read_lesson(course, LESSON).texts) == set(lesson.texts) - {text, "raw"}
    release.unlink()
    assert text not in read_lesson(course, LESSON).texts


def test_lesson_with_two_notebooks(scratch_course: Path, load: Loader) -> None:
    source = scratch_course / "source" / LESSON
    shutil.copy(source / NAME, source / "second.ipynb")
    with Gradebook(f"sqlite:///{scratch_course}/gradebook.db") as gradebook:
        gradebook.add_notebook("second", LESSON)
        gradebook.add_assignment("empty")
    course = load(scratch_course)
    first, second = read_lessons(course, LESSON)
    assert (first.notebook, second.notebook) == (NAME, "second.ipynb")
    assert (first.others, second.others) == (frozenset({"second.ipynb"}), frozenset({NAME}))
    assert first.files == second.files and first.digest != second.digest
    # nbgrader's own commands say which one they are at.
    assert read_lesson(course, LESSON, "second").notebook == "second.ipynb"
    with pytest.raises(LessonError, match="'empty' has no notebook"):
        read_lesson(course, "empty")


# ---------------------------------------------------------------- changed, and not generated


def test_a_change_that_was_not_generated_is_named(scratch_course: Path, load: Loader) -> None:
    course = load(scratch_course)

    def said() -> str:
        return stale(course, read_lesson(course, LESSON))

    assert said() == ""
    # A solution is nothing that is graded by.
    edit_master(scratch_course, "zero_pad", solve_otherwise)
    assert said() == ""
    edit_master(scratch_course, "zero_pad-shape", lambda cell: cell["source"].append("\npass"))
    edit_master(
        scratch_course,
        "zero_pad-border",
        lambda cell: cell["metadata"]["nbgrader"].update(points=9),
    )
    (scratch_course / "source" / LESSON / "figures.py").write_text("pass")
    assert said().startswith(
        f"source/{LESSON} has changed since it was released: "
        "zero_pad-border, zero_pad-shape, figures.py. "
    )
    nbgrader(scratch_course, "generate_assignment", "--force", LESSON)
    assert said() == ""


def test_tests_that_nbgrader_makes_are_no_change(scratch_course: Path, load: Loader) -> None:
    path = scratch_course / "source" / LESSON / NAME
    test = checking("square", "### HASHED AUTOTEST square(3)", 1)
    write_notebook(path, [solution("square", "def square(x):\n    return x * x"), test])
    (path.parent / "autotests.yml").write_text(AUTOTESTS)
    nbgrader(scratch_course, "generate_assignment", "--force", LESSON)
    course = load(scratch_course)
    lesson = read_lesson(course, LESSON)
    assert "AUTOTEST" not in lesson.sources["test-square"]
    assert stale(course, lesson) == ""
    test.metadata.nbgrader.points = 2
    write_notebook(path, [solution("square", "def square(x):\n    return x * x"), test])
    assert "test-square" in stale(course, lesson)


# ------------------------------------------------------------------ what a grade depends on


def test_what_changes_no_grade_regrades_nobody(scratch_course: Path, load: Loader) -> None:
    course = load(scratch_course)
    before = grade_digest(course, read_lesson(course, LESSON))
    with (scratch_course / "nbgrader_config.py").open("a") as config:
        config.write("\n# A comment.\nc.HTMLExporter.theme = 'dark'\nc.Exchange.root = '/none'\n")
    # What being late costs is computed anew on every run.
    course = load(scratch_course, "--LateSubmissionPlugin.penalty_method=zero")
    assert grade_digest(course, read_lesson(course, LESSON)) == before


@pytest.mark.parametrize(
    "setting",
    [
        "--ExecuteSubmission.cell_timeout=29",
        "--ExecuteSubmission.max_total_memory_bytes=1000000000",
        "--ExecuteSubmission.max_file_bytes=1",
        "--LimitOutput.max_lines=10",
    ],
)
def test_changed_settings_regrade_everybody(built_course: Path, load: Loader, setting: str) -> None:
    course = load(built_course)
    before = grade_digest(course, read_lesson(course, LESSON))
    changed = load(built_course, setting)
    assert grade_digest(changed, read_lesson(changed, LESSON)) != before


@pytest.mark.parametrize(
    ("settings", "seconds"),
    [
        ([], 30),
        (["--Execute.timeout=90"], 90),
        (["--Execute.timeout=-1"], 30),
        (["--Execute.timeout=90", "--ExecuteSubmission.cell_timeout=20"], 20),
    ],
)
def test_a_time_limit_of_nbgraders_own_counts(
    built_course: Path, load: Loader, settings: list[str], seconds: float
) -> None:
    course = load(built_course, *settings)
    assert read_lesson(course, LESSON).limits.cell == seconds


def test_changed_lesson_regrades_everybody(built_course: Path, load: Loader) -> None:
    course = load(built_course)
    lesson = read_lesson(course, LESSON)
    first, *others = lesson.cells
    changed = [
        replace(lesson, misconceptions="# another"),
        replace(lesson, cells=(replace(first, source="pass"), *others)),
        replace(lesson, files={**lesson.files, "figures.py": b"pass"}),
        replace(lesson, given=frozenset()),
        replace(lesson, packages={"pandas": "1"}),
    ]
    digests = {grade_digest(course, one) for one in [lesson, *changed]}
    assert len(digests) == 1 + len(changed)


def test_versions_of_what_a_lesson_imports() -> None:
    cells = [
        "import numpy as np, os, helper\n%matplotlib inline\nfrom yaml import (\n    safe_load)",
        "files = !ls\nimport pip as p",
        "x(",
    ]
    files = {"helper.py": b"def f():\n    import pluggy.hooks", "digits.h5": b"import rich"}
    assert imported_packages(cells, files) == {
        "pip": version("pip"),
        "pluggy": version("pluggy"),
        "PyYAML": version("PyYAML"),
    }


def test_this_course_imports_no_others(built_course: Path, load: Loader) -> None:
    assert read_lesson(load(built_course), LESSON).packages == {}


def test_only_the_parts_that_can_change_a_grade_regrade(tmp_path: Path) -> None:
    package = tmp_path / "proctor"
    shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__"))
    assert all((package / part).exists() for part in CAN_CHANGE_GRADES)
    before = software_digest(CAN_CHANGE_GRADES, package)
    assert before == software_digest(CAN_CHANGE_GRADES)
    for name in ("report/progress.py", "grading/cluster.py", "cli.py", "sandbox/host/wall.py"):
        with (package / name).open("a") as file:
            file.write("# changed\n")
    software_digest.cache_clear()
    assert software_digest(CAN_CHANGE_GRADES, package) == before
    # Workers must have the same of those, too.
    assert software_digest(package=package) != software_digest()
    for name in ("examine/run.py", "sandbox/guest/kernel.py", "testing.py", "lesson/lesson.py"):
        with (package / name).open("a") as file:
            file.write("# changed\n")
        software_digest.cache_clear()
        now = software_digest(CAN_CHANGE_GRADES, package)
        assert now != before
        before = now
