"""Grading through the configuration: what must not stop the class or cost points."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbgrader.api import Gradebook

from tests.support.commands import nbgrader, run
from tests.support.notebooks import LESSON, NAME, answered, cell
from tests.support.scores import class_scores


def submit(course: Path, student: str, notebook: NotebookNode | str) -> None:
    """Put a notebook, or the text of its file, into submitted/."""
    folder = course / "submitted" / student / LESSON
    folder.mkdir(parents=True)
    text = notebook if isinstance(notebook, str) else json.dumps(notebook)
    (folder / NAME).write_text(text, encoding="utf-8")


def total_scores(course: Path) -> dict[str, float]:
    """Return each student's points in the lesson."""
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        return {
            student: sum(score.points for score in row.values())
            for student, row in class_scores(gradebook, LESSON).items()
        }


def test_files_beyond_the_limit_are_left_out_and_named(scratch_course: Path) -> None:
    """Under `nbgrader autograde`, too."""
    notebook = answered(scratch_course, "right_loops")
    cell(notebook, "zero_pad").source += "\nimport os\nprint(sorted(os.listdir()))"
    submit(scratch_course, "student", notebook)
    for name in ("a.txt", "b.txt", "c.txt"):
        (scratch_course / "submitted" / "student" / LESSON / name).write_text(name)
    command = ["nbgrader", "autograde", LESSON, "--Intake.max_files=2"]
    graded = run(command, scratch_course)
    assert graded.returncode == 0, graded.stdout + graded.stderr
    assert "student: left out: all but the first 2 files and folders" in graded.stderr
    path = scratch_course / "autograded" / "student" / LESSON / NAME
    shown = cell(nbformat.read(path, as_version=4), "zero_pad").outputs[0].text
    assert "'b.txt'" in shown and "c.txt" not in shown


@pytest.fixture(scope="module")
def bad_class(tmp_path_factory: pytest.TempPathFactory, built_course: Path) -> tuple[Path, str]:
    """A graded class of bad and right submissions, and what `nbgrader autograde` printed."""
    course = Path(shutil.copytree(built_course, tmp_path_factory.mktemp("bad") / "course"))

    notebook = answered(course, "right_loops")
    position = notebook.cells.index(cell(notebook, "zero_pad-border"))
    notebook.cells.insert(position, nbformat.from_dict(notebook.cells[position]))
    submit(course, "a_copied_test_cell", notebook)

    notebook = answered(course, "right_loops")
    position = notebook.cells.index(cell(notebook, "zero_pad"))
    notebook.cells.insert(position, nbformat.from_dict(notebook.cells[position]))
    notebook.cells[position].source = "def zero_pad(X, pad):\n    return 'an early draft'"
    submit(course, "b_copied_solution_cell", notebook)

    notebook = answered(course, "right_loops")
    for changed in notebook.cells:
        if "nbgrader" in changed.metadata:
            changed.metadata.nbgrader.schema_version = 99
    submit(course, "c_unknown_schema", notebook)

    notebook = answered(course, "right_loops")
    cell(notebook, "zero_pad-border").metadata.nbgrader.points = 1000
    cell(notebook, "zero_pad-shape").metadata.nbgrader = "not a dictionary"
    cell(notebook, "imports").metadata.nbgrader.grade_id = ["not", "a", "string"]
    submit(course, "d_odd_metadata", notebook)

    submit(course, "e_not_json", "{ this is not a notebook")

    notebook = answered(course, "right_loops")
    flood = "for _ in range(2000):\n    print('x' * 10_000)\ndef zero_pad"
    cell(notebook, "zero_pad").source = cell(notebook, "zero_pad").source.replace(
        "def zero_pad", flood
    )
    submit(course, "f_flood", notebook)

    submit(course, "z_right", answered(course, "right_loops"))
    result = run(["nbgrader", "autograde", LESSON], course)
    assert result.returncode == 1  # since one notebook cannot be read at all
    return course, result.stderr


def test_right_submissions_get_full_marks_beside_bad_ones(bad_class: tuple[Path, str]) -> None:
    scores = total_scores(bad_class[0])
    assert scores["z_right"] == 30
    assert scores["a_copied_test_cell"] == 30
    assert scores["b_copied_solution_cell"] == 30
    assert scores["c_unknown_schema"] == 30
    assert scores["f_flood"] == 30


def test_points_are_those_of_the_master(bad_class: tuple[Path, str]) -> None:
    # Inflated points do not count, and a test cell without readable metadata is found again.
    assert total_scores(bad_class[0])["d_odd_metadata"] == 30


def test_an_unreadable_submission_is_named(bad_class: tuple[Path, str]) -> None:
    assert (
        f"There was an error processing assignment '{LESSON}' for student 'e_not_json'"
        in (bad_class[1])
    )


def test_output_is_limited_by_bytes(bad_class: tuple[Path, str]) -> None:
    graded = bad_class[0] / "autograded" / "f_flood" / LESSON / NAME
    assert graded.stat().st_size < 1_500_000
    assert "The output of this cell was cut here" in graded.read_text(encoding="utf-8")


def test_a_cell_without_end_is_stopped(scratch_course: Path) -> None:
    notebook = answered(scratch_course, "right_loops")
    cell(notebook, "pool_forward").source = "while True:\n    pass"
    submit(scratch_course, "endless", notebook)
    nbgrader(scratch_course, "autograde", LESSON, "--ExecuteSubmission.cell_timeout=3")
    assert total_scores(scratch_course) == {"endless": 22}


def test_feedback_holds_no_active_content_and_no_inputs_of_hidden_tests(
    scratch_course: Path,
) -> None:
    notebook = answered(scratch_course, "right_loops")
    cell(notebook, "zero_pad").source = """\
from IPython.display import HTML, Markdown, SVG, display

display(HTML("<script>alert('html')</script><img src='http://example.com/x' onerror='go()'>"))
display(SVG("<svg xmlns='http://www.w3.org/2000/svg' onload='go()'></svg>"))
display(Markdown("[click](javascript:go())"))
print("<script>alert('text')</script>")
kept = []


def zero_pad(X, pad):
    kept.append(X)
    return np.pad(X, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
"""
    source = "print('inputs:', kept)\nprint(In)\n%history"
    notebook.cells.append(nbformat.v4.new_code_cell(source))
    submit(scratch_course, "curious", notebook)
    nbgrader(scratch_course, "autograde", LESSON)
    nbgrader(scratch_course, "generate_feedback", LESSON)
    assert total_scores(scratch_course) == {"curious": 30}
    (page,) = (scratch_course / "feedback" / "curious").rglob("*.html")
    text = page.read_text(encoding="utf-8")
    assert "<script" not in text
    # What follows is shown as text, in the student's own code, and nowhere as markup.
    for active in ("<img src='http", "<svg", "href='javascript", 'href="javascript', "inputs: ["):
        assert active not in text


def test_without_proctor_nothing_is_graded(
    scratch_course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit(scratch_course, "right", answered(scratch_course, "right_loops"))
    (tmp_path / "broken" / "proctor").mkdir(parents=True)
    broken = tmp_path / "broken" / "proctor" / "__init__.py"
    broken.write_text("raise ImportError('no wall')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "broken"))
    result = run(["nbgrader", "autograde", LESSON], scratch_course)
    assert result.returncode != 0
    assert "nbgrader_config.py: no wall. Use the environment that `make` sets up" in result.stderr
    assert not (scratch_course / "autograded").exists()
