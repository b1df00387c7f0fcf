"""Test cells of nbgrader's courses get the same grades as under stock nbgrader."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from nbformat import read

from tests.support.commands import nbgrader, run

from .cases import CASES, Case
from .course import CONFIG, LESSON, STOCK, STUDENTS, make_course, scores

Scores = dict[str, dict[str, float]]


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Scores:
    """What stock nbgrader gives."""
    course = make_course(tmp_path_factory.mktemp("stock") / "course", STOCK)
    nbgrader(course, "autograde", LESSON)
    return scores(course)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same course with proctor's configuration, graded."""
    course = make_course(tmp_path_factory.mktemp("ours") / "course", CONFIG)
    graded = run(["proctor", "autograde", LESSON], course)
    assert graded.returncode == 0, graded.stdout + graded.stderr
    assert "run inside the sandbox" in graded.stderr
    return course


@pytest.fixture(scope="module")
def ours(course: Path) -> Scores:
    """What proctor gives."""
    return scores(course)


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_the_grades_are_those_of_stock_nbgrader(case: Case, ours: Scores, stock: Scores) -> None:
    name = f"test-{case.name}"
    assert [ours[who][name] for who in STUDENTS] == [stock[who][name] for who in STUDENTS]


def test_cases_have_right_and_wrong_answers(stock: Scores) -> None:
    for case in CASES:
        right, half, wrong = (stock[who][f"test-{case.name}"] for who in STUDENTS)
        assert right == case.points, case.name
        assert wrong == 0, case.name
        assert half < case.points, case.name


def test_those_run_outside_that_can(course: Path) -> None:
    [cache] = (course / "autograded").glob(".checked-*")
    placed = {cell["name"]: cell["where"] for cell in json.loads(cache.read_text())[1]}
    expected = {f"test-{c.name}": "outside" if c.outside else "inside" for c in CASES}
    assert placed == expected


def test_check_shows_where_and_why(course: Path) -> None:
    shown = run(["proctor", "check", LESSON], course)
    assert shown.returncode == 0, shown.stdout + shown.stderr
    assert "inside" in shown.stdout and "cannot cross the wall" in " ".join(shown.stdout.split())
    assert "earns all points" in shown.stdout


def test_the_graded_notebook_says_whose_word_it_is(course: Path) -> None:
    graded = (course / "autograded" / "right" / LESSON / "problems.ipynb").read_text()
    inside = sum(not case.outside for case in CASES)
    assert graded.count("its result is what that process says") == inside


def test_a_failed_check_without_a_message_is_told_if_students_have_it(course: Path) -> None:
    written = run(["proctor", "feedback", LESSON], course)
    assert written.returncode == 0, written.stdout + written.stderr
    half, wrong = (
        re.sub(r"<[^>]*>", "", (course / "feedback" / who / LESSON / "problems.html").read_text())
        for who in ("half", "wrong")
    )
    assert "This check failed: assert squares(3) == [1, 4, 9]" in half
    assert "This check failed: assert double(2) == 4" in wrong
    assert half.count("A check that the notebook does not show failed.") == 2
    assert "double(0.5)" not in half + wrong
    assert re.search(r"The test printed:\s*halved: 1\n", half)
    assert "of four" not in half + wrong


def test_what_a_test_prints_is_kept_if_students_have_all_of_it(course: Path) -> None:
    graded = {
        who: read(course / "autograded" / who / LESSON / "problems.ipynb", as_version=4)
        for who in ("right", "half")
    }
    texts = {
        who: [
            output.text
            for cell in notebook.cells
            if cell.metadata.get("nbgrader", {}).get("grade_id", "").endswith("test_prints")
            for output in cell.get("outputs", [])
            if output.output_type == "stream"
        ]
        for who, notebook in graded.items()
    }
    assert texts == {"right": ["halved: 1.5\nall right\n"], "half": ["halved: 1\n"]}
