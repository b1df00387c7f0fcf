"""Build the example class's submissions: the release, filled in with each student's answers.

Run from the course's folder: ``python -m examples.build_submissions 01_convolutional_layer``.

A student is a file examples/LESSON/STUDENT.py. Its comment header says what the student did
and what each function must score, with the behaviours it loses; a section ``# %% FUNCTION``
becomes the content of that function's cell. What a file does not answer is either answered as
in another file ("The rest as in right_loops.") or left unsolved ("The rest unsolved.").
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import nbformat
from nbformat import NotebookNode

EXAMPLES = Path(__file__).parent
SCORE = re.compile(r"^# (\w+) +(\d+)/(\d+)(?: +loses (.+))?$", re.MULTILINE)
SECTION = re.compile(r"^# %% (\w+)$", re.MULTILINE)
REST = re.compile(r"^# The rest as in (\w+)\.$", re.MULTILINE)

FOREIGN_STUDENTS = """\
{folder} holds submissions of students who are not in the example class: {students}.
The example class would be graded into the same gradebook, so it is not added to a course in use.
Try it in a fresh clone of the repository."""


@dataclass(frozen=True)
class Score:
    """What a function must score, and the behaviours that it loses."""

    points: int
    maximum: int
    lost: frozenset[str]


@dataclass(frozen=True)
class Student:
    """One example student: the answers, and what they must score, by function."""

    name: str
    answers: dict[str, str]
    scores: dict[str, Score]


def read_student(path: Path) -> Student:
    """Read a student's file."""
    text = path.read_text(encoding="utf-8")
    header, *sections = SECTION.split(text)
    scores = {
        function: Score(int(points), int(maximum), frozenset(lost.split(", ") if lost else ()))
        for function, points, maximum, lost in SCORE.findall(header)
    }
    answers = {}
    if rest := REST.search(header):
        answers.update(read_student(path.with_name(f"{rest[1]}.py")).answers)
    for function, answer in zip(sections[::2], sections[1::2], strict=True):
        answers[function] = answer.strip("\n")
    return Student(path.stem, answers, scores)


def read_class(lesson: str) -> list[Student]:
    """Read all example students of a lesson, by name."""
    return [read_student(path) for path in sorted((EXAMPLES / lesson).glob("*.py"))]


def fill_in(release: NotebookNode, answers: dict[str, str]) -> NotebookNode:
    """Return a copy of the release with `answers` in its solution cells."""
    notebook = nbformat.from_dict(release)
    for cell in notebook.cells:
        metadata = cell.metadata.get("nbgrader", {})
        if metadata.get("solution") and metadata["grade_id"] in answers:
            cell.source = answers[metadata["grade_id"]]
    return notebook


def write_submissions(lesson: str, course: Path) -> int:
    """Write the class's submissions below `course`/submitted and return how many there are.

    A submission that is there already and has not changed is left alone, timestamp included,
    so that nbgrader does not grade it again.

    Raises
    ------
    SystemExit
        If there are submissions of other students.
    """
    students = read_class(lesson)
    submitted = course / "submitted"
    others = {path.name for path in submitted.glob("*")} - {student.name for student in students}
    if others:
        names = ", ".join(sorted(others)[:5])
        sys.exit(FOREIGN_STUDENTS.format(folder=submitted, students=names))
    for release in sorted((course / "release" / lesson).glob("*.ipynb")):
        notebook = nbformat.read(release, as_version=4)
        for student in students:
            target = submitted / student.name / lesson / release.name
            text = nbformat.writes(fill_in(notebook, student.answers)) + "\n"
            if target.exists() and target.read_text(encoding="utf-8") == text:
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
            timestamp = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f UTC")
            target.with_name("timestamp.txt").write_text(timestamp, encoding="utf-8")
    return len(students)


if __name__ == "__main__":
    print(f"{write_submissions(sys.argv[1], Path.cwd())} submissions in submitted/")
