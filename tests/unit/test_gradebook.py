"""The writer of the gradebook, on a gradebook of its own; tests/grading grades classes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.utils import compute_checksum

from proctor.grading.gradebook import (
    TO_GRADE,
    GradebookWriter,
    Graded,
    Standing,
    points_of,
    read_grades,
    unchanged_answers,
)
from proctor.grading.penalties import Penalties
from tests.support.commands import search_path

# nbgrader's own way with its database.
pytestmark = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")

DUE = datetime(2030, 1, 1)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that knows a lesson with a function, its two tests, an essay and a task."""
    path = tmp_path_factory.mktemp("database") / "gradebook.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", search_path())
        with Gradebook(f"sqlite:///{path}") as gradebook:
            gradebook.add_assignment("lesson", duedate=DUE)
            gradebook.add_notebook("notebook", "lesson")
            where = ("notebook", "lesson")
            gradebook.add_solution_cell("f", *where)
            gradebook.add_solution_cell("essay", *where)
            for name, points in (("f-shape", 1), ("f-values", 2), ("essay", 4)):
                kind = "markdown" if name == "essay" else "code"
                gradebook.add_grade_cell(name, *where, max_score=points, cell_type=kind)
            gradebook.add_task_cell("task", *where, max_score=8, cell_type="markdown")
    return path


@pytest.fixture
def gradebook(tmp_path: Path, database: Path) -> Iterator[Gradebook]:
    """A gradebook of its own with that lesson."""
    with Gradebook(f"sqlite:///{shutil.copy(database, tmp_path)}") as gradebook:
        yield gradebook


def writer(gradebook: Gradebook, create_student: bool = True) -> GradebookWriter:
    """Return a writer with nbgrader's penalties."""
    return GradebookWriter(gradebook, "lesson", Penalties(), create_student)


def graded(student: str = "ada", **changes: Any) -> Graded:
    """Return what a graded notebook may say."""
    values: dict[str, Any] = {
        "timestamp": None,
        "scores": {"f-shape": 1.0, "f-values": 0.0, "essay": None},
        "comments": {"f": None, "essay": None, "task": None},
    }
    return Graded(student, **values | changes)


def needs(gradebook: Gradebook, student: str = "ada") -> set[str]:
    """Return which grades of a student need a person."""
    notebook = gradebook.find_submission_notebook("notebook", "lesson", student)
    return {grade.name for grade in notebook.grades if grade.needs_manual_grade}


def grade_by_hand(gradebook: Gradebook, name: str, points: float, student: str = "ada") -> None:
    """Give points as the formgrader does."""
    grade = gradebook.find_grade(name, "notebook", "lesson", student)
    grade.manual_score, grade.needs_manual_grade = points, False
    gradebook.db.commit()


def test_a_batch_is_written_whole(gradebook: Gradebook) -> None:
    writes = writer(gradebook)
    writes.write([graded("ada"), graded("bob", comments={"f": "No response."})])
    assert writes.standings(["ada", "bob", "eve"]) == {
        "ada": Standing(1.0, False),
        "bob": Standing(1.0, False),
    }
    for student, comment in (("ada", None), ("bob", "No response.")):
        notebook = gradebook.find_submission_notebook("notebook", "lesson", student)
        assert {grade.name for grade in notebook.grades} == {"f-shape", "f-values", "essay", "task"}
        texts = {one.name: one.auto_comment for one in notebook.comments}
        assert texts == {"f": comment, "essay": None, "task": None}
        assert needs(gradebook, student) == {"essay", "task"}
    # Once more: nothing is there twice.
    writes.write([graded("ada", scores={"f-shape": 0.0})])
    assert writes.standings(["ada"]) == {"ada": Standing(0.0, False)}
    assert len(gradebook.find_submission_notebook("notebook", "lesson", "ada").grades) == 4


def test_all_or_none(gradebook: Gradebook) -> None:
    writes = writer(gradebook)
    with pytest.raises(KeyError):
        writes.write([graded("ada"), graded("bob", scores={"no such cell": 1.0})])
    assert gradebook.students == []
    gradebook.add_student("ada")
    with pytest.raises(MissingEntry, match="no student 'bob'"):
        writer(gradebook, create_student=False).write([graded("ada"), graded("bob")])
    assert writes.standings(["ada", "bob"]) == {}
    writer(gradebook, create_student=False).write([graded("ada")])
    assert list(writes.standings(["ada", "bob"])) == ["ada"]


def test_points_are_those_of_the_database(gradebook: Gradebook) -> None:
    writer(gradebook).write([graded()])
    for auto, manual, extra in [(1, None, None), (1, 0.5, 2), (None, None, 3), (None, 0, 0.25)]:
        grade = gradebook.find_grade("f-shape", "notebook", "lesson", "ada")
        grade.auto_score, grade.manual_score, grade.extra_credit = auto, manual, extra
        gradebook.db.commit()
        assert points_of(grade) == grade.score


def test_late_submissions(gradebook: Gradebook) -> None:
    late = Penalties()
    late.plugin.penalty_method = "zero"
    writes = GradebookWriter(gradebook, "lesson", late, create_student=True)
    hour = timedelta(hours=1)
    times = {"early": DUE - hour, "late": DUE + hour, "none": None}
    writes.write([graded(student, timestamp=time) for student, time in times.items()])

    def penalty(student: str) -> Any:
        return gradebook.find_submission_notebook(
            "notebook", "lesson", student
        ).late_submission_penalty

    assert [penalty(student) for student in times] == [None, 1.0, None]
    assert writes.standings(["late"]) == {"late": Standing(0.0, False, 1.0, DUE + hour)}
    # A person's points change what is lost, and nobody is graded anew.
    grade_by_hand(gradebook, "essay", 3, "late")
    writes.update_penalties(["early", "late"])
    assert [penalty(student) for student in times] == [None, 4.0, None]
    gradebook.grant_extension("lesson", "late", hours=2)
    writes.update_penalties(["early"])
    assert penalty("late") == 4.0
    writes.update_penalties(["late"])
    assert penalty("late") is None
    assert writes.standings(["late"]) == {"late": Standing(4.0, True, 0.0, DUE + hour)}
    # No time says nothing new.
    writes.write([graded("late")])
    assert penalty("late") is None
    assert gradebook.find_submission("lesson", "late").timestamp == DUE + hour
    gradebook.find_assignment("lesson").duedate = DUE - 2 * hour
    gradebook.db.commit()
    writes.update_penalties(list(times))
    assert [penalty(student) for student in times] == [1.0, 4.0, None]


def test_an_extension_before_anything_was_handed_in(gradebook: Gradebook) -> None:
    writes = writer(gradebook)
    gradebook.add_student("ada")
    gradebook.add_submission("lesson", "ada")
    gradebook.grant_extension("lesson", "ada", hours=2)
    assert writes.standings(["ada"]) == {}
    handed_in = DUE + timedelta(hours=1)
    writes.write([graded("ada", timestamp=handed_in)])
    assert writes.standings(["ada"]) == {"ada": Standing(1.0, False, 0.0, handed_in)}


def test_an_override_that_no_longer_fits_is_named(gradebook: Gradebook) -> None:
    writes = writer(gradebook)
    writes.write([graded()])
    grade_by_hand(gradebook, "f-values", 1.5)
    # A person knew what the test says.
    essay, task = (TO_GRADE.format(cell=cell) for cell in ("essay", "task"))
    assert sorted(writes.for_a_person(["ada"])["ada"]) == [essay, task]
    writes.write([graded(scores={"f-shape": 1.0, "f-values": 2.0, "essay": None})])
    text = "f-values: overridden by hand: 1.5, by the tests 2"
    assert sorted(writes.for_a_person(["ada", "bob"])["ada"]) == [essay, text, task]
    assert writes.for_a_person(["bob"]) == {}


# --------------------------------------------------------------------------- graded by a person


def test_an_unchanged_answer_stays_graded(gradebook: Gradebook) -> None:
    writes = writer(gradebook)
    writes.write([graded()])
    grade_by_hand(gradebook, "essay", 3)
    grade_by_hand(gradebook, "f-values", 1.5)
    assert writes.standings(["ada"]) == {"ada": Standing(5.5, True)}
    everything = frozenset({"f-shape", "f-values", "essay"})
    writes.write([graded(unchanged=everything)])
    assert needs(gradebook) == {"task"}
    # The test itself says something else than when a person looked at it.
    scores = {"f-shape": 1.0, "f-values": 2.0, "essay": None}
    writes.write([graded(unchanged=everything, scores=scores)])
    assert needs(gradebook) == {"task", "f-values"}
    # And a mark that nobody has removed stays.
    writes.write([graded(unchanged=everything, scores=scores)])
    assert needs(gradebook) == {"task", "f-values"}
    writes.write([graded(scores=scores)])
    assert needs(gradebook) == {"task", "f-values", "essay"}
    assert writes.standings(["ada"]) == {"ada": Standing(5.5, True)}


def cell(name: str, source: str, **kind: bool) -> NotebookNode:
    """Return a cell that nbgrader knows."""
    words = name in ("essay", "task")
    made: NotebookNode = new_markdown_cell(source) if words else new_code_cell(source)
    flags = {"grade": False, "solution": False, "locked": False, "task": False, **kind}
    made.metadata.nbgrader = {"grade_id": name, "schema_version": 3, "points": 1, **flags}
    return made


def notebook(function: str = "def f(): pass", essay: str = "Words.") -> NotebookNode:
    """Return a graded notebook."""
    cells = [
        cell("f", function, solution=True),
        cell("f-shape", "assert f", grade=True, locked=True),
        cell("essay", essay, solution=True, grade=True),
        cell("task", "Do this.", task=True, locked=True),
    ]
    made: NotebookNode = new_notebook(cells=cells)
    return made


def test_which_answers_are_unchanged() -> None:
    assert unchanged_answers(notebook(), notebook()) == {"f-shape", "essay"}
    # What a test sees may stand in a file; an answer in words does not.
    assert unchanged_answers(notebook(), notebook(), same_files=False) == {"essay"}
    assert unchanged_answers(notebook(), notebook(essay="Other words.")) == set()
    assert unchanged_answers(notebook(), notebook(function="f = 1")) == {"essay"}
    # A picture that was pasted into an answer is a part of it.
    pasted = notebook()
    pasted.cells[2].attachments = {"a.png": {"image/png": "iVBORw0K"}}
    assert unchanged_answers(pasted, notebook()) == set()
    assert unchanged_answers(pasted, pasted) == {"f-shape", "essay"}
    # The lesson's own cells are no answers.
    changed = notebook()
    changed.cells[1].source = "assert f()"
    assert unchanged_answers(notebook(), changed) == {"f-shape", "essay"}


def test_what_a_graded_notebook_says() -> None:
    nb = notebook()
    nb.cells[0].metadata.nbgrader.checksum = compute_checksum(nb.cells[0])
    said = read_grades("ada", None, nb)
    assert said.scores == {"f-shape": 1, "essay": None}
    assert said.comments == {"f": "No response.", "essay": None, "task": None}
    assert said.unchanged == set()
    assert read_grades("ada", None, nb, notebook()).unchanged == {"f-shape", "essay"}
