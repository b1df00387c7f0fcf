"""The example class, graded through this course's configuration."""

from __future__ import annotations

import html
import json
import re
import shutil
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory

from examples.build_submissions import Score, Student, read_class, write_submissions
from proctor.report.class_table import FunctionScore
from proctor.report.unnamed import TITLE
from proctor.report.usage import read_usage
from tests.support import gates
from tests.support.commands import nbgrader, run
from tests.support.notebooks import leave_out_demonstrations
from tests.support.paths import LESSONS, ROOT
from tests.support.scores import class_scores

STUDENTS = [(lesson, student) for lesson in LESSONS for student in read_class(lesson)]
IDS = [f"{lesson}-{student.name}" for lesson, student in STUDENTS]


def right_first(path: Path) -> bool:
    """Sort the submissions of right students to the front."""
    return not path.parent.parent.name.startswith("right_")


def shorten_submissions(course: Path, lesson: str) -> None:
    """Leave out the demonstrations of all but one right student.

    `make demo` grades all of them whole.
    """
    _whole, *others = sorted((course / "submitted").glob(f"*/{lesson}/*.ipynb"), key=right_first)
    for path in others:
        notebook = nbformat.read(path, as_version=4)
        leave_out_demonstrations(notebook)
        nbformat.write(notebook, path)


@pytest.fixture(scope="session")
def graded_lessons(request: pytest.FixtureRequest) -> list[str]:
    """The lessons that the selected tests are about: an author tests one."""
    tests = [item for item in request.session.items if isinstance(item, pytest.Function)]
    named = {
        test.callspec.params.get("lesson") if hasattr(test, "callspec") else None
        for test in tests
        if "graded_course" in test.fixturenames
    }
    return [lesson for lesson in LESSONS if named & {lesson, None}]


@pytest.fixture(scope="session")
def graded_course(
    tmp_path_factory: pytest.TempPathFactory, built_course: Path, graded_lessons: list[str]
) -> Path:
    """A course in which the example class has been graded. Don't change it."""
    course = Path(shutil.copytree(built_course, tmp_path_factory.mktemp("graded") / "course"))
    for lesson in graded_lessons:
        write_submissions(lesson, course)
        shorten_submissions(course, lesson)
        # nbgrader's own command gives the same grades, more slowly: see test_cluster.py.
        result = run(["proctor", "autograde", lesson, "--workers", "1"], course)
        assert result.returncode == 0, result.stdout + result.stderr
        nbgrader(course, "generate_feedback", lesson)
    return course


@pytest.fixture(scope="session")
def scores(
    graded_course: Path, graded_lessons: list[str]
) -> dict[tuple[str, str], dict[str, FunctionScore]]:
    """What each example student's functions scored, by lesson and student."""
    with Gradebook(f"sqlite:///{graded_course}/gradebook.db") as gradebook:
        return {
            (lesson, name): row
            for lesson in graded_lessons
            for name, row in class_scores(gradebook, lesson).items()
        }


@pytest.mark.parametrize("lesson", LESSONS)
def test_class_has_the_best_and_the_least(lesson: str) -> None:
    scores = [student.scores.values() for student in read_class(lesson)]
    # Points that a person gives are nobody's yet, and lost by nobody.
    best = any(not any(score.lost for score in each) for each in scores)
    least = any(not any(score.points for score in each) for each in scores)
    assert best and least, f"Add to examples/{lesson} who loses no points, and who earns none."


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_test_cell_of_the_course_runs_outside(lesson: str, graded_course: Path) -> None:
    [cache] = (graded_course / "autograded").glob(f".checked-{lesson}-*.json")
    _, placed = json.loads(cache.read_text())
    (master,) = (ROOT / "source" / lesson).glob("*.ipynb")
    assert {cell["name"] for cell in placed} == gates.all_tests(master)
    for cell in placed:
        assert cell["where"] == "outside", f"{cell['name']} runs inside: {cell['why']}"
        assert not cell["problem"], f"{cell['name']}: {cell['problem']}."


@pytest.mark.parametrize(("lesson", "student"), STUDENTS, ids=IDS)
def test_student_scores_what_the_header_says(
    lesson: str, student: Student, scores: dict[tuple[str, str], dict[str, FunctionScore]]
) -> None:
    row = scores[lesson, student.name]
    graded = {
        function: Score(score.points, score.maximum, frozenset(score.lost))
        for function, score in row.items()
    }
    differences = [
        f"{function}: the header says {in_words(student.scores.get(function))}, "
        f"grading {in_words(graded.get(function))}"
        for function in student.scores | graded
        if student.scores.get(function) != graded.get(function)
    ]
    assert not differences, "\n".join(
        [f"Correct the header of examples/{lesson}/{student.name}.py, or the tests:", *differences]
    )


def in_words(score: Score | None) -> str:
    """Return a score as a header has it."""
    if score is None:
        return "nothing"
    lost = f", loses {', '.join(sorted(score.lost))}" if score.lost else ""
    return f"{score.points:g}/{score.maximum:g}{lost}"


def test_every_submission_has_a_grade(
    scores: dict[tuple[str, str], dict[str, FunctionScore]],
) -> None:
    assert set(scores) == {(lesson, student.name) for lesson, student in STUDENTS}


def test_report_shows_every_student(graded_course: Path) -> None:
    for lesson in LESSONS:
        result = run(["proctor", "report", lesson], graded_course)
        assert result.returncode == 0, result.stderr
        for student in read_class(lesson):
            points = sum(score.points for score in student.scores.values())
            maximum = sum(score.maximum for score in student.scores.values())
            line = rf"{student.name} .* {points}/{maximum} "
            assert re.search(line, result.stdout), f"{line!r} not in\n{result.stdout}"


def test_report_brings_together_who_made_a_mistake_without_a_name(graded_course: Path) -> None:
    lesson = LESSONS[1]
    shown = run(["proctor", "report", lesson], graded_course).stdout.partition(TITLE)[2]
    assert "conv_backward: 2 students lose bias in the same way" in shown
    assert "bias_one_axis_summed, bias_over_batch_only" in shown
    assert "bias: db has shape (1, 2, 3, 3) instead of (1, 1, 1, 3)" in shown
    assert "db = dZ.sum(0)[np.newaxis]" in shown
    assert 'fails=("bias",)' in shown
    assert not any(line in shown for line in hidden_lines(lesson))


def test_report_of_an_unknown_lesson_names_the_known_ones(graded_course: Path) -> None:
    result = run(["proctor", "report", "07_nowhere"], graded_course)
    assert result.returncode == 1
    assert "'07_nowhere'" in result.stderr
    assert LESSONS[0] in result.stderr
    assert "Traceback" not in result.stderr


def test_report_outside_of_a_course_says_where_to_go(tmp_path: Path) -> None:
    result = run(["proctor", "report", LESSONS[0]], tmp_path)
    assert result.returncode == 1
    assert "nbgrader_config.py" in result.stderr
    assert "Traceback" not in result.stderr


def feedback_pages(course: Path) -> list[Path]:
    return sorted((course / "feedback").glob("*/*/*.html"))


def hidden_lines(lesson: str) -> set[str]:
    """Return the lines that stand in a lesson's hidden tests and nowhere else in its notebook."""
    (path,) = (ROOT / "source" / lesson).glob("*.ipynb")
    visible, hidden = set(), set()
    for cell in gates.read(path).cells:
        shown = {line.strip() for line in gates.visible_part(cell.source).splitlines()}
        visible |= shown
        hidden |= {line.strip() for line in cell.source.splitlines()} - shown
    # A name by itself says nothing.
    telling = {line for line in hidden - visible if not re.fullmatch(r"[\w.]+,?", line)}
    return {line for line in telling if len(line) > 15}


def shown_text(page: str) -> str:
    """Return the text of an HTML page, without its markup."""
    return html.unescape(re.sub(r"<[^>]*>", "", page))


def test_feedback_shows_no_hidden_test(graded_course: Path) -> None:
    pages = feedback_pages(graded_course)
    assert len(pages) == len(STUDENTS)
    answers = {(lesson, s.name): "\n".join(s.answers.values()) for lesson, s in STUDENTS}
    for page in pages:
        lesson, student = page.parent.name, page.parent.parent.name
        text = shown_text(page.read_text(encoding="utf-8"))
        for line in hidden_lines(lesson):
            # A student may have come upon the same line.
            assert line not in text or line in answers[lesson, student], page


def test_gate_for_hidden_tests_can_fail(graded_course: Path) -> None:
    lesson = LESSONS[0]
    graded = next((graded_course / "autograded").glob(f"right_loops/{lesson}/*.ipynb"))
    text = "\n".join(cell.source for cell in gates.read(graded).cells)
    assert len(hidden_lines(lesson)) > 100
    assert all(line in text for line in hidden_lines(lesson))


def test_feedback_names_what_went_wrong(graded_course: Path) -> None:
    lesson = "01_convolutional_layer"
    page = graded_course / "feedback" / "bias_inside_sum" / lesson / "convolutional_layer.html"
    text = page.read_text(encoding="utf-8")
    assert "With all weights 0 and bias 5 the result should be one number, 5" in text


def test_feedback_asks_the_network_for_nothing(graded_course: Path) -> None:
    loads = re.compile(r"""<(?:script|link|img|iframe)[^>]* (?:src|href)=(?!["']?data:)""")
    for page in feedback_pages(graded_course):
        assert not loads.search(page.read_text(encoding="utf-8")), page


def test_nothing_but_the_lessons_files_is_left_in_autograded(graded_course: Path) -> None:
    for lesson, student in STUDENTS:
        folder = graded_course / "autograded" / student.name / lesson
        expected = {path.name for path in (ROOT / "release" / lesson).iterdir()}
        assert {path.name for path in folder.iterdir()} == expected | {
            "timestamp.txt",
            ".digest",
            ".used",
        }


def test_what_each_submission_used_is_recorded(graded_course: Path) -> None:
    folders = CourseDirectory(root=str(graded_course))
    for lesson in LESSONS:
        names = [student.name for folder, student in STUDENTS if folder == lesson]
        usage = read_usage(folders, lesson, names)
        assert set(usage) == set(names)
        for used in usage.values():
            assert used["cpu_seconds"] > 0 and used["seconds"] > 0
            assert 30e6 < used["memory"] < 3e9
    # Loops where the lesson asks for speed take many times as long as what is asked for.
    usage = read_usage(folders, LESSONS[2], ["slow_loops", "right_positions"])
    assert usage["slow_loops"]["cpu_seconds"] > 2 * usage["right_positions"]["cpu_seconds"]


def test_second_build_leaves_unchanged_submissions_alone(scratch_course: Path) -> None:
    lesson = LESSONS[0]
    write_submissions(lesson, scratch_course)
    before = {p: p.stat().st_mtime_ns for p in (scratch_course / "submitted").rglob("*.*")}
    changed = scratch_course / "submitted" / "right_loops" / lesson / "convolutional_layer.ipynb"
    changed.write_text("{}")
    write_submissions(lesson, scratch_course)
    after = {p: p.stat().st_mtime_ns for p in (scratch_course / "submitted").rglob("*.*")}
    assert {p for p in before if before[p] != after[p]} == {
        changed,
        changed.with_name("timestamp.txt"),
    }


def test_example_class_is_not_mixed_with_a_real_one(scratch_course: Path) -> None:
    with Gradebook(f"sqlite:///{scratch_course}/gradebook.db") as gradebook:
        gradebook.add_student("in_the_gradebook")
    (scratch_course / "submitted" / "handed_in").mkdir(parents=True)
    (scratch_course / "submitted" / ".DS_Store").touch()
    message = r"(?s)students .*: handed_in, in_the_gradebook\..*fresh clone"
    with pytest.raises(SystemExit, match=message):
        write_submissions(LESSONS[0], scratch_course)
    assert not (scratch_course / "submitted" / "right_loops").exists()
