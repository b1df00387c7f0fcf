"""Malformed submissions: each ends with a grade or a reason, and right ones beside them are right.

Each file in tests/malformed says in its first lines what was done to a right submission and
what must come of it, by `proctor autograde` and by `nbgrader autograde`:

- ``graded: POINTS`` or ``refused: WORDS OF THE REASON``;
- ``note: WORDS``, if the log must hold them;
- ``look: WORDS``, if the end of the run must name them as worth a look;
- ``stock: same`` if nbgrader must give the same grade, ``named`` if it must name the student as
  one that it could not grade and give the same reason, ``named, but not why``, ``unnamed`` if it
  says nothing, or ``not run`` with the reason.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest
from nbgrader.api import Gradebook

from proctor.submission.clean import shown
from tests.support.cases import promise, read_cases
from tests.support.commands import hear_ctrl_c, nbgrader, run, search_path
from tests.support.notebooks import LESSON, right_submission, save, submit
from tests.support.paths import PROGRAMS
from tests.support.scores import class_scores

# Names that must do no harm; they stand before, between and behind the others.
RIGHT = ["-rf", "right-1", "Zoë Müller (2) {x} ^$+| 😀 ..", "z" * 250]


@dataclass
class Case:
    """A malformed submission, and what must come of it."""

    name: str
    module: ModuleType

    @property
    def student(self) -> str:
        """Its folder's name."""
        return str(getattr(self.module, "STUDENT", self.name))

    def expected(self, what: str) -> str:
        """Return what the first lines say must come of it, or nothing."""
        return promise(self.module, what)


CASES = [Case(name, module) for name, module in read_cases("malformed").items()]
GRADED = [case for case in CASES if case.expected("graded")]
REFUSED = [case for case in CASES if case.expected("refused")]
STOCK = [case for case in CASES if not case.expected("stock").startswith("not run")]


@dataclass
class GradedClass:
    """A class that has been graded: where, what was printed, and the points."""

    course: Path
    log: str
    scores: dict[str, float]


def make_class(course: Path, cases: list[Case]) -> None:
    """Put the malformed submissions into submitted/, and right ones between them."""
    for student in RIGHT:
        save(submit(course, student), right_submission(course)[1])
    for case in cases:
        case.module.make(submit(course, case.student), *right_submission(course))


def read_scores(course: Path) -> dict[str, float]:
    """Return each student's points in the lesson."""
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        return {
            student: sum(score.points for score in row.values())
            for student, row in class_scores(gradebook, LESSON).items()
        }


def all_files(folder: Path) -> list[Path]:
    """Return everything below a folder."""
    return sorted(path for path in folder.rglob("*"))


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory, built_course: Path) -> Iterator[GradedClass]:
    """All cases as one class, graded by proctor, with feedback."""
    course = Path(shutil.copytree(built_course, tmp_path_factory.mktemp("malformed") / "course"))
    try:
        make_class(course, CASES)
        result = run(["proctor", "autograde", LESSON], course)
        assert result.returncode == 1, result.stderr  # since some have no grade
        nbgrader(course, "generate_feedback", LESSON)
        yield GradedClass(course, result.stdout + result.stderr, read_scores(course))
    finally:
        # pytest would clean up with shutil.rmtree, which gives up on deep folders.
        subprocess.run(["rm", "-r", course / "submitted"], check=True)


@pytest.fixture(scope="module")
def graded_by_stock(tmp_path_factory: pytest.TempPathFactory, built_course: Path) -> GradedClass:
    """The cases that nbgrader survives as one class, graded by `nbgrader autograde`."""
    course = Path(shutil.copytree(built_course, tmp_path_factory.mktemp("stock") / "course"))
    make_class(course, STOCK)
    result = run(["nbgrader", "autograde", LESSON], course)
    assert result.returncode == 1, result.stderr
    return GradedClass(course, result.stdout + result.stderr, read_scores(course))


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 20
    for case in CASES:
        assert bool(case.expected("graded")) != bool(case.expected("refused")), case.name
        assert re.match("same|named|unnamed|not run, since ", case.expected("stock")), case.name


@pytest.mark.parametrize("student", RIGHT)
def test_right_submissions_get_full_marks(student: str, graded: GradedClass) -> None:
    assert graded.scores[student] == 30, graded.log


@pytest.mark.parametrize("case", GRADED, ids=lambda case: case.name)
def test_graded(case: Case, graded: GradedClass) -> None:
    assert graded.scores.get(case.student) == float(case.expected("graded")), graded.log
    assert f"\n{shown(case.student)}: graded" in f"\n{graded.log}"
    notes = [line for line in graded.log.splitlines() if f"] {shown(case.student)}: " in line]
    note = case.expected("note")
    assert not note or any(note in line for line in notes), notes


def test_what_is_worth_a_look_is_named_at_the_end(graded: GradedClass) -> None:
    _, _, rest = graded.log.partition("Worth a look")
    table = " ".join(rest.partition("Without a grade")[0].split())
    words = [case.expected("look") for case in GRADED]
    assert any(words)
    assert [text for text in words if text not in table] == []


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.name)
def test_refused_with_a_reason(case: Case, graded: GradedClass) -> None:
    assert case.student not in graded.scores
    shown = case.student.replace("\n", "\\n")
    (line,) = (line for line in graded.log.splitlines() if line.startswith(f"{shown}: "))
    assert line.startswith(f"{shown}: refused, ")
    assert case.expected("refused") in line
    assert not (graded.course / "autograded" / case.student).exists()


def test_the_run_ends_with_a_table_and_the_counts(graded: GradedClass) -> None:
    _, _, table = graded.log.partition("Without a grade")
    for case in REFUSED:
        assert f"  {case.student.replace(chr(10), chr(92) + 'n')} " in table
    number = len(CASES) + len(RIGHT)
    counts = f"{number} submissions: {len(GRADED) + len(RIGHT)} graded, 0 unchanged, "
    assert f"{counts}{len(REFUSED)} refused, 0 failed" in table


def check_no_link_leads_out(course: Path, folder: str) -> None:
    """Check that no link, nor what a link leads to, has come into a folder of the course."""
    password = Path("/etc/passwd").read_bytes()
    for path in all_files(course / folder):
        assert path.is_file() or path.is_dir(), path
        assert not path.is_symlink(), path
        if path.is_file():
            assert path.name not in {"master.txt", "classmate.txt", "passwd.txt"}, path
            assert path.read_bytes() != password, path


def test_links_lead_nowhere(graded: GradedClass) -> None:
    check_no_link_leads_out(graded.course, "autograded")
    check_no_link_leads_out(graded.course, "feedback")
    for path in all_files(graded.course / "feedback"):
        assert path.suffix != ".ipynb"


def test_nothing_is_left_behind(graded: GradedClass) -> None:
    students = {case.student for case in GRADED} | set(RIGHT)
    assert {path.name for path in (graded.course / "autograded").glob("[!.]*")} == students


@pytest.mark.slow
@pytest.mark.parametrize("student", RIGHT)
def test_right_submissions_get_full_marks_from_nbgrader(
    student: str, graded_by_stock: GradedClass
) -> None:
    assert graded_by_stock.scores[student] == 30


@pytest.mark.slow
@pytest.mark.parametrize("case", STOCK, ids=lambda case: case.name)
def test_nbgrader(case: Case, graded_by_stock: GradedClass) -> None:
    error = f"assignment '{LESSON}' for student '{case.student}'"
    expected = case.expected("stock")
    if expected == "same":
        assert graded_by_stock.scores[case.student] == float(case.expected("graded"))
    else:
        assert not graded_by_stock.scores.get(case.student)
        assert (error in graded_by_stock.log) == expected.startswith("named")
    if expected == "named" and case.expected("refused"):
        assert case.expected("refused") in graded_by_stock.log


@pytest.mark.slow
def test_links_lead_nowhere_under_nbgrader(graded_by_stock: GradedClass) -> None:
    check_no_link_leads_out(graded_by_stock.course, "autograded")


@pytest.mark.slow
def test_only_what_has_changed_is_graded_again(scratch_course: Path) -> None:
    right = right_submission(scratch_course)[1]
    folder = submit(scratch_course, "student")
    save(folder, right)
    first = run(["proctor", "autograde", LESSON], scratch_course)
    assert first.returncode == 0, first.stdout + first.stderr
    assert "student: graded, 30 of 30 points" in first.stdout
    again = run(["proctor", "autograde", LESSON], scratch_course)
    assert again.returncode == 0
    assert again.stdout == "1 submission: 0 graded, 1 unchanged, 0 refused, 0 failed\n"

    # What cannot be graded leaves the earlier grade alone, files included.
    before = {path: path.stat().st_mtime_ns for path in all_files(scratch_course / "autograded")}
    save(folder, "not JSON")
    broken = run(["proctor", "autograde", LESSON], scratch_course)
    assert broken.returncode == 1
    assert "the grade from before stands" in broken.stdout
    after = {path: path.stat().st_mtime_ns for path in all_files(scratch_course / "autograded")}
    assert after == before
    assert read_scores(scratch_course) == {"student": 30}

    save(folder, right)
    (folder / "timestamp.txt").write_text("2030-01-01 00:00:00 UTC")
    changed = run(["proctor", "autograde", LESSON, "--student", "student"], scratch_course)
    assert "student: graded, 30 of 30 points" in changed.stdout


@pytest.mark.slow
def test_ctrl_c_stops_cleanly(scratch_course: Path) -> None:
    notebook = right_submission(scratch_course)[1]
    save(submit(scratch_course, "a_right"), notebook)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "zero_pad":
            cell.source = "import time\ntime.sleep(60)"
    save(submit(scratch_course, "b_slow"), notebook)
    autograded = scratch_course / "autograded"
    process = subprocess.Popen(
        [PROGRAMS / "proctor", "autograde", LESSON],
        cwd=scratch_course,
        env={**os.environ, "PATH": search_path()},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=hear_ctrl_c,
    )
    deadline = time.monotonic() + 60
    while not (autograded / "a_right").exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    time.sleep(2)  # The second one runs by now, or is about to.
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=300)
    assert process.returncode == 130, output
    assert "Interrupted" in output
    assert [path.name for path in autograded.glob("[!.]*")] == ["a_right"]
    assert read_scores(scratch_course) == {"a_right": 30}


def test_a_feedback_folder_holds_the_page_and_nothing_else(graded: GradedClass) -> None:
    for case in GRADED:
        folder = graded.course / "feedback" / case.student / LESSON
        assert [path.name for path in folder.iterdir()] == ["convolutional_layer.html"]
        page = (folder / "convolutional_layer.html").read_text(encoding="utf-8")
        assert "30 points" in page
        assert "<script" not in page
        assert "Graded with Python 3." in page
