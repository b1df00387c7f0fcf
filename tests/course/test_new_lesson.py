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
from tests.support.paths import MASTERS, ROOT, SOURCE
from tests.support.text_lesson import make_text_lesson

pytestmark = pytest.mark.slow

NAME, TITLE = "05_averages", "Average $5 over a window's numbers"
# Where the gates are that ask anything of a lesson's form; and no test that takes long.
GATES = [
    *("course/test_check", "course/test_drawing", "course/test_editions", "course/test_lessons"),
    *("course/test_misconceptions", "course/test_truth", "grading/test_examples"),
    *("unit/test_misconceptions", "unit/test_versions"),
]
CHOSEN = ("--lesson", NAME, "-k", "not stock_nbgrader")


def copied(folder: Path) -> Path:
    """Make a course with what all lessons share, and without a lesson."""
    skip = shutil.ignore_patterns("__pycache__", "[0-9]*")
    for part in ("source", "examples", "tests"):
        shutil.copytree(ROOT / part, folder / part, symlinks=True, ignore=skip)
    for part in ("Makefile", "README.md", "nbgrader_config.py", "pyproject.toml"):
        shutil.copy(ROOT / part, folder)
    shutil.copy(ROOT / "requirements.txt", folder)
    # No environment is set up for it.
    for environment in (".venv", ".venv-newest"):
        (folder / environment).mkdir()
        (folder / environment / "stamp").touch()
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
    modules = [f"tests/{module}.py" for module in GATES]
    tested = run(course, sys.executable, "-m", "pytest", *modules, *CHOSEN)
    assert tested.returncode == 0, tested.stdout[-9000:] + tested.stderr[-3000:]
    (passed,) = re.findall(r"(\d+) passed", tested.stdout)
    assert int(passed) >= 30 and "skipped" not in tested.stdout
    checked = run(course, "make", "check", f"LESSON={NAME}")
    assert checked.returncode == 0, checked.stdout
    assert checked.stdout.count(" outside ") == 3


def test_a_lesson_on_texts_passes_the_gates(course: Path, tmp_path: Path) -> None:
    """No function knows of an array, one returns no number, and nothing imports NumPy."""
    other = Path(shutil.copytree(course, tmp_path / "course", symlinks=True))
    make_text_lesson(other, NAME)
    made = run(other, "make", "build", f"LESSON={NAME}")
    assert made.returncode == 0, made.stdout + made.stderr
    modules = [f"tests/course/{module}.py" for module in ("test_check", "test_editions")]
    tested = run(other, sys.executable, "-m", "pytest", "-v", *modules, *CHOSEN)
    assert tested.returncode == 0, tested.stdout[-9000:] + tested.stderr[-3000:]
    assert "skipped" not in tested.stdout
    for test, function in [
        ("the_gate_sees_results", "spell_backwards-17"),
        ("the_gate_sees_results", "mean_length-17"),
        ("numbers_of_single_precision_are_named_alike", "mean_length"),
    ]:
        assert f"::test_{test}[averages-{function}] PASSED" in tested.stdout


def test_template_is_a_lesson_like_the_others() -> None:
    names = {path.name for path in TEMPLATE.iterdir()} - {"__pycache__", "images", "students"}
    others = {
        path.name.replace(MASTERS[0].name, "lesson.ipynb") for path in MASTERS[0].parent.glob("*.*")
    }
    assert names <= others
    for path in TEMPLATE.iterdir():
        if path.is_symlink():
            assert path.resolve() == SOURCE / path.name
    requirements = {
        (path / "requirements.txt").read_text() for path in (TEMPLATE, *SOURCE.glob("[0-9]*"))
    }
    assert len(requirements) == 1


def everything(course: Path) -> dict[str, bytes]:
    """Return the files of a course, and what is in them."""
    return {
        str(path.relative_to(course)): path.read_bytes() if path.is_file() else b""
        for path in course.rglob("*")
    }


@pytest.fixture
def small_course(tmp_path: Path) -> Path:
    """A course with two lessons of which only the folders are there."""
    for part in ("source", "release", "notebooks", "examples"):
        (tmp_path / part).mkdir()
    for lesson in ("01_first", "02_second"):
        (tmp_path / "source" / lesson).mkdir()
    (tmp_path / "README.md").write_text("# C\n\n| [01 First](x) |\n| [02 Second](y) |\n\nEnd.\n")
    return tmp_path


def test_row_goes_below_the_others(small_course: Path) -> None:
    start_lesson(small_course, "03_third", "Go on")
    assert (small_course / "README.md").read_text().splitlines()[3:] == [
        "| [02 Second](y) |",
        "| [03 Go on](notebooks/03_third/third.ipynb) | `moving_average` | 20 | 4 |",
        "",
        "End.",
    ]
    assert [path.name for path in small_course.glob(".*")] == []
    students = [read_student(path) for path in (small_course / "examples" / "03_third").glob("*")]
    assert sorted(s.scores["moving_average"].points for s in students) == [0, 1, 4]


@pytest.mark.parametrize(
    ("name", "title", "says"),
    [
        ("", "Title", "Name the lesson and its title: make new LESSON="),
        ("03_third", "  ", "Name the lesson and its title"),
        ("third", "Title", "'third' cannot be the name of a lesson. It is two digits"),
        ("03_Third", "Title", "cannot be the name"),
        ("03_third\n", "Title", "cannot be the name"),
        ("03_../../x", "Title", "cannot be the name"),
        ("\N{ARABIC-INDIC DIGIT ZERO}3_third", "Title", "cannot be the name"),
        ("03_third", "a | b", "'a | b' cannot be the title of a lesson. It is one line"),
        ("03_third", "a\nb", "cannot be the title"),
        ("03_third", "a" * 81, "cannot be the title"),
        ("03_third", "[a](b)", "cannot be the title"),
        ("03_third", "a \N{RIGHT-TO-LEFT OVERRIDE}b", "cannot be the title"),
        ("02_other", "Title", "the last one is 02_second. Take a higher number: LESSON=03_other"),
        ("02_second", "Title", "source/02_second exists already, and was left as it is"),
        ("04_released", "Title", "release/04_released exists already"),
        ("04_linked", "Title", "examples/04_linked exists already"),
    ],
)
def test_refused_lessons_leave_everything_as_it_was(
    name: str, title: str, says: str, small_course: Path
) -> None:
    (small_course / "release" / "04_released").mkdir()
    (small_course / "examples" / "04_linked").symlink_to("nowhere")
    before = everything(small_course)
    with pytest.raises(RefusedError, match=re.escape(says)):
        start_lesson(small_course, name, title)
    assert everything(small_course) == before


def test_a_place_without_a_course_is_refused(small_course: Path) -> None:
    (small_course / "README.md").write_text("Nothing.")
    with pytest.raises(RefusedError, match="has no table of lessons"):
        start_lesson(small_course, "03_third", "Title")
    with pytest.raises(RefusedError, match="has no source"):
        start_lesson(small_course / "examples", "03_third", "Title")


def test_a_failure_leaves_nothing_behind(
    small_course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = everything(small_course)

    def fail(*args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("examples.start_lesson.write_lesson", fail)
    with pytest.raises(KeyboardInterrupt):
        start_lesson(small_course, "03_third", "Title")
    assert everything(small_course) == before


@pytest.mark.parametrize("target", ["build", "check", "demo", "gates"])
def test_make_knows_the_lessons(target: str, course: Path) -> None:
    result = run(course, "make", target, "LESSON=07_nowhere")
    assert result.returncode == 2
    assert f"There is no lesson 07_nowhere in source/. LESSON is one of: {NAME}" in result.stderr


def test_make_new_passes_on_why_it_refuses(course: Path) -> None:
    result = run(course, "make", "new", f"LESSON={NAME}", 'TITLE=Don\'t "quote"; exit 0')
    assert result.returncode == 2 and result.stdout == ""
    assert f"source/{NAME} exists already" in result.stderr
