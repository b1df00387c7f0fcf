"""A course whose notebook holds all cases, graded by stock nbgrader and by proctor."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.api import Gradebook

from tests.support.commands import nbgrader

from .cases import CASES, GIVEN

LESSON, NAME = "ps1", "problems.ipynb"
STUDENTS = ("right", "half", "wrong")
CONFIG = """\
import proctor

c = get_config()
proctor.configure(c)
"""
STOCK = 'c = get_config()\nc.CourseDirectory.course_id = "compat"\nc.IgnorePattern.enabled = True\n'


def graded(grade_id: str, source: str, **facts: object) -> NotebookNode:
    """Return a cell that nbgrader knows."""
    metadata = {"grade": False, "solution": False, "locked": False, "task": False, **facts}
    metadata |= {"grade_id": grade_id, "schema_version": 3, "cell_type": "code"}
    cell: NotebookNode = new_code_cell(source, metadata={"nbgrader": metadata})
    return cell


def solution(name: str, source: str) -> NotebookNode:
    """Return a solution cell."""
    text = f"### BEGIN SOLUTION\n{source}\n### END SOLUTION"
    return graded(f"cell-{name}", text, solution=True)


def checking(name: str, source: str, points: float) -> NotebookNode:
    """Return a test cell."""
    return graded(f"test-{name}", source, grade=True, locked=True, points=points)


def write(path: Path, cells: list[NotebookNode]) -> None:
    """Write a notebook."""
    spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    for number, cell in enumerate(cells):
        cell.id = f"cell{number}"
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": spec}), path)


def master() -> list[NotebookNode]:
    """Return the cells of the master."""
    cells = [new_code_cell(GIVEN)]
    for case in CASES:
        cells += [
            solution(case.name, case.right),
            checking(case.name, case.test, case.points),
        ]
    return cells


def make_course(folder: Path, config: str) -> Path:
    """Make a course with the lesson, released, and the three submissions."""
    write(folder / "source" / LESSON / NAME, master())
    (folder / "source" / LESSON / "data.csv").write_text("a,b\n1,2\n3,4\n")
    (folder / "nbgrader_config.py").write_text(config)
    nbgrader(folder, "generate_assignment", LESSON)
    for student in STUDENTS:
        answers = {f"cell-{case.name}": getattr(case, student) for case in CASES}
        hand_in(folder, student, answers)
    return folder


def hand_in(course: Path, student: str, answers: Mapping[str, str]) -> None:
    """Hand in the release with some answers."""
    folder = course / "submitted" / student / LESSON
    shutil.copytree(course / "release" / LESSON, folder)
    notebook = nbformat.read(folder / NAME, as_version=4)
    for cell in notebook.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = answers.get(grade_id, cell.source)
        # What a submission says of that counts for nothing.
        cell.metadata["proctor"] = {"run": "inside"}
    nbformat.write(notebook, folder / NAME)


def scores(course: Path) -> dict[str, dict[str, float]]:
    """Return the automatic points of each student by test cell."""
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        return {
            submission.student.id: {
                grade.name: grade.auto_score
                for notebook in submission.notebooks
                for grade in notebook.grades
            }
            for submission in gradebook.assignment_submissions(LESSON)
        }
