"""A class of 200 in two lessons: one comes from Canvas and one from Moodle, twice, and goes back.

Grading 400 submissions would take minutes. So each notebook is graded once, for whoever handed it
in first. The others who handed in the same file get its graded folder and its points, as if they
had been graded before, and the digests let `proctor autograde` judge whether that is so: it grades
whomever it does not find up to date. In the second lesson most hand in nothing, since 200 feedback
pages more would show nothing new.
"""

from __future__ import annotations

import csv
import io
import re
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook

from examples.build_submissions import fill_in, read_student
from proctor.grading.gradebook import GradebookWriter, read_grades
from proctor.grading.penalties import Penalties
from tests.support.commands import run
from tests.support.lms import (
    Member,
    canvas_roster,
    canvas_zip,
    made_up_class,
    moodle_roster,
    moodle_zip,
    write,
)
from tests.support.notebooks import leave_out_demonstrations
from tests.support.page import Page
from tests.support.paths import EXAMPLES, LESSONS

SIZE = 200
FULL = 30.0
# They are not in the list.
UNLISTED = (SIZE - 2, SIZE - 3)
NO_NOTEBOOK = 6
# They hand in something wrong, and the second time what is right.
AGAIN = (NO_NOTEBOOK, 10, 11, 13)


@dataclass(frozen=True)
class Platform:
    """What differs between the two systems.

    Attributes
    ----------
    lesson : str
    busy : int
        How many of the class hand in something, beside those who are not in the list.
    examples : tuple of str
        Students of the example class; the first one has everything right.
    key : callable
        What a member is called in the course.
    files : callable
        The zip and the list of a class.
    read : callable
        The grades in what is handed back, by student.
    """

    lesson: str
    busy: int
    examples: tuple[str, ...]
    key: Callable[[Member], str]
    files: Callable[[list[Member], list[Member], str], dict[str, str | bytes]]
    read: Callable[[str], dict[str, float]]


def read_canvas(text: str) -> dict[str, float]:
    grades = {row["ID"]: row[f"{LESSONS[0]} (12)"] for row in csv.DictReader(io.StringIO(text))}
    # A row without an id says what the points are out of.
    return {student: float(grade) for student, grade in grades.items() if student and grade}


def read_moodle(text: str) -> dict[str, float]:
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=";")
    grades = {row["E-Mail-Adresse"]: row["Bewertung"] for row in rows}
    return {student: float(g.replace(",", ".")) for student, g in grades.items() if g}


PLATFORMS = (
    Platform(
        LESSONS[0],
        SIZE - 3,
        ("right_loops", "bias_dropped", "ceil_for_floor", "half_solved"),
        lambda member: member.canvas_id,
        lambda handed_in, listed, name: {
            "class.zip": canvas_zip(handed_in, name),
            "class.csv": canvas_roster(listed, LESSONS[0], FULL),
        },
        read_canvas,
    ),
    Platform(
        LESSONS[1],
        60,
        ("right_loops", "no_sum", "half_solved"),
        lambda member: member.email,
        lambda handed_in, listed, name: {
            "class.zip": moodle_zip(handed_in, name),
            "class.csv": moodle_roster(listed, FULL),
        },
        read_moodle,
    ),
)


class Class:
    """A class of one lesson, on its way from an LMS and back, with what each command printed."""

    def __init__(self, course: Path, platform: Platform) -> None:
        self.course, self.platform, self.lesson = course, platform, platform.lesson
        (release,) = (course / "release" / self.lesson).glob("*.ipynb")
        self.notebook = release.name
        students = [read_student(EXAMPLES / self.lesson / f"{n}.py") for n in platform.examples]
        answers = []
        for student in students:
            made = fill_in(nbformat.read(release, as_version=4), student.answers)
            leave_out_demonstrations(made)
            answers.append(nbformat.writes(made))
        self.points = {
            answer: sum(score.points for score in student.scores.values())
            for answer, student in zip(answers, students, strict=True)
        }
        self.right = answers[0]
        self.members = [
            m if m.number < platform.busy or m.number in UNLISTED else replace(m, answer=None)
            for m in made_up_class(SIZE, answers)
        ]
        self.handed_in = sum(m.answer is not None for m in self.members)
        self.listed = [m for m in self.members if m.number not in UNLISTED]
        self.printed: dict[str, str] = {}

    def again(self) -> list[Member]:
        """Return the class as it hands in the second time."""
        change = {"answer": self.right, "shape": "plain"}
        return [replace(m, **change) if m.number in AGAIN else m for m in self.members]

    def go_round(self, members: list[Member], turn: str) -> None:
        """Take a class in, grade it, and give back grades and feedback."""
        write(self.course, self.platform.files(members, self.listed, self.notebook))
        self.run("collect", "class.zip", "--roster", "class.csv", turn=turn)
        if turn == "first":
            self.spread()
        self.run("autograde", turn=turn)
        self.run("feedback", turn=turn)
        out = f"{self.lesson}-{turn}"
        self.run("export", "--to", f"{out}.csv", "--feedback", f"{out}.zip", turn=turn)

    def run(self, command: str, *arguments: str, turn: str) -> None:
        result = run(["proctor", command, self.lesson, *arguments], self.course)
        text = result.stdout + result.stderr
        # Somebody handed in no notebook at first, which is an exit status of 1.
        refused = command == "autograde" and ", 1 refused, " in text
        assert result.returncode == int(refused), text
        assert "Traceback" not in text
        self.printed[f"{command} {turn}"] = text

    def spread(self) -> None:
        """Grade each answer once, and give its grade to all who handed in the same file."""
        same: dict[str, list[str]] = {}
        for member in self.members:
            is_odd = member.shape != "plain" or member.late or member.number in UNLISTED
            if member.answer and not is_odd:
                same.setdefault(member.answer, []).append(self.platform.key(member))
        firsts = [students[0] for students in same.values()]
        chosen = [part for student in firsts for part in ("--student", student)]
        self.run("autograde", *chosen, turn="of each answer")
        batch = []
        for first, *others in same.values():
            graded = self.course / "autograded" / first / self.lesson
            result = nbformat.read(graded / self.notebook, as_version=4)
            for other in others:
                shutil.copytree(graded, self.course / "autograded" / other / self.lesson)
                batch.append(read_grades(other, None, result))
        with Gradebook(f"sqlite:///{self.course}/gradebook.db") as gradebook:
            GradebookWriter(gradebook, self.lesson, Penalties(), create_student=False).write(batch)

    def grades(self, turn: str) -> dict[str, float]:
        """Return the grades that went back to the LMS."""
        text = (self.course / f"{self.lesson}-{turn}.csv").read_bytes().decode("utf-8-sig")
        return self.platform.read(text)

    def expected(self, members: list[Member], without: tuple[int, ...]) -> dict[str, float]:
        """Return what has to go back."""
        left_out = {*UNLISTED, *without}
        return {
            self.platform.key(m): self.points[m.answer]
            for m in members
            if m.answer and m.number not in left_out
        }


@pytest.fixture(scope="module", params=PLATFORMS, ids=["canvas", "moodle"])
def taught(
    request: pytest.FixtureRequest, built_course: Path, tmp_path_factory: pytest.TempPathFactory
) -> Class:
    course = tmp_path_factory.mktemp("large") / "course"
    shutil.copytree(built_course, course)
    made = Class(course, request.param)
    made.go_round(made.members, "first")
    made.go_round(made.again(), "second")
    return made


def test_the_same_file_gets_the_same_grade(taught: Class) -> None:
    """What was spread is what grading says: nothing of it is out of date."""
    counts = re.search(r": (\d+) graded, (\d+) unchanged", taught.printed["autograde first"])
    assert counts is not None
    # One has no notebook.
    assert int(counts[1]) + int(counts[2]) == taught.handed_in - 1
    assert int(counts[1]) < 12


def test_nobody_of_200_is_lost_and_no_grade_is_invented(taught: Class) -> None:
    assert taught.grades("first") == taught.expected(taught.members, without=(NO_NOTEBOOK,))
    assert taught.grades("second") == taught.expected(taught.again(), without=())
    assert f"{taught.handed_in} new" in taught.printed["collect first"]
    assert taught.printed["collect first"].count("not in the roster") == len(UNLISTED)


def test_only_what_has_changed_goes_round_again(taught: Class) -> None:
    same = taught.handed_in - len(AGAIN)
    changed = f"{len(AGAIN)} handed in again, {same} unchanged"
    assert changed in taught.printed["collect second"]
    summary = f"{taught.handed_in} submissions: {len(AGAIN)} graded, {same} unchanged"
    assert summary in taught.printed["autograde second"]
    assert f"{len(AGAIN)} written" in taught.printed["feedback second"]
    with zipfile.ZipFile(taught.course / f"{taught.lesson}-second.zip") as packed:
        assert len(packed.namelist()) == len(AGAIN)


def test_the_report_of_200_is_whole(taught: Class) -> None:
    taught.run("report", "--html", "report.html", "--csv", "report.csv", turn="second")
    page = (taught.course / "report.html").read_text(encoding="utf-8")
    assert Page(page).active == []
    text = (taught.course / "report.csv").read_text(encoding="utf-8")
    rows = {row["id"]: row for row in csv.DictReader(io.StringIO(text)) if row["id"]}
    assert len(rows) == SIZE
    graded = {student: float(row["points"]) for student, row in rows.items() if row["points"]}
    listed = taught.expected(taught.again(), without=())
    assert {student: graded[student] for student in listed} == listed
    assert len(graded) == len(listed) + len(UNLISTED)
