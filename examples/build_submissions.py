"""Build the example class's submissions: the release, filled in with each student's answers.

Run from the course's folder: ``python -m examples.build_submissions 01_convolutional_layer``.
Without a lesson it only checks that no other students are in the course.

A student is a file examples/LESSON/STUDENT.py. Its comment header says what the student did
and what each function must score, with the behaviours it loses; a section ``# %% FUNCTION``
becomes the content of that function's cell. An answer in words, ``# %% EXERCISE-report``, stands
there as a comment. What a file does not answer is either answered as in another file ("The rest
as in right_loops.") or left unsolved ("The rest unsolved.").
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Gradebook

EXAMPLES = Path(__file__).parent
SCORE = re.compile(r"^# (\w+) +(\d+)/(\d+)(?: +loses (.+))?$", re.MULTILINE)
NO_CELL = (
    "examples/{lesson}/{student}.py has {name!r} in its header or in a `# %%` line, and the lesson "
    "has no solution cell of this name. Its solution cells are: {known}."
)
SECTION = re.compile(r"^# %% ([\w-]+)$", re.MULTILINE)
REST = re.compile(r"^# The rest as in (\w+)\.$", re.MULTILINE)

FOREIGN_STUDENTS = """\
This course has students who are not in the example class: {students}.
The example class would get into the same gradebook, so it is not added to a course in use.
Try it in a fresh clone. If they are left over from an older example class, delete submitted/,
feedback/ and gradebook.db, and empty autograded/."""


@dataclass(frozen=True)
class Score:
    """What a function must score, and the behaviours that it loses."""

    points: float
    maximum: float
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
    notebook: NotebookNode = nbformat.from_dict(release)
    for cell in notebook.cells:
        metadata = cell.metadata.get("nbgrader", {})
        if metadata.get("solution") and metadata["grade_id"] in answers:
            answer = answers[metadata["grade_id"]]
            # An answer in words stands in its file as a comment.
            words = re.sub(r"^# ?", "", answer, flags=re.MULTILINE)
            cell.source = words if cell.cell_type == "markdown" else answer
    return notebook


def foreign_students(course: Path) -> set[str]:
    """Return the students of a course who are not in the example class of any lesson."""
    folders = [path for step in ("submitted", "autograded") for path in (course / step).glob("*")]
    # A run that was killed may have left a folder of its own, whose name begins with a dot.
    students = {path.name for path in folders if path.is_dir() and path.name[0] != "."}
    if (course / "gradebook.db").exists():
        with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
            students |= {student.id for student in gradebook.students}
    return students - {path.stem for path in EXAMPLES.glob("[0-9]*/*.py")}


def refuse_foreign_students(course: Path) -> None:
    """Exit with a message if the course has students who are not in the example class."""
    if others := foreign_students(course):
        sys.exit(FOREIGN_STUDENTS.format(students=", ".join(sorted(others)[:5])))


def refuse_unknown_names(
    lesson: str, students: Iterable[Student], releases: Iterable[NotebookNode]
) -> None:
    """Exit with a message if a student answers or scores what is no exercise of the lesson."""
    cells = [cell.metadata.get("nbgrader", {}) for nb in releases for cell in nb.cells]
    known = {cell["grade_id"] for cell in cells if cell.get("solution")}
    for student in students:
        for name in sorted((student.answers.keys() | student.scores.keys()) - known):
            names = {"lesson": lesson, "student": student.name, "name": name}
            sys.exit(NO_CELL.format(**names, known=", ".join(sorted(known))))


def write_submissions(lesson: str, course: Path) -> int:
    """Write the class's submissions below `course`/submitted and return how many there are.

    A submission that is there already and has not changed is left alone, timestamp included,
    so that nbgrader does not grade it again.

    Raises
    ------
    SystemExit
        If there are submissions of other students, or an example is of another lesson.
    """
    students = read_class(lesson)
    refuse_foreign_students(course)
    paths = sorted((course / "release" / lesson).glob("*.ipynb"))
    releases = {path: nbformat.read(path, as_version=4) for path in paths}
    refuse_unknown_names(lesson, students, releases.values())
    for release, notebook in releases.items():
        for student in students:
            target = course / "submitted" / student.name / lesson / release.name
            text = nbformat.writes(fill_in(notebook, student.answers)) + "\n"
            if target.exists() and target.read_text(encoding="utf-8") == text:
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
            timestamp = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f UTC")
            target.with_name("timestamp.txt").write_text(timestamp, encoding="utf-8")
    return len(students)


if __name__ == "__main__":
    for lesson in sys.argv[1:]:
        print(f"{write_submissions(lesson, Path.cwd())} submissions in submitted/")
    refuse_foreign_students(Path.cwd())
