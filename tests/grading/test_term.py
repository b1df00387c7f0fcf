"""A term with a made-up class, as docs/teaching.md walks through it: its commands, in its order."""

from __future__ import annotations

import csv
import io
import re
import shlex
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook

from tests.support.commands import run
from tests.support.lms import (
    FORMULA,
    MARKUP,
    Member,
    canvas_roster,
    canvas_zip,
    made_up_class,
    write,
)
from tests.support.notebooks import LESSON, NAME, answered, leave_out_demonstrations
from tests.support.page import Page
from tests.support.paths import ROOT

SIZE = 24
GUIDE = (ROOT / "docs" / "teaching.md").read_text(encoding="utf-8")
# What a person with a fresh clone did before, and what needs another course.
ELSEWHERE = ("make ", "source ", "proctor check", "proctor restore")
WRONG = ("bias_dropped", "ceil_for_floor", "half_solved")


def commands() -> Iterator[list[str]]:
    """Yield the commands of the guide."""
    for block in re.findall(r"^```\n(.*?)^```", GUIDE, re.M | re.S):
        for line in block.splitlines():
            if not line.startswith(ELSEWHERE):
                yield shlex.split(line)


class Term:
    """A course in which all commands of the guide have run, with what each printed."""

    def __init__(self, course: Path) -> None:
        self.course = course
        self.printed: dict[str, str] = {}
        names = ("right_loops", *WRONG)
        answers = []
        for name in names:
            notebook = answered(course, name)
            leave_out_demonstrations(notebook)
            answers.append(nbformat.writes(notebook))
        self.members = made_up_class(SIZE, answers)
        self.right = answers[0]
        # Somebody came later, and was never in the list.
        self.listed = [member for member in self.members if member.number != SIZE - 2]
        # The second time, number 9 has everything right, and number 6 a notebook.
        changes = {9: {"answer": self.right}, 6: {"shape": "plain"}}
        later = [replace(m, **changes.get(m.number, {})) for m in self.members]
        write(course, self.files("", self.members) | self.files("-2", later))

    def files(self, ending: str, members: list[Member]) -> dict[str, str | bytes]:
        return {
            f"canvas{ending}.zip": canvas_zip(members, NAME),
            f"canvas{ending}.csv": canvas_roster(self.listed, LESSON, 30),
        }

    def run(self) -> None:
        for command in commands():
            result = run(command, self.course)
            text = result.stdout + result.stderr
            # Number 6 handed in no notebook at first, and said so is an exit status of 1.
            refused = command[1] == "autograde" and ", 1 refused, " in text
            assert result.returncode == int(refused), (command, text)
            assert "Traceback" not in text and "Warning:" not in text, (command, text)
            self.printed[" ".join(command)] = text

    def rows(self, name: str) -> dict[str, dict[str, str]]:
        text = (self.course / name).read_text(encoding="utf-8-sig")
        return {row["ID"]: row for row in csv.DictReader(io.StringIO(text))}

    def grades(self, name: str) -> dict[str, float]:
        column = f"{LESSON} (12)"
        return {student: float(row[column]) for student, row in self.rows(name).items() if student}


@pytest.fixture(scope="module")
def term(built_course: Path, tmp_path_factory: pytest.TempPathFactory) -> Term:
    course = tmp_path_factory.mktemp("term") / "course"
    shutil.copytree(built_course, course)
    made = Term(course)
    made.run()
    return made


def expected(member: Member) -> float:
    """Return what the example student scores whose answer a member handed in."""
    return (30, 28, 23, 10)[member.number % 4]


def test_the_guide_has_the_commands_of_a_term() -> None:
    verbs = {" ".join(command[:2]) for command in commands()}
    words = ("update", "collect", "autograde", "report", "feedback", "export", "extend", "student")
    assert {f"proctor {word}" for word in (*words, "backup")} <= verbs


def test_nobody_is_lost_and_no_grade_is_invented(term: Term) -> None:
    graded = {m.canvas_id: expected(m) for m in term.listed if m.answer and m.number != 6}
    assert term.grades("grades.csv") == graded
    again = graded | {"210009": 30.0, "210006": expected(term.members[6])}
    assert term.grades("grades-2.csv") == again
    said = term.printed[f"proctor export {LESSON} --to grades.csv --feedback feedback.zip"]
    assert "210006" in said and "it contains no notebook" in said
    assert "210023" in said and "nothing handed in" in said
    assert "210022" in said and "not in the LMS's list" in said


def test_collecting_says_what_is_odd(term: Term) -> None:
    said = term.printed[f"proctor collect {LESSON} canvas.zip --roster canvas.csv"]
    for words in (
        "work.zip",
        "2 notebooks",
        "no notebook",
        "late, says the LMS",
        "not in the roster",
    ):
        assert words in said
    assert "23 new, 0 handed in again, 0 unchanged, 0 not taken, 0 only before, 1 nothing" in said
    again = term.printed[f"proctor collect {LESSON} canvas-2.zip --roster canvas-2.csv"]
    assert "0 new, 2 handed in again, 21 unchanged, 0 not taken, 0 only before, 1 nothing" in again


def test_what_was_there_before_is_kept_with_its_grade(term: Term) -> None:
    (kept,) = (term.course / "history" / LESSON / "210009").iterdir()
    assert (kept / "submitted" / NAME).read_text() == term.members[9].answer
    assert '"points": 28.0' in (kept / "grades.json").read_text()
    assert (kept / "autograded" / NAME).exists()


def test_feedback_goes_back_once_under_the_lms_s_names(term: Term) -> None:
    with zipfile.ZipFile(term.course / "feedback.zip") as packed:
        first = packed.namelist()
        page = packed.read("novakana_210005_9000050_feedback.html").decode()
    assert len(first) == 22
    assert "studentnumber7" not in page
    with zipfile.ZipFile(term.course / "feedback-2.zip") as packed:
        again = sorted(packed.namelist())
    assert [name.split("_")[1] for name in again] == ["210006", "210009"]


def test_names_are_harmless_everywhere(term: Term) -> None:
    assert term.rows("grades.csv")["210000"]["Student"] == "'" + FORMULA
    for row in csv.reader(io.StringIO((term.course / "report.csv").read_text(encoding="utf-8"))):
        assert not any(cell.startswith(("=", "@", "+")) for cell in row)
    for name in ("report.html", "course.html", "anonymous.html"):
        text = (term.course / name).read_text(encoding="utf-8")
        assert Page(text).active == [], name
        assert MARKUP not in text
        assert "\u202e" not in text
    printed = "".join(term.printed.values())
    assert not set("\u202e\x1b") & set(printed)


def test_an_anonymous_report_names_nobody(term: Term) -> None:
    text = (term.course / "anonymous.html").read_text(encoding="utf-8")
    for member in term.members:
        assert member.canvas_id not in text
        assert member.email not in text
        assert member.name not in text


def test_a_student_who_leaves_is_nowhere(term: Term) -> None:
    assert not [path for path in term.course.rglob("*210012*") if path.suffix != ".zip"]
    for path in (term.course / "downloaded").rglob("*.*"):
        assert b"210012" not in path.read_bytes()
    with Gradebook(f"sqlite:///{term.course}/gradebook.db") as gradebook:
        assert "210012" not in {student.id for student in gradebook.students}
        late = gradebook.find_submission(LESSON, "210007")
        assert late.extension is not None and late.extension.days == 3


def test_a_backup_is_all_that_a_term_is(term: Term, built_course: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(built_course, other, ignore=shutil.ignore_patterns("gradebook.db"))
    shutil.copy(term.course / "term.tar.gz", other)
    assert (other / "term.tar.gz").stat().st_mode & 0o077 == 0
    restored = run(["proctor", "restore", "term.tar.gz"], other)
    assert restored.returncode == 0, restored.stderr
    again = run(["proctor", "autograde", LESSON], other)
    assert "22 submissions: 0 graded, 22 unchanged" in again.stdout
    table = run(["proctor", "report", LESSON], other).stdout
    assert table == run(["proctor", "report", LESSON], term.course).stdout
    twice = run(["proctor", "restore", "term.tar.gz"], other)
    assert twice.returncode == 1 and "already" in twice.stderr
