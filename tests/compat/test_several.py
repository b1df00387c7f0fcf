"""Several notebooks in one assignment: each is graded, and each costs itself alone."""

from __future__ import annotations

import shutil
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbgrader.api import Gradebook

from proctor.report.about import read_about
from tests.support.commands import nbgrader, run

from .course import CONFIG, LESSON, checking, solution, write

NAMES = ("first", "second")
TEST = """\
assert root(9) == 3
### BEGIN HIDDEN TESTS
assert root(16) == {hidden}
### END HIDDEN TESTS
"""
ANSWERS = {"first": "def root(x):\n    return x**0.5", "second": "def root(x):\n    return x / 3"}
HIDDEN = {"first": "4", "second": "16 / 3"}
ONLY_VISIBLE = "def root(x):\n    return 3"
Rows = dict[tuple[str, str, str], tuple[float | None, bool]]


def make_course(folder: Path) -> Path:
    """Make a course whose notebooks have cells of the same names, with some submissions."""
    for name in NAMES:
        cells = [
            solution("root", ANSWERS[name]),
            checking("root", TEST.format(hidden=HIDDEN[name]), 3),
        ]
        if name == "second":  # worth more than the other
            cells[1].metadata.nbgrader.points = 5
        write(folder / "source" / LESSON / f"{name}.ipynb", cells)
    (folder / "nbgrader_config.py").write_text(CONFIG)
    nbgrader(folder, "generate_assignment", LESSON)
    hand_in(folder, "half", {**ANSWERS, "second": ONLY_VISIBLE})
    hand_in(folder, "without", ANSWERS)
    (submitted(folder, "without") / "second.ipynb").rename(submitted(folder, "without") / "2.ipynb")
    return folder


def submitted(course: Path, student: str) -> Path:
    """Return where a student's submission is."""
    return course / "submitted" / student / LESSON


def edit(path: Path, change: object) -> None:
    """Change the cells of a notebook."""
    notebook: NotebookNode = nbformat.read(path, as_version=4)
    assert callable(change)
    change(notebook.cells)
    nbformat.write(notebook, path)


def hand_in(course: Path, student: str, answers: dict[str, str]) -> None:
    """Hand in the release with an answer in each notebook."""
    shutil.copytree(course / "release" / LESSON, submitted(course, student))
    for name, answer in answers.items():
        path = submitted(course, student) / f"{name}.ipynb"
        edit(path, lambda cells, answer=answer: cells[0].update(source=answer))


def rows(course: Path) -> Rows:
    """Return what the gradebook has: score, and whether a person is needed."""
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        return {
            (submission.student.id, notebook.name, grade.name): (
                grade.auto_score,
                grade.needs_manual_grade,
            )
            for submission in gradebook.assignment_submissions(LESSON)
            for notebook in submission.notebooks
            for grade in notebook.grades
        }


def points(course: Path) -> dict[str, list[float | None]]:
    """Return what each student has in each notebook."""
    found: dict[str, list[float | None]] = {}
    for (student, _, _), (score, _) in sorted(rows(course).items()):
        found.setdefault(student, []).append(score)
    return found


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A course that `proctor autograde` has graded, and what it said."""
    course = make_course(tmp_path_factory.mktemp("several") / "course")
    hand_in(course, "altered", ANSWERS)
    for name in NAMES:
        edit(submitted(course, "altered") / f"{name}.ipynb", lambda cells: cells.pop())
    hand_in(course, "broken", ANSWERS)
    (submitted(course, "broken") / "second.ipynb").write_text("{")
    graded = run(["proctor", "autograde", LESSON, "--workers", "1"], course)
    assert graded.returncode == 1, graded.stdout + graded.stderr
    return course, " ".join((graded.stdout + graded.stderr).split())


def test_each_notebook_is_graded(course: tuple[Path, str]) -> None:
    assert points(course[0]) == {"altered": [3, 5], "half": [3, 0], "without": [3, 0]}
    assert "3 graded, 0 unchanged, 1 refused" in course[1]


def test_a_missing_notebook_costs_its_points_and_is_named(course: tuple[Path, str]) -> None:
    folder, said = course
    assert "there is no second.ipynb beside 2.ipynb" in said and "It has 0 points" in said
    graded = folder / "autograded" / "without" / LESSON
    assert [path.name for path in graded.glob("*.ipynb")] == ["first.ipynb"]


def test_whoever_hands_in_one_notebook_has_a_grade(
    course: tuple[Path, str], tmp_path: Path
) -> None:
    other = Path(shutil.copytree(course[0], tmp_path / "course"))
    folder = submitted(other, "without")
    (folder / "first.ipynb").unlink()
    (folder / "2.ipynb").rename(folder / "second.ipynb")
    run(["proctor", "autograde", LESSON, "--workers", "1"], other)
    assert points(other)["without"] == [0, 5]
    assert "is missing, so the grade" not in run(["proctor", "report", LESSON], other).stdout
    (other / "autograded" / "without" / LESSON / "second.ipynb").unlink()
    assert "is missing, so the grade" in run(["proctor", "report", LESSON], other).stdout


def test_a_malformed_notebook_is_refused_by_name(course: tuple[Path, str]) -> None:
    folder, said = course
    assert "second.ipynb is not valid JSON" in said
    assert "broken" not in points(folder)
    assert not (folder / "autograded" / "broken" / LESSON).exists()


def test_nbgrader_gives_the_same(course: tuple[Path, str], tmp_path: Path) -> None:
    other = make_course(tmp_path / "course")
    (submitted(other, "half") / "timestamp.txt").write_text("2024-03-02 01:00 IST")
    said = nbgrader(other, "autograde", LESSON)
    assert said.count("the time zone IST") == 1
    ours = rows(course[0])
    assert rows(other) == {key: row for key, row in ours.items() if key[0] != "altered"}


def test_what_changes_is_graded_again_and_nothing_else(course: tuple[Path, str]) -> None:
    folder, _ = course
    shutil.rmtree(submitted(folder, "broken"))
    again = run(["proctor", "autograde", LESSON, "--workers", "1"], folder)
    assert "0 graded, 3 unchanged" in " ".join((again.stdout + again.stderr).split())
    path = submitted(folder, "without") / "2.ipynb"
    path.rename(path.with_name("second.ipynb"))
    second = submitted(folder, "half") / "second.ipynb"
    edit(second, lambda cells: cells[0].update(source=ANSWERS["second"]))
    again = run(["proctor", "autograde", LESSON, "--workers", "1"], folder)
    assert "2 graded, 1 unchanged" in " ".join((again.stdout + again.stderr).split())
    assert points(folder) == {who: [3, 5] for who in ("altered", "half", "without")}


def test_feedback_and_reports_know_them_all(course: tuple[Path, str]) -> None:
    folder, _ = course
    for command in (["feedback", LESSON], ["report", LESSON], ["check", LESSON]):
        done = run(["proctor", *command], folder)
        assert done.returncode == 0, done.stdout + done.stderr
    numbers = folder / "grades.csv"
    done = run(["proctor", "report", LESSON, "--csv", str(numbers)], folder)
    assert "first: test-root,second: test-root" in numbers.read_text()
    pages = (folder / "feedback" / "half" / LESSON).glob("*.html")
    assert sorted(page.stem for page in pages) == sorted(NAMES)


def test_feedback_of_a_notebook_asks_for_its_own_cells_to_be_graded(
    course: tuple[Path, str],
) -> None:
    folder, _ = course
    with Gradebook(f"sqlite:///{folder}/gradebook.db") as gradebook:
        gradebook.find_grade("test-root", "second", LESSON, "half").needs_manual_grade = True
        pages = {
            name: read_about(folder / f"source/{LESSON}/{name}.ipynb", gradebook, LESSON, "half")
            for name in NAMES
        }
        gradebook.db.rollback()
    assert {name: about.to_grade for name, about in pages.items()} == {
        "first": frozenset(),
        "second": {"test-root"},
    }
