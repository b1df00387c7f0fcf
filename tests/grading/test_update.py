"""`proctor update`: a lesson that changes while a class is at it, and what is kept."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat import NotebookNode
from nbgrader.api import Grade, Gradebook

from examples.build_submissions import fill_in, read_student
from proctor.grading import update
from tests.support.commands import nbgrader, run
from tests.support.notebooks import cell, edit, leave_out_demonstrations
from tests.support.paths import EXAMPLES
from tests.support.scores import class_scores

LESSON, BOOK, REPORT = "04_training", "training", "experiment-report"
REMOVED = "save_checkpoint-numbers"


@pytest.fixture(scope="module")
def short_course(built_course: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course whose lesson has no demonstrations, which train networks. Don't change it."""
    course = Path(shutil.copytree(built_course, tmp_path_factory.mktemp("short") / "course"))
    edit(course / "source" / LESSON / f"{BOOK}.ipynb", leave_out_demonstrations)
    nbgrader(course, "generate_assignment", "--force", LESSON)
    return course


@pytest.fixture
def scratch_course(tmp_path: Path, short_course: Path) -> Path:
    """A copy of that course which a test may change."""
    return Path(shutil.copytree(short_course, tmp_path / "course"))


def hand_in(course: Path, student: str) -> None:
    """Hand in a right submission of the lesson."""
    release = nbformat.read(course / "release" / LESSON / f"{BOOK}.ipynb", as_version=4)
    answers = read_student(EXAMPLES / LESSON / "right_plain.py").answers
    notebook = fill_in(release, answers)
    folder = course / "submitted" / student / LESSON
    folder.mkdir(parents=True)
    nbformat.write(notebook, folder / f"{BOOK}.ipynb")


def scores(course: Path) -> dict[str, float]:
    """Return what the functions of the only student scored."""
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        (row,) = class_scores(gradebook, LESSON).values()
        return {name: score.points for name, score in row.items()}


def grade_by_hand(course: Path) -> None:
    """Give points and a comment for the answer in words."""
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        grade = gradebook.find_grade(REPORT, BOOK, LESSON, "ada")
        assert grade.needs_manual_grade
        grade.manual_score, grade.needs_manual_grade = 2.0, False
        comment = gradebook.find_comment(REPORT, BOOK, LESSON, "ada")
        comment.manual_comment = "One seed is missing."
        gradebook.db.commit()


def check_grade_by_hand(course: Path) -> None:
    """Check that points and comment are there, and nobody is asked to grade again."""
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        grade = gradebook.find_grade(REPORT, BOOK, LESSON, "ada")
        assert (grade.manual_score, grade.needs_manual_grade) == (2.0, False)
        comment = gradebook.find_comment(REPORT, BOOK, LESSON, "ada")
        assert comment.manual_comment == "One seed is missing."


def files(folder: Path) -> dict[str, bytes]:
    """Return the files of a folder."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def remove_test(notebook: NotebookNode) -> None:
    notebook.cells.remove(cell(notebook, REMOVED))


def add_test(notebook: NotebookNode) -> None:
    new = nbformat.from_dict(cell(notebook, "softmax-rows"))
    new.id, new.metadata.nbgrader.grade_id = "added", "softmax-again"
    notebook.cells.insert(notebook.cells.index(cell(notebook, "softmax-rows")) + 1, new)


def break_master(notebook: NotebookNode) -> None:
    del cell(notebook, REMOVED).metadata.nbgrader["points"]


def test_cells_come_and_go_in_mid_term(scratch_course: Path, tmp_path: Path) -> None:
    course, master = scratch_course, scratch_course / "source" / LESSON / f"{BOOK}.ipynb"
    hand_in(course, "ada")
    assert run(["proctor", "autograde", LESSON], course).returncode == 0
    grade_by_hand(course)
    before = scores(course)
    assert before["save_checkpoint"] == 3

    edit(master, remove_test)
    edit(master, add_test)
    # What nbgrader would make of it, in a course in which nobody has handed in.
    fresh = Path(shutil.copytree(course, tmp_path / "fresh"))
    (fresh / "gradebook.db").unlink()
    nbgrader(fresh, "generate_assignment", "--force", LESSON)

    said = run(["proctor", "update", LESSON], course)
    assert said.returncode == 0, said.stderr
    assert f"removed: {REMOVED}\n" in said.stdout
    assert "added: softmax-again\n" in said.stdout
    assert f"`proctor autograde {LESSON}`" in said.stdout
    assert files(course / "release") == files(fresh / "release")
    assert not list((course / "release").glob(".update-*"))
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        assert REMOVED not in {grade.name for grade in gradebook.db.query(Grade)}
    check_grade_by_hand(course)

    # Until then, nobody is told what the tests of before said about those of now.
    for command in ("report", "feedback"):
        told = run(["proctor", command, LESSON], course).stdout
        assert "graded by an earlier version of the lesson" in " ".join(told.split())
    assert not list((course / "feedback").rglob("*.html"))
    graded = run(["proctor", "autograde", LESSON], course)
    assert "ada: graded" in graded.stdout, graded.stdout + graded.stderr
    after = scores(course)
    assert after.pop("save_checkpoint") == 2
    assert after.pop("softmax") == before["softmax"] + 1
    assert after.items() <= before.items()
    check_grade_by_hand(course)
    nbgrader(course, "generate_feedback", LESSON)

    # Back to what was: the digest of the lesson is the old one, and the new entries need grades.
    edit(master, lambda notebook: notebook.cells.remove(cell(notebook, "softmax-again")))
    run(["proctor", "update", LESSON], course)
    assert "ada: graded" in run(["proctor", "autograde", LESSON], course).stdout
    check_grade_by_hand(course)
    assert (
        run(["proctor", "update", LESSON], course).stdout
        == "Release and gradebook are up to date.\n"
    )


def state(course: Path) -> tuple[dict[str, bytes], Any]:
    """Return the release, and the names of the gradebook's cells."""
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        notebook = gradebook.find_notebook(BOOK, LESSON)
        names = {entry.name: entry.source for entry in notebook.source_cells}
    return files(course / "release" / LESSON), names


def test_a_master_that_cannot_be_generated_changes_nothing(scratch_course: Path) -> None:
    before = state(scratch_course)
    edit(scratch_course / "source" / LESSON / f"{BOOK}.ipynb", break_master)
    said = run(["proctor", "update", LESSON], scratch_course)
    assert said.returncode == 1
    assert f"nbgrader cannot generate '{LESSON}'" in said.stderr
    assert state(scratch_course) == before


def test_an_update_that_is_stopped_changes_nothing(
    scratch_course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_in(scratch_course, "ada")
    before = state(scratch_course)
    edit(scratch_course / "source" / LESSON / f"{BOOK}.ipynb", remove_test)
    monkeypatch.chdir(scratch_course)

    def stop(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(update, "seal", stop)
    monkeypatch.setattr(update, "add_entries", stop)
    edit(scratch_course / "source" / LESSON / f"{BOOK}.ipynb", add_test)
    from nbgrader.apps import NbGrader

    course = NbGrader()
    course.initialize([])
    with pytest.raises(KeyboardInterrupt):
        update.update_lesson(course, LESSON)
    assert state(scratch_course) == before


def test_a_lesson_that_is_new_is_released(scratch_course: Path) -> None:
    (scratch_course / "gradebook.db").unlink()
    shutil.rmtree(scratch_course / "release" / LESSON)
    said = run(["proctor", "update", LESSON], scratch_course)
    assert said.returncode == 0, said.stderr
    assert (scratch_course / "release" / LESSON / f"{BOOK}.ipynb").is_file()
    nowhere = run(["proctor", "update", "07_nowhere"], scratch_course)
    assert nowhere.returncode == 1 and "there is no lesson '07_nowhere'" in nowhere.stderr


def test_a_notebook_of_another_name_is_refused(scratch_course: Path) -> None:
    hand_in(scratch_course, "ada")
    run(["proctor", "autograde", LESSON], scratch_course)
    before = state(scratch_course)
    folder = scratch_course / "source" / LESSON
    (folder / f"{BOOK}.ipynb").rename(folder / "other.ipynb")
    said = run(["proctor", "update", LESSON], scratch_course)
    assert said.returncode == 1 and "are now other, and students have" in said.stderr
    assert state(scratch_course) == before
