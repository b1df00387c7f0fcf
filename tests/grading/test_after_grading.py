"""What may change after somebody was graded: due dates, extensions, points and comments by hand."""

from __future__ import annotations

import csv
import io
import os
import re
import shutil
import tarfile
import threading
import time
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from nbgrader.api import Gradebook

from proctor.grading.gradebook import GradebookWriter, Graded
from proctor.grading.lock import alone_with
from proctor.grading.penalties import Penalties
from proctor.lms.record import Downloads, Record
from tests.support.commands import nbgrader, run
from tests.support.lms import canvas_roster, made_up_class, moodle_roster, moodle_zip, write
from tests.support.notebooks import LESSON, NAME, right_submission, save, submit


def said(course: Path, *command: str) -> str:
    result = run(["proctor", *command], course)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def in_gradebook(course: Path, change: Callable[[Gradebook], None]) -> None:
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        change(gradebook)
        gradebook.db.commit()


@pytest.fixture(scope="module")
def graded(built_course: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with one graded student, late by a day. Don't change it."""
    course = tmp_path_factory.mktemp("graded") / "course"
    shutil.copytree(built_course, course)
    with (course / "nbgrader_config.py").open("a") as config:
        config.write("\nc.LateSubmissionPlugin.penalty_method = 'zero'\n")
    folder = submit(course, "ada")
    notebook = right_submission(course)[1]
    save(folder, notebook)
    (folder / "timestamp.txt").write_text("2027-03-02 23:59:00 UTC")
    due = "2027-03-01 23:59 UTC"
    nbgrader(course, "db", "assignment", "add", LESSON, "--duedate", due)
    assert "0 of 30 points (30 off for being late)" in said(course, "autograde", LESSON)
    assert "1 written" in said(course, "feedback", LESSON)
    return course


@pytest.fixture
def course(graded: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(graded, tmp_path / "course"))


def page(course: Path) -> str:
    (path,) = (course / "feedback" / "ada" / LESSON).glob("*.html")
    return path.read_text(encoding="utf-8")


def test_all_ways_agree_on_what_being_late_costs(course: Path) -> None:
    assert "0/30" in said(course, "report", LESSON)
    assert "Due 1 March 2027, 23:59 UTC" in said(course, "report", LESSON)
    assert "0 of 30 points" in page(course)
    nbgrader(course, "export")
    rows = csv.DictReader(io.StringIO((course / "grades.csv").read_text()))
    row = next(row for row in rows if row["assignment"] == LESSON)
    assert (row["score"], row["late_submission_penalty"], row["status"]) == (
        "0.0",
        "30.0",
        "graded",
    )


def test_nbgraders_export_says_which_grades_are_of_earlier_work(course: Path) -> None:
    (course / "submitted" / "ada" / LESSON / "more.txt").write_text("handed in again")
    nbgrader(course, "export")
    rows = csv.DictReader(io.StringIO((course / "grades.csv").read_text()))
    row = next(row for row in rows if row["assignment"] == LESSON)
    assert row["score"] == "0.0" and row["status"].startswith("handed in again")


def test_submissions_are_taken_in_by_one_command_at_a_time(course: Path) -> None:
    with zipfile.ZipFile(course / "a.zip", "w") as packed:
        packed.writestr("ada_7_8_notebook.ipynb", b"{}")
    (course / "a.csv").write_text("id,first_name,last_name,email\n7,Ada,,\n")
    pattern = r"[a-z]+_(?P<student_id>[0-9]+)_[0-9]+_(?P<file_id>.+)"
    command = ["proctor", "collect", LESSON, "a.zip", "--roster", "a.csv", "--pattern", pattern]
    with alone_with(course / "autograded", LESSON):
        refused = run(command, course)
    assert refused.returncode == 1 and refused.stderr.startswith("Another proctor command")
    assert not (course / "submitted" / "7").exists()
    assert run(command, course).returncode == 0
    assert (course / "submitted" / "7").exists()


def test_of_several_zips_the_last_counts(scratch_course: Path) -> None:
    for name, other, work in ("old.zip", 51, b"{}"), ("new.zip", 52, b"[]"):
        with zipfile.ZipFile(scratch_course / name, "w") as packed:
            packed.writestr("ada_7_8_notebook.ipynb", work)
            packed.writestr(f"eva_{other}_9_notebook.ipynb", b"{}")
    (scratch_course / "a.csv").write_text("id,first_name,last_name,email\n7,Ada,,\n")
    pattern = r"[a-z]+_(?P<student_id>[0-9]+)_[0-9]+_(?P<file_id>.+)"
    command = ["collect", LESSON, "old.zip", "new.zip", "--roster", "a.csv", "--pattern", pattern]
    text = said(scratch_course, *command)
    assert text.count("in several of the zips: what counts is in new.zip") == 1
    assert (scratch_course / "submitted" / "7" / LESSON / NAME).read_bytes() == b"[]"
    assert (scratch_course / "submitted" / "51").is_dir()
    assert (scratch_course / "submitted" / "52").is_dir()
    again = said(scratch_course, *command)
    assert "3 unchanged" in again and "older" not in again


def test_an_extension_is_applied_without_grading_anew(course: Path) -> None:
    until = said(course, "extend", LESSON, "ada", "--until", "2027-03-05 01:00 +02:00")
    assert "until 4 March 2027, 23:00 UTC" in until
    (course / "feedback" / "ada" / LESSON / "kept").touch()
    assert "1 written" in said(course, "feedback", LESSON)
    assert "30 of 30 points" in page(course)
    pages = course / "feedback" / "ada" / LESSON
    assert not (pages / "kept").exists()
    # nbgrader's exchange asks for it.
    assert "2027-03-02" in (pages / "timestamp.txt").read_text()
    assert "30/30" in said(course, "report", LESSON)
    assert "0 graded, 1 unchanged" in said(course, "autograde", LESSON)


def due_later(gradebook: Gradebook) -> None:
    gradebook.find_assignment(LESSON).duedate = datetime(2027, 4, 1)


def test_autograde_says_whose_points_a_due_date_changed(course: Path) -> None:
    in_gradebook(course, due_later)
    text = said(course, "autograde", LESSON)
    assert "ada: unchanged, 30 of 30 points\n" in text
    assert "Changed points" in text


def test_a_regrade_says_whose_points_a_due_date_changed(course: Path) -> None:
    in_gradebook(course, due_later)
    # What is handed in again, without a time, keeps that of before, as in nbgrader.
    (course / "submitted" / "ada" / LESSON / "timestamp.txt").unlink()
    text = said(course, "autograde", f"{LESSON}/")
    assert "ada: graded, 30 of 30 points\n" in text
    assert re.search(r"Changed points\s.*\bada\b.*\b0\b.*\b30\b", text, re.DOTALL)
    assert "the time of an earlier submission counts, 2027-03-02 23:59 UTC" in text


def test_autograde_says_who_was_late_and_loses_nothing(course: Path) -> None:
    def without_time(gradebook: Gradebook) -> None:
        gradebook.find_submission(LESSON, "ada").timestamp = None

    in_gradebook(course, without_time)
    (course / "submitted" / "ada" / LESSON / "timestamp.txt").unlink()
    folders: Any = SimpleNamespace(coursedir=SimpleNamespace(root=str(course)))
    Downloads(folders, LESSON).keep(Record(late=["ada", "somebody else"]))
    text = said(course, "autograde", LESSON)
    assert "1 graded" in text
    assert re.search(
        r"Worth a look\s.*\bada\b +1 +late, says the LMS; no time is known", text, re.S
    )
    # Where being late costs nothing, nobody has to look it up.
    free = "--LateSubmissionPlugin.penalty_method=none"
    assert "says the LMS" not in said(course, "autograde", LESSON, free)


def test_a_comment_and_points_by_hand_reach_the_student(course: Path) -> None:
    def by_hand(gradebook: Gradebook) -> None:
        where = (NAME.removesuffix(".ipynb"), LESSON, "ada")
        gradebook.find_comment("zero_pad", *where).manual_comment = "Well *done*."
        gradebook.find_grade("zero_pad-shape", *where).extra_credit = 2

    assert "0 written, 1 unchanged" in said(course, "feedback", LESSON)
    in_gradebook(course, by_hand)
    assert "1 written, 0 unchanged" in said(course, "feedback", LESSON)
    assert "Well <em>done</em>." in page(course)
    assert "5+2/5" in said(course, "report", LESSON)
    assert "0 written, 1 unchanged" in said(course, "feedback", LESSON)


def test_two_graders_at_once_while_all_is_graded_anew(course: Path) -> None:
    """Each enters points and comments for exercises of their own, and nothing is lost."""
    where = (NAME.removesuffix(".ipynb"), LESSON, "ada")
    shares = {"first": ("zero_pad", "pool_forward"), "second": ("conv_single_step", "conv_forward")}
    regraded = threading.Event()

    def grade(grader: str) -> int:
        """Save each box when it is left, as the formgrader does; return how often."""
        rounds = 0
        # On a slow disk others may write for longer than the usual five seconds.
        with Gradebook(f"sqlite:///{course}/gradebook.db?timeout=60") as gradebook:
            while not regraded.is_set():
                rounds += 1
                for exercise in shares[grader]:
                    text = f"{grader} {rounds}"
                    gradebook.find_comment(exercise, *where).manual_comment = text
                    gradebook.db.commit()
                    gradebook.find_grade(f"{exercise}-reference", *where).extra_credit = rounds
                    gradebook.db.commit()
                time.sleep(0.05)
        return rounds

    with ThreadPoolExecutor(2) as graders:
        running = {grader: graders.submit(grade, grader) for grader in shares}
        try:
            assert "ada: graded" in said(course, "autograde", LESSON, "--force")
        finally:
            regraded.set()
        rounds = {grader: grading.result() for grader, grading in running.items()}
    assert min(rounds.values()) > 1
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        for grader, exercises in shares.items():
            for exercise in exercises:
                comment = gradebook.find_comment(exercise, *where).manual_comment
                assert comment == f"{grader} {rounds[grader]}"
                by_test = gradebook.find_grade(f"{exercise}-reference", *where)
                assert by_test.extra_credit == rounds[grader]
                assert by_test.auto_score == by_test.max_score


def test_a_page_that_cannot_be_written_costs_no_other(course: Path) -> None:
    (course / "autograded" / "ada" / LESSON / NAME).unlink()
    result = run(["proctor", "feedback", LESSON], course)
    assert result.returncode == 1
    assert "its graded notebook is missing" in result.stdout
    (course / "autograded" / "ada" / LESSON / NAME).write_text("{")
    shutil.rmtree(course / "feedback")
    result = run(["proctor", "feedback", LESSON], course)
    assert result.returncode == 1 and "cannot be written" in result.stdout


def test_feedback_that_cannot_be_removed_costs_no_other(course: Path) -> None:
    """It may be somebody else's, for instance."""
    shutil.rmtree(course / "feedback")
    (course / "feedback").mkdir()
    (course / "feedback" / "ada").touch()
    # The one in the way comes first.
    shutil.copytree(course / "submitted" / "ada", course / "submitted" / "ben")
    result = run(["proctor", "autograde", LESSON, "--force"], course)
    assert result.returncode == 1
    assert "ada: failed, grading stopped with NotADirectoryError" in result.stdout
    assert "ben: graded, 0 of 30 points (30 off for being late)" in result.stdout
    (course / "feedback" / "ada").unlink()
    assert "ada: graded, 0 of 30 points (30 off" in said(course, "autograde", LESSON)


def test_a_lesson_without_grades_is_no_empty_table(course: Path) -> None:
    other = run(["proctor", "report", "02_backpropagation"], course)
    assert other.returncode == 1
    assert "Nobody has a grade for 02_backpropagation yet: 0 handed in something" in other.stderr


def test_what_was_handed_in_since_is_no_grade(course: Path) -> None:
    (course / "submitted" / "ada" / LESSON / NAME).write_text("{")
    assert "the grade is of an earlier submission" in said(course, "report", LESSON)


def test_a_grade_without_its_notebook_is_no_grade_of_now(course: Path) -> None:
    said(course, "autograde", LESSON)
    assert "is missing" not in said(course, "report", LESSON)
    (course / "autograded" / "ada" / LESSON / NAME).unlink()
    assert "the graded notebook is missing" in said(course, "report", LESSON)
    assert "1 graded, 0 unchanged" in said(course, "autograde", LESSON)
    assert "is missing" not in said(course, "report", LESSON)


@pytest.mark.parametrize(
    "until",
    ["tomorrow", "2027-02-01 12:00 UTC", "2027-13-01 12:00 UTC", "9999-12-31 23:00 UTC"],
)
def test_times_that_extend_nothing(course: Path, until: str) -> None:
    result = run(["proctor", "extend", LESSON, "ada", "--until", until], course)
    assert result.returncode == 1
    reasons = ("is no time that is clear", "not after the due date", "more than 10 years after")
    assert any(reason in result.stderr for reason in reasons)
    assert "Traceback" not in result.stderr


def test_more_time_is_for_whoever_is_meant(course: Path) -> None:
    due = ["nbgrader", "db", "assignment", "add", LESSON, "--duedate", "2027-03-01 12:00 UTC"]
    assert run(due, course).returncode == 0
    in_gradebook(course, lambda gradebook: gradebook.add_student("\u00e9va"))
    said(course, "extend", LESSON, "e\u0301va", "--until", "2027-03-05 12:00 UTC")
    found: list[str] = []
    in_gradebook(course, lambda gradebook: found.extend(one.id for one in gradebook.students))
    assert sorted(found) == ["ada", "\u00e9va"]


def test_a_backup_has_every_file_that_was_handed_in(course: Path) -> None:
    names = {".lock.py", ".staging-1", "inner/.collect-1"}
    for name in names:
        path = course / "submitted" / "ada" / LESSON / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x")
    said(course, "backup", "term.tar.gz")
    with tarfile.open(course / "term.tar.gz") as archive:
        saved = set(archive.getnames())
    assert {f"submitted/ada/{LESSON}/{name}" for name in names} <= saved
    assert not [name for name in saved if name.startswith("autograded/.lock")]


def test_nobody_who_is_not_there_is_removed(course: Path) -> None:
    for name in ("nobody", ".gitignore", "../submitted", "..", ".", "", "a/b"):
        result = run(["proctor", "student", "remove", name, "--yes"], course)
        assert result.returncode == 1 and "knows a student" in result.stderr
    assert (course / "submitted" / "ada").is_dir()


def test_a_student_is_removed_however_the_name_is_written(course: Path) -> None:
    ada = course / "submitted" / "ada"
    for spelled in ("e\u0301va", "\u00e9va"):
        shutil.copytree(ada, course / "submitted" / "e\u0301va")
        said(course, "autograde", LESSON)
        said(course, "student", "remove", spelled, "--yes")
        assert {path.name for path in (course / "submitted").iterdir()} == {"ada"}
        assert "va" not in said(course, "report", LESSON).replace("behaviours", "")


@pytest.mark.parametrize("name", ["<b>eva", "*", "e\nva", os.fsdecode(b"e\xffva")])
def test_whoever_is_refused_for_the_name_can_be_removed(name: str, course: Path) -> None:
    shutil.copytree(course / "submitted" / "ada", course / "submitted" / name)
    said(course, "student", "remove", name, "--yes")
    assert [path.name for path in (course / "submitted").iterdir()] == ["ada"]
    assert "ada" in said(course, "report", LESSON)


def test_points_by_hand_are_looked_at_again_when_a_file_changes(course: Path) -> None:
    def by_hand(gradebook: Gradebook) -> None:
        grade = gradebook.find_grade("zero_pad-shape", NAME.removesuffix(".ipynb"), LESSON, "ada")
        grade.manual_score, grade.needs_manual_grade = 0.5, False

    helper = course / "submitted" / "ada" / LESSON / "helper.py"
    helper.write_text("ONE = 1")
    said(course, "autograde", LESSON)
    in_gradebook(course, by_hand)
    assert "overridden by hand" not in said(course, "autograde", LESSON, "--force")
    helper.write_text("ONE = 2")
    assert "zero_pad-shape: overridden by hand: 0.5," in said(course, "autograde", LESSON)


def test_a_class_from_moodle_and_back(scratch_course: Path) -> None:
    """Without running code: what a grade is does not matter here."""
    members = made_up_class(12, ["{}"])
    files: dict[str, str | bytes] = {
        "moodle.zip": moodle_zip(members, NAME),
        "moodle.csv": moodle_roster(members, 100).replace(
            '"Abgegeben"', '"Abgegeben - Verlängert bis: Dienstag, 2. März 2027, 23:59"', 1
        ),
    }
    write(scratch_course, files)
    take_in = ["collect", LESSON, "moodle.zip", "--roster", "moodle.csv"]
    text = said(scratch_course, *take_in)
    assert "12 students: 11 new" in text
    assert "23:59, says the LMS: `proctor extend` makes it count here" in text
    due = ["nbgrader", "db", "assignment", "add", LESSON, "--duedate", "2027-03-01 23:59 UTC"]
    assert run(due, scratch_course).returncode == 0
    said(scratch_course, "extend", LESSON, members[0].email, "--until", "2027-03-02 23:59 UTC")
    assert "proctor extend" not in said(scratch_course, *take_in)
    kept = (scratch_course / "downloaded" / LESSON / "roster.csv").read_bytes()
    lines = moodle_roster(members, 100).splitlines(keepends=True)
    lines = [re.sub("^((?:[^;]*;){2})[^;]*;", r"\1", line) for line in lines]
    write(scratch_course, {"numbers.csv": "".join(lines)})
    refused = run(["proctor", *take_in[:-1], "numbers.csv"], scratch_course)
    assert refused.returncode == 1 and "students would be there twice" in refused.stderr
    write(scratch_course, {"canvas.csv": canvas_roster(members, LESSON, 30)})
    wrong = ["collect", LESSON, "moodle.zip", "--roster", "canvas.csv"]
    refused = run(["proctor", *wrong], scratch_course)
    assert refused.returncode == 1
    assert "Is canvas.csv the list of the LMS that the zip comes from?" in refused.stderr
    other = (
        (scratch_course / "moodle.csv").read_bytes().replace(b"Teilnehmer/in3", b"Teilnehmer/in9")
    )
    write(scratch_course, {"other.csv": other})
    refused = run(["proctor", *wrong[:-1], "other.csv"], scratch_course)
    assert refused.returncode == 1 and "nobody in moodle.zip is in other.csv" in refused.stderr
    assert (scratch_course / "downloaded" / LESSON / "roster.csv").read_bytes() == kept

    def grade(gradebook: Gradebook) -> None:
        cells = [cell.name for cell in gradebook.find_notebook(NAME[:-6], LESSON).grade_cells]
        writer = GradebookWriter(gradebook, LESSON, Penalties(), create_student=False)
        scores: dict[str, float | None] = dict.fromkeys(cells, 1.0)
        writer.write([Graded("student5@example.org", None, scores, {})])
        student = gradebook.find_student("student5@example.org")
        assert (student.first_name, student.last_name) == ("Ana", "Novak")

    in_gradebook(scratch_course, grade)
    refused = run(["proctor", "export", LESSON, "--to", "out.csv"], scratch_course)
    assert refused.returncode == 1 and "--scale" in refused.stderr
    assert "column 'Bewertung' in the list has a maximum of 100" in refused.stderr
    said(scratch_course, "export", LESSON, "--to", "out.csv", "--scale", "--feedback", "f.zip")
    # Nobody's page is new, and an empty one would be in the way of the next.
    assert not (scratch_course / "f.zip").exists()
    out = (scratch_course / "out.csv").read_bytes().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(out, newline=""), delimiter=";"))
    # The notebook of number 5 is no notebook, so this grade is of an earlier one.
    assert {row["Bewertung"] for row in rows} == {""}
    shutil.rmtree(scratch_course / "submitted" / "student5@example.org")
    said(scratch_course, "export", LESSON, "--to", "out.csv", "--scale")
    out = (scratch_course / "out.csv").read_bytes().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(out, newline=""), delimiter=";"))
    grades = {row["ID"]: row["Bewertung"] for row in rows if row["Bewertung"]}
    assert grades == {"Teilnehmer/in3005": "63,33"}
