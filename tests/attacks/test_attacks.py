"""Attacks: each submission scores what its honest work deserves, and costs the others nothing.

Each file in tests/attacks says in its first lines what it tries, and what must come of it:

- ``graded: POINTS``, or ``graded: LOW to HIGH`` where it depends on time;
- ``loses: TEST CELLS``, where only these are lost;
- ``note: WORDS`` that must stand in the graded notebook, or in the log: either the reason, or
  what the attack printed to show that it ran; {CELL}, {CALL} and {SUBMISSION} are limits of time,
  {MEMORY} is the limit on memory;
- ``stock: same`` if it is graded by ``nbgrader autograde``, too;

A hidden test of the lesson holds a random canary, as text and as an expected array.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import psutil
import pytest
from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from traitlets.config import Config

from proctor import configure
from proctor.grading.staging import read_used
from tests.attacks.tools import NAME
from tests.support.attacks import (
    ATTACKS,
    CALL,
    CANARY,
    MEMORY,
    RIGHT,
    SUBMISSION,
    Attack,
    make_canary_course,
    make_class,
)
from tests.support.commands import nbgrader
from tests.support.notebooks import LESSON
from tests.support.page import Page
from tests.support.processes import command_line, descendants, left, peak_memory
from tests.support.scores import class_scores
from tests.support.users import USERS, command_of, give

# Of one submission, with its start and end; and of all.
LONGEST_SUBMISSION = SUBMISSION + CALL + 5
# Of a machine that is busy with other things, too.
LONGEST_RUN = 850
LARGEST_GRADER = 1_000  # in MB; 170 without attacks
LARGEST_NOTEBOOK = 20_000_000
# Of each process that is not behind the wall, by what stands in its command; also in MB. An
# examiner's child may take 2 GiB, and that is its submission's own loss.
ROLES = {"proctor.examine.parent": 2_500, "multiprocessing.spawn": 1_000}
# Of all processes of a submission: it may take more than the limit until it is ended.
LARGEST_SUBMISSION = 3 * MEMORY / 1e6

CHEAP = [attack for attack in ATTACKS if attack.expected("stock") == "same"]


@dataclass
class GradedClass:
    """A class that has been graded, and what was seen meanwhile."""

    course: Path
    log: str = ""
    status: int | None = None
    seconds: float = 0
    seconds_of: dict[str, float] = field(default_factory=dict)
    largest: float = 0
    machine: float = 0
    largest_of: dict[str, float] = field(default_factory=lambda: dict.fromkeys(ROLES, 0.0))
    processes: set[psutil.Process] = field(default_factory=set)
    left_in_tmp: list[str] = field(default_factory=list)
    mounts: tuple[str, str] = ("", "")
    files: tuple[dict[str, str], dict[str, str]] = field(default_factory=lambda: ({}, {}))
    scores: dict[str, dict[str, float]] = field(default_factory=dict)

    def score(self, student: str) -> float:
        """Return a student's points."""
        return sum(self.scores[student].values())

    def notebook(self, student: str) -> NotebookNode:
        """Return a graded notebook."""
        path = self.course / "autograded" / student / LESSON / NAME
        graded: NotebookNode = nbformat.read(path, as_version=4)
        return graded

    def page(self, student: str) -> str:
        """Return a student's feedback."""
        path = self.course / "feedback" / student / LESSON / NAME
        return path.with_suffix(".html").read_text(encoding="utf-8")


def all_files(course: Path) -> dict[str, str]:
    """Return what stands in a course, by relative name; of submissions also their content."""
    found = {}
    for path in sorted(course.rglob("*")):
        name = str(path.relative_to(course))
        kept = name.startswith(("submitted/", "source/", "release/"))
        if path.is_symlink():  # where it leads to, other tests change files
            found[name] = str(path.readlink())
        else:
            content = path.read_bytes() if kept and path.is_file() else b""
            found[name] = hashlib.sha256(content).hexdigest()
    return found


def available() -> float:
    """Return how much memory the machine has left, in MB."""
    return float(psutil.virtual_memory().available) / 1024**2


def grade(course: Path, command: list[str], limit: float, user: str = "root") -> GradedClass:
    """Run a grading command as a user and watch it; it is ended if it takes too long."""
    graded = GradedClass(course)
    programs = Path(sys.executable).parent
    # A short path of its own, for sockets.
    temporary = tempfile.mkdtemp(prefix="att")
    Path(temporary).chmod(0o711)  # so that the wall's user may pass
    # Packages keep files of their own there.
    home = course.parent / "home"
    home.mkdir(exist_ok=True)
    for folder in (course, home, Path(temporary)):
        give(folder, user)
    environment = {
        **os.environ,
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "TMPDIR": temporary,
        "HOME": str(home) if user != "root" else os.environ["HOME"],
        "PYTHONUNBUFFERED": "1",
    }
    files, mounts = all_files(course), Path("/proc/self/mountinfo").read_text()
    before = available()
    started = last = time.monotonic()
    with subprocess.Popen(
        command_of(user, [str(programs / command[0]), *command[1:]]),
        cwd=course,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:

        def watch() -> None:
            while process.poll() is None:
                for found in descendants(process.pid):
                    graded.processes.add(found)
                    called = command_line(found)
                    for role in (role for role in ROLES if role in called):
                        sizes = graded.largest_of[role], peak_memory(found.pid)
                        graded.largest_of[role] = max(sizes)
                graded.largest = max(graded.largest, peak_memory(process.pid))
                graded.machine = max(graded.machine, before - available())
                # Before the machine suffers.
                if time.monotonic() - started > limit or graded.largest > 3 * LARGEST_GRADER:
                    process.kill()
                time.sleep(0.1)

        watcher = threading.Thread(target=watch)
        watcher.start()
        assert process.stdout is not None
        for line in process.stdout:
            graded.log += line
            if found := re.match(r"(\S+): (graded|failed|refused), ", line):
                now = time.monotonic()
                graded.seconds_of[found[1]], last = now - last, now
        watcher.join()
    graded.status, graded.seconds = process.returncode, time.monotonic() - started
    graded.files = files, all_files(course)
    graded.mounts = mounts, Path("/proc/self/mountinfo").read_text()
    graded.left_in_tmp = os.listdir(temporary)  # noqa: PTH208
    shutil.rmtree(temporary)
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        graded.scores = {
            student: {cell: score.points for cell, score in row.items()}
            for student, row in class_scores(gradebook, LESSON).items()
        }
    return graded


@pytest.fixture(scope="module")
def canary_course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with a canary in hidden tests, before anybody hands in. Don't change it."""
    return make_canary_course(tmp_path_factory.mktemp("canary") / "course")


@pytest.fixture(scope="module", params=USERS)
def graded(request: pytest.FixtureRequest, canary_course: Path) -> Iterator[GradedClass]:
    """All attacks as one class, graded by proctor as each user."""
    # Not in pytest's folder, which only the user who tests may enter.
    with tempfile.TemporaryDirectory(prefix="attacks-") as folder:
        Path(folder).chmod(0o711)
        course = Path(shutil.copytree(canary_course, f"{folder}/course"))
        make_class(course, ATTACKS)
        # As on two CPU cores, however many there are.
        command = ["proctor", "autograde", LESSON, "--workers", "1"]
        yield grade(course, command, LONGEST_RUN, request.param)


@pytest.fixture(scope="module")
def published(graded: GradedClass) -> GradedClass:
    """A class that has been graded, with feedback."""
    nbgrader(graded.course, "generate_feedback", LESSON)
    return graded


# Who has graded plays no part in the pages: they are made of graded notebooks, by whoever tests.
of_one_user = pytest.mark.parametrize("graded", USERS[:1], indirect=True, scope="module")


@pytest.fixture(scope="module")
def graded_by_stock(tmp_path_factory: pytest.TempPathFactory, canary_course: Path) -> GradedClass:
    """The cheap attacks as one class, graded by `nbgrader autograde`."""
    course = Path(shutil.copytree(canary_course, tmp_path_factory.mktemp("stock") / "course"))
    make_class(course, CHEAP)
    return grade(course, ["nbgrader", "autograde", LESSON], LONGEST_RUN)


def texts_of(notebook: NotebookNode) -> str:
    """Return all that a graded notebook shows below its cells."""
    parts = []
    for output in (output for entry in notebook.cells for output in entry.get("outputs", [])):
        parts += [output.get("text", ""), f"{output.get('ename')}: {output.get('evalue')}"]
        parts += map(str, output.get("data", {}).values())
    return "\n".join(parts)


def test_there_are_enough_attacks() -> None:
    assert len(ATTACKS) >= 40
    for attack in ATTACKS:
        assert attack.expected("graded"), attack.name
        assert attack.module.make.__name__ == "make"


@pytest.mark.parametrize("student", RIGHT)
def test_right_submissions_get_full_marks(student: str, graded: GradedClass) -> None:
    assert graded.score(student) == 30, graded.log


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_score(attack: Attack, graded: GradedClass) -> None:
    assert attack.name in graded.scores, graded.log
    notebook = graded.notebook(attack.name)
    shown = texts_of(notebook)
    low, high = attack.points
    assert low <= graded.score(attack.name) <= high, shown[-3000:]
    note = attack.expected("note")
    assert note in shown or note in graded.log, shown[-3000:]
    # A test that is kept, since only a helper is wrong, says so in an output that is no error.
    failed = {
        entry.metadata.nbgrader.grade_id
        for entry in notebook.cells
        if entry.metadata.get("nbgrader", {}).get("grade")
        and any(output.output_type == "error" for output in entry.outputs)
    }
    if attack.expected("loses"):
        assert failed == set(attack.expected("loses").split(", "))
    if low == 30:
        assert not failed
    # Expected values are nowhere, whoever looks for them.
    assert CANARY not in shown
    assert CANARY not in graded.log


def test_the_run_ends(graded: GradedClass) -> None:
    assert graded.status == 0, graded.log
    assert graded.seconds < LONGEST_RUN
    number = len(ATTACKS) + len(RIGHT)
    assert f"{number} submissions: {number} graded, 0 unchanged, 0 refused, 0 failed" in graded.log


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_no_submission_takes_longer_than_it_may(attack: Attack, graded: GradedClass) -> None:
    assert graded.seconds_of[attack.name] < LONGEST_SUBMISSION


def test_the_grader_stays_small(graded: GradedClass) -> None:
    assert graded.largest < LARGEST_GRADER
    folders = graded.course / "autograded"
    found = {attack.name: read_used(folders / attack.name / LESSON) for attack in ATTACKS}
    used = {name: known["memory"] / 1e6 for name, known in found.items() if known}
    print("coordinator, and others, in MB:", graded.largest, graded.largest_of)
    print("submissions, in MB:", sorted(used.items(), key=lambda item: -item[1])[:5])
    print("the machine, with all else that runs on it, in MB:", graded.machine)
    # In three places; and in other tests.
    others = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")) - 1
    assert graded.machine < 3 * LARGEST_SUBMISSION + (2 + others) * LARGEST_GRADER
    assert used.keys() == found.keys()
    assert {name: size for name, size in used.items() if size > LARGEST_SUBMISSION} == {}
    for role, most in ROLES.items():
        assert 0 < graded.largest_of[role] < most
    for attack in ATTACKS:
        path = graded.course / "autograded" / attack.name / LESSON / NAME
        assert path.stat().st_size < LARGEST_NOTEBOOK, attack.name


def test_nothing_is_left_behind(graded: GradedClass) -> None:
    assert len(graded.processes) > len(ATTACKS)
    assert not left(graded.processes)
    assert graded.left_in_tmp == []
    assert graded.mounts[0] == graded.mounts[1]
    before, after = graded.files
    new = {name for name in after if name not in before and not name.startswith("autograded")}
    assert new == {"course_secret"}
    assert {name: after[name] for name in before} == before
    students = {attack.name for attack in ATTACKS} | set(RIGHT)
    folders = graded.course / "autograded"
    # Beside them lie what was found out about the lesson, and its lock.
    others = (".checked-", ".lock")
    assert {p.name for p in folders.iterdir() if not p.name.startswith(others)} == students
    # No file of the sandbox comes back, and those of the lesson are the master's.
    for student in students:
        names = {path.name for path in (folders / student / LESSON).iterdir()}
        assert "stolen.txt" not in names
        figures = (folders / student / LESSON / "figures.py").read_bytes()
        assert figures == (graded.course / "source" / LESSON / "figures.py").read_bytes()


@of_one_user
@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_feedback_runs_and_fetches_nothing(attack: Attack, published: GradedClass) -> None:
    page = published.page(attack.name)
    assert not Page(page).active
    assert "@import" not in re.sub(r"<pre.*?</pre>", "", page, flags=re.S)


@dataclass
class Formgrader:
    """What shows a graded submission to an instructor, as the course configures it."""

    exporter: HTMLExporter
    numbers: dict[str, str]

    def page(self, student: str, notebook: NotebookNode) -> Page:
        """Return a student's graded notebook, with the formgrader's own scripts."""
        facts = {"student": student, "submission_id": self.numbers[student], "index": 0}
        facts |= {"total": 1, "assignment_id": LESSON, "notebook_id": Path(NAME).stem}
        facts["notebook_path"] = f"./autograded/{student}/{LESSON}/{NAME}"
        resources = defaultdict(str, **facts, metadata=defaultdict(str))
        html, _ = self.exporter.from_notebook_node(notebook, resources=resources)
        # It is the course's own page, and not nbgrader's.
        assert html.count('<div id="submission-summary">') == 1
        return Page(html)


@pytest.fixture(scope="module")
def formgrader(graded: GradedClass) -> Formgrader:
    """The formgrader of the class."""
    config = Config()
    configure(config)
    config.CourseDirectory.root = str(graded.course)
    with Gradebook(f"sqlite:///{graded.course}/gradebook.db") as gradebook:
        found = gradebook.notebook_submissions(Path(NAME).stem, LESSON)
        numbers = {one.student.id: one.id for one in found}
    return Formgrader(HTMLExporter(config=config), numbers)


def shown_by(entry: NotebookNode) -> str:
    """Return all of a cell that a page depends on."""
    return str([entry.cell_type, entry.source, entry.metadata, entry.get("outputs")])


@pytest.fixture(scope="module")
def own(formgrader: Formgrader, graded: GradedClass) -> tuple[list[str], set[str]]:
    """What is active in the formgrader's page of a right submission, and that one's cells."""
    right = graded.notebook(RIGHT[0])
    cells = set(map(shown_by, right.cells))
    return formgrader.page(RIGHT[0], right).active, cells


@of_one_user
@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_the_formgrader_runs_nothing_of_the_students(
    attack: Attack,
    graded: GradedClass,
    formgrader: Formgrader,
    own: tuple[list[str], set[str]],
) -> None:
    formgraders, harmless = own
    notebook = graded.notebook(attack.name)
    # Each cell is shown by itself, and those of a right submission have been looked at.
    notebook.cells = [entry for entry in notebook.cells if shown_by(entry) not in harmless]
    page = formgrader.page(attack.name, notebook)
    assert sorted(set(page.active) - set(formgraders)) == []
    assert page.active.count("<script>") == formgraders.count("<script>")


@of_one_user
def test_feedback_shows_nothing_of_hidden_tests(published: GradedClass) -> None:
    for attack in ATTACKS:
        page = published.page(attack.name)
        assert "hidden_tests()" not in page
        assert CANARY not in page
        assert "stolen-by-printing [array" not in page


@pytest.mark.parametrize("attack", CHEAP, ids=lambda attack: attack.name)
def test_nbgrader_gives_the_same_grade(
    attack: Attack, graded: GradedClass, graded_by_stock: GradedClass
) -> None:
    assert graded_by_stock.scores[attack.name] == graded.scores[attack.name]


@pytest.mark.parametrize("student", RIGHT)
def test_right_submissions_get_full_marks_from_nbgrader(
    student: str, graded_by_stock: GradedClass
) -> None:
    assert graded_by_stock.score(student) == 30
