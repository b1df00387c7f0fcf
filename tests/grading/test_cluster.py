"""A class graded in parallel, distributed and resumed: the same grades, whatever happens.

The measure is `nbgrader autograde` with this course's configuration, one after the other.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import nbformat
import psutil
import pytest
from nbgrader.api import Gradebook

from proctor.submission.seed import course_secret
from tests.support import forked
from tests.support.commands import hear_ctrl_c, nbgrader, run, search_path
from tests.support.notebooks import LESSON, NAME, answered
from tests.support.paths import PACKAGE, PROGRAMS
from tests.support.processes import command_line, descendants, left

# nbgrader's own way with its database.
pytestmark = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")

STUDENTS = ["bias_dropped", "exception_at_import", "half_solved", "inputs_changed", "right_loops"]
STUDENTS += ["right_noisy", "syntax_error", "unsolved"]
DUE = datetime(2030, 1, 1, 12)
LATE = """
from tests_late import HalfPoints

c.AssignLatePenalties.plugin_class = HalfPoints
"""
PLUGIN = '''
"""A plugin of the course's own, for late submissions."""

from nbgrader.plugins import BasePlugin


class HalfPoints(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return score / 2 + (100 if student_id == "unsolved" else 0)
'''


def submit(course: Path, student: str, notebook: Any, handed_in: datetime | None = None) -> None:
    """Put a notebook into submitted/, with the time at which it was handed in."""
    folder = course / "submitted" / student / LESSON
    folder.mkdir(parents=True, exist_ok=True)
    (folder / NAME).write_text(json.dumps(notebook), encoding="utf-8")
    if handed_in is not None:
        text = handed_in.strftime("%Y-%m-%d %H:%M:%S.%f UTC")
        (folder / "timestamp.txt").write_text(text, encoding="utf-8")


def command(course: Path, *arguments: str) -> subprocess.Popen[str] | forked.Running:
    """Start `proctor autograde` in a course, in a process group of its own."""
    autograde = ["proctor", "autograde", LESSON, *arguments]
    if forked.can_fork(autograde):
        return forked.Running(autograde, course, search_path())
    return subprocess.Popen(
        [PROGRAMS / autograde[0], *autograde[1:]],
        cwd=course,
        env={**os.environ, "PATH": search_path()},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        preexec_fn=hear_ctrl_c,
    )


def autograde(course: Path, *arguments: str) -> str:
    """Run `proctor autograde`, expect a grade for each, and return what it printed."""
    result = run(["proctor", "autograde", LESSON, *arguments], course)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def rows(db_url: str) -> dict[Any, Any]:
    """Return all that a gradebook says of submissions, by student and cell."""
    found: dict[Any, Any] = {}
    with Gradebook(db_url) as gradebook:
        for submission in gradebook.assignment_submissions(LESSON):
            student = submission.student.id
            (notebook,) = submission.notebooks
            found[student] = (
                submission.timestamp,
                submission.extension,
                notebook.late_submission_penalty,
                notebook.flagged,
                submission.score,
                submission.max_score,
                submission.needs_manual_grade,
            )
            for grade in notebook.grades:
                values = (grade.auto_score, grade.manual_score, grade.extra_credit)
                found[student, grade.name] = (*values, grade.needs_manual_grade, grade.score)
            for comment in notebook.comments:
                texts = (comment.auto_comment, comment.manual_comment, comment.comment)
                found[student, comment.name, "comment"] = texts
    return found


def of_course(course: Path) -> dict[Any, Any]:
    """Return what the course's own gradebook says."""
    return rows(f"sqlite:///{course}/gradebook.db")


def normalise(outputs: list[Any]) -> None:
    """Take from outputs what is another at each run: where objects are, and where text breaks."""
    printed: list[str] = []
    for output in outputs:
        output.pop("traceback", None)
        if output["output_type"] == "stream":
            text = output.pop("text")
            printed += [text] if isinstance(text, str) else text
    outputs[:] = [output for output in outputs if output["output_type"] != "stream"]
    outputs.append("".join(printed))


def graded_files(course: Path) -> dict[str, Any]:
    """Return what stands in autograded/, notebooks as JSON, with modes."""
    files = {}
    for path in sorted((course / "autograded").rglob("*")):
        name = str(path.relative_to(course / "autograded"))
        if path.is_file() and not path.name.startswith((".digest", ".used", ".lock")):
            content: Any = path.read_bytes()
            if path.suffix == ".ipynb":
                content = nbformat.reads(content.decode(), 4)
                for cell in content["cells"]:
                    normalise(cell.get("outputs", []))
            files[name] = (path.stat().st_mode, content)
    return files


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory, built_course: Path) -> Path:
    """A course with a class that has not been graded. Don't change it.

    Some handed in late, one with an extension; a plugin of the course's own takes points.
    """
    course = Path(shutil.copytree(built_course, tmp_path_factory.mktemp("ready") / "course"))
    (course / "tests_late.py").write_text(PLUGIN)
    config = course / "nbgrader_config.py"
    header = "import sys\n\nsys.path.insert(0, '')\n"
    config.write_text(config.read_text() + header + LATE)
    times: list[datetime | None] = [DUE - timedelta(hours=1), DUE + timedelta(hours=1), None]
    for number, student in enumerate(STUDENTS):
        handed_in = times[number % 3] if student != "unsolved" else times[1]
        submit(course, student, answered(course, student), handed_in)
    submit(course, "extended", answered(course, "right_loops"), times[1])
    (course / "submitted" / "right_loops" / LESSON / "notes.txt").write_text("a file of mine")
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        gradebook.update_or_create_assignment(LESSON, duedate=DUE)
        gradebook.add_student("extended", first_name="Ada")
        gradebook.add_submission(LESSON, "extended")
        gradebook.grant_extension(LESSON, "extended", hours=2)
    course_secret(course / "course_secret")
    return course


@pytest.fixture(scope="module")
def serial(tmp_path_factory: pytest.TempPathFactory, ready: Path) -> Path:
    """The class graded by `nbgrader autograde`. Don't change it."""
    course = Path(shutil.copytree(ready, tmp_path_factory.mktemp("serial") / "course"))
    nbgrader(course, "autograde", LESSON)
    return course


@pytest.fixture
def course(tmp_path: Path, ready: Path) -> Path:
    """The class, to be graded by a test."""
    return Path(shutil.copytree(ready, tmp_path / "course"))


def check_files(course: Path, serial: Path) -> None:
    """Check that the graded folders are the same, cell by cell."""
    files, expected = graded_files(course), graded_files(serial)
    assert set(files) == set(expected)
    for name, (mode, content) in files.items():
        assert mode == expected[name][0], name
        if name.endswith(".ipynb"):
            cells, right = content.pop("cells"), expected[name][1].pop("cells")
            for cell, right_cell in zip(cells, right, strict=True):
                assert cell == right_cell, name
        assert content == expected[name][1], name
    assert not list((course / "autograded").glob(".staging-*"))


def check(course: Path, serial: Path) -> None:
    """Check that a class has been graded as `nbgrader autograde` grades it."""
    assert of_course(course) == of_course(serial)
    check_files(course, serial)


# ------------------------------------------------------------------------------ same grades


def test_parallel(course: Path, serial: Path) -> None:
    autograde(course, "--workers", "2")
    check(course, serial)
    graded = of_course(course)
    # What the measure itself must be, so that two equal mistakes are noticed.
    assert graded["right_loops"][4:6] == (30, 30)
    assert graded["extended"][:3] == (DUE + timedelta(hours=1), timedelta(hours=2), None)
    assert graded["exception_at_import"][2] == graded["exception_at_import"][4] / 2 > 0
    assert graded["unsolved"][2] == 0 and graded["unsolved", "zero_pad", "comment"][0]


def test_a_regrade_keeps_what_people_did(course: Path, serial: Path, tmp_path: Path) -> None:
    other = Path(shutil.copytree(serial, tmp_path / "serial"))
    shutil.rmtree(course)
    shutil.copytree(serial, course)
    for place in (course, other):
        with Gradebook(f"sqlite:///{place}/gradebook.db") as gradebook:
            ids = (NAME.removesuffix(".ipynb"), LESSON, "bias_dropped")
            grade = gradebook.find_grade("conv_forward-filters", *ids)
            grade.manual_score, grade.extra_credit = 1.5, 0.25
            gradebook.find_comment("conv_forward", *ids).manual_comment = "Where is b?"
            gradebook.find_submission_notebook(*ids).flagged = True
            gradebook.db.commit()
        later = DUE + timedelta(days=1)
        submit(place, "half_solved", answered(place, "right_vectorised"), later)
        submit(place, "bias_dropped", answered(place, "bias_dropped"), later)
        nbgrader(place, "generate_feedback", LESSON, "--student=bias_dropped")
    nbgrader(other, "autograde", LESSON, "--force")
    printed = autograde(course, "--workers", "1", "--force")
    assert printed.count(": graded, ") == len(STUDENTS) + 1
    check(course, other)
    graded = of_course(course)
    assert graded["bias_dropped", "conv_forward-filters"][1:4] == (1.5, 0.25, True)
    assert graded["bias_dropped", "conv_forward", "comment"][1] == "Where is b?"
    assert graded["half_solved"][4] == 30
    # Feedback on an earlier grade is gone; nbgrader would think it up to date.
    assert not list((course / "feedback").rglob("*.html"))
    assert "half_solved" in printed.partition("Changed points")[2]

    # Now proctor knows which answer a person graded. Until it changes, it stays graded.
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        ids = (NAME.removesuffix(".ipynb"), LESSON, "bias_dropped")
        gradebook.find_grade("conv_forward-filters", *ids).needs_manual_grade = False
        gradebook.db.commit()
    one = ("--workers", "1", "--student", "bias_dropped")
    assert "Changed points" not in autograde(course, *one, "--force")
    points = of_course(course)["bias_dropped"][4]
    assert of_course(course)["bias_dropped", "conv_forward-filters"][1:4] == (1.5, 0.25, False)
    submit(course, "bias_dropped", answered(course, "unsolved"))
    changes = autograde(course, *one).partition("Changed points")[2]
    # Half of each is lost: it was handed in a day late.
    assert re.search(rf"bias_dropped +{points / 2:g} +0.875 ", changes), changes
    assert of_course(course)["bias_dropped", "conv_forward-filters"][1:4] == (1.5, 0.25, True)


@contextmanager
def dask_cluster(folder: Path, workers: int) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """Run a scheduler and workers that know nothing of the course; yield address and workers."""
    programs = Path(sys.executable).parent
    environment = {**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}
    where: Any = {"cwd": folder, "env": environment, "stderr": subprocess.DEVNULL}
    quiet, says = ["--no-dashboard"], folder / "scheduler.json"
    options = ["--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(says), *quiet]
    started = [subprocess.Popen([programs / "dask", "scheduler", *options], **where)]
    try:
        address = ""
        while not address:
            assert started[0].poll() is None
            time.sleep(0.05)
            with suppress(OSError, ValueError):  # it is not there yet, or not whole
                address = json.loads(says.read_text())["address"]
        for _ in range(workers):
            options = ["--nthreads", "4", "--no-nanny", "--local-directory", str(folder), *quiet]
            started.append(
                subprocess.Popen([programs / "dask", "worker", address, *options], **where)
            )
        yield address, started[1:]
    finally:
        for process in reversed(started):
            process.terminate()
        for process in started:
            # Dask's own end sometimes waits for what will not come.
            with suppress(subprocess.TimeoutExpired):
                process.wait(10)
            process.kill()
            process.wait()


def test_distributed(course: Path, serial: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    with dask_cluster(elsewhere, 2) as (address, workers):
        autograde(course, "--scheduler", address)
        check(course, serial)
        # Walls are closed at the end of the run, not at the end of the worker.
        assert not any(sandboxes_of(worker.pid) for worker in workers)


# ------------------------------------------------------------------------- whatever happens


def sandboxes_of(root: int) -> list[psutil.Process]:
    """Return the walls among the descendants of a process."""
    return [process for process in descendants(root) if "bwrap" in command_line(process)]


def workers_of(root: int) -> list[psutil.Process]:
    """Return the worker processes of a local cluster: whose children are walls."""
    parents = set[int]()
    for wall in sandboxes_of(root):
        with suppress(psutil.NoSuchProcess):
            parents.add(wall.ppid())
    return [
        process
        for process in descendants(root)
        if process.pid in parents and "bwrap" not in command_line(process)
    ]


def test_killed_at_random_instants(course: Path, serial: Path) -> None:
    """SIGKILL of the coordinator at 20 instants; what is handed in changes meanwhile."""
    rng = random.Random(5)
    students = [*STUDENTS, "extended"]
    stamps = {student: of_course(serial)[student][0] for student in students}
    family = set[psutil.Process]()
    for number in range(20):
        # So that there is always something to do.
        for student in rng.sample(students, 4):
            text = rng.choice(["right_loops", "unsolved"])
            submit(course, student, answered(course, text), DUE - timedelta(minutes=number))
        with command(course, "--workers", f"{1 + number % 2}") as process:
            assert process.stdout is not None
            for _ in range(rng.randrange(3)):
                process.stdout.readline()
            time.sleep(rng.uniform(0, 2) if number % 2 else rng.uniform(0, 0.3))
            family |= descendants(process.pid)
            process.kill()
    for student in students:
        text = "right_loops" if student == "extended" else student
        submit(course, student, answered(course, text), stamps[student])
    for student in (name for name in students if stamps[name] is None):
        (course / "submitted" / student / LESSON / "timestamp.txt").unlink(missing_ok=True)
    autograde(course)
    expected, graded = of_course(serial), of_course(course)
    for student in students:
        if stamps[student] is None:
            # nbgrader keeps the time of an earlier submission, and so what that was late.
            expected[student], graded[student] = expected[student][4:], graded[student][4:]
    assert graded == expected
    check_files(course, serial)
    assert not left(family)
    again = autograde(course)
    assert f": 0 graded, {len(students)} unchanged, " in again


def kill_workers(
    process: subprocess.Popen[str] | forked.Running, wanted: Callable[[], bool], number: int
) -> int:
    """Kill workers as long as `wanted` says so, at most a number of times; return how often."""
    killed = 0
    while process.poll() is None and killed < number:
        if wanted():
            for worker in workers_of(process.pid):
                with suppress(psutil.NoSuchProcess):
                    worker.kill()
                    killed += 1
        time.sleep(0.02)
    return killed


@pytest.mark.parametrize("patience", ["15s", "10ms"])
def test_killed_worker(
    course: Path, serial: Path, monkeypatch: pytest.MonkeyPatch, patience: str
) -> None:
    """Dask starts it anew, or proctor does if it is not back before Dask gives it up."""
    monkeypatch.setenv("DASK_DISTRIBUTED__DEPLOY__LOST_WORKER_TIMEOUT", patience)
    with command(course, "--workers", "1") as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        assert kill_workers(process, lambda: True, 1) == 1
        printed = first + process.stdout.read()
    assert process.returncode == 0, printed
    check(course, serial)


def test_fallen_wall(course: Path, serial: Path) -> None:
    """If the wall falls, its submissions are graded again behind a new one."""
    with command(course, "--workers", "1") as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        for wall in sandboxes_of(process.pid):
            with suppress(psutil.NoSuchProcess):
                wall.kill()
        printed = first + process.stdout.read()
    assert process.returncode == 0, printed
    check(course, serial)


def test_submission_that_ends_its_workers(course: Path, serial: Path) -> None:
    """It has no grade, and a reason; those graded beside it have theirs."""
    notebook = answered(course, "right_loops")
    notebook.cells.insert(3, nbformat.v4.new_code_cell("!sleep 4.321"))
    submit(course, "deadly", notebook)

    def runs() -> bool:
        return any(command_line(one).startswith("sleep 4.321") for one in psutil.process_iter())

    with command(course, "--workers", "1") as process:
        killer = threading.Thread(target=kill_workers, args=(process, runs, 100))
        killer.start()
        printed = process.communicate()[0]
        killer.join()
    assert process.returncode == 1, printed
    assert "deadly: failed, every worker that ran it died" in printed
    check(course, serial)


def test_ctrl_c(course: Path) -> None:
    """Ctrl-C goes to all processes of a terminal, and leaves nothing behind."""
    notebook = answered(course, "right_loops")
    notebook.cells.insert(3, nbformat.v4.new_code_cell("!sleep 99"))
    submit(course, "slow", notebook)
    with command(course) as process:
        assert process.stdout is not None
        process.stdout.readline()
        family = descendants(process.pid)
        os.killpg(process.pid, signal.SIGINT)
        output = process.communicate(timeout=300)[0]
    assert process.returncode == 130, output
    assert "Interrupted" in output and "Traceback" not in output
    assert not left(family)
    assert not list((course / "autograded").glob(".staging-*"))


# ------------------------------------------------------------------------------ what is sent


def test_workers_must_have_the_same_software(course: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(PACKAGE, other / "proctor")
    with (other / "proctor" / "testing.py").open("a") as file:
        file.write("# another version")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(other))
        with dask_cluster(tmp_path, 1) as (address, _):
            patch.delenv("PYTHONPATH")
            result = run(["proctor", "autograde", LESSON, "--scheduler", address], course)
    assert result.returncode == 1
    # It is no fault of the lesson.
    assert "has a different version of proctor" in result.stderr
    assert "Correct the solution" not in result.stderr
    assert not list((course / "autograded").glob("[!.]*"))


def test_scheduler_that_is_not_there(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT", "2s")
    result = run(["proctor", "autograde", LESSON, "--scheduler", "tcp://127.0.0.1:1"], course)
    assert result.returncode == 1
    assert "tcp://127.0.0.1:1" in result.stderr and "Traceback" not in result.stderr


def test_local_cluster_is_closed_to_others(course: Path) -> None:
    """Every port is this machine's alone, and speaks to nobody without the run's keys."""
    with command(course) as process:
        assert process.stdout is not None
        process.stdout.readline()
        ports = listening(descendants(process.pid) | {psutil.Process(process.pid)})
        assert len(ports) >= 2
        for address, port in ports:
            assert address == "127.0.0.1"
            with socket.create_connection((address, port), timeout=60) as plain:
                plain.sendall(b"GET / HTTP/1.0\r\n\r\n")
                with suppress(ConnectionError):
                    assert not plain.recv(100).startswith(b"HTTP")
        process.communicate()
    assert process.returncode == 0


def listening(family: set[psutil.Process]) -> list[tuple[str, int]]:
    """Return the TCP addresses at which some processes listen."""
    found = []
    for process in family:
        with suppress(psutil.Error):
            found += [
                (connection.laddr.ip, connection.laddr.port)
                for connection in process.net_connections("tcp")
                if connection.status == psutil.CONN_LISTEN
            ]
    return found


# ------------------------------------------------------------------------------- PostgreSQL


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[str]:
    """The address of an empty database on a server of its own, run by an ordinary user."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    programs = found[-1].parent
    folder = Path(subprocess.run(["mktemp", "-d"], capture_output=True, text=True).stdout.strip())
    user: dict[str, Any] = {"stdout": subprocess.DEVNULL, "check": True, "cwd": "/"}
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
        user |= {"user": "postgres", "group": "postgres", "extra_groups": []}
    data = folder / "data"
    made = ["--auth=trust", "--username=proctor", "--no-locale", "--encoding=UTF8"]
    subprocess.run([programs / "initdb", *made, data], **user)
    # On a socket alone, no port.
    options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
    control: list[Path | str] = [programs / "pg_ctl", "-D", data]
    subprocess.run([*control, "-o", options, "-l", folder / "log", "-w", "start"], **user)
    try:
        yield f"postgresql+psycopg://proctor@/postgres?host={folder}"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], **user)
        shutil.rmtree(folder)


def test_postgresql(course: Path, serial: Path, postgres: str) -> None:
    (course / "gradebook.db").unlink()
    with (course / "nbgrader_config.py").open("a") as config:
        config.write(f"\nc.CourseDirectory.db_url = {postgres!r}\n")
    nbgrader(course, "generate_assignment", "--force", LESSON)
    with Gradebook(postgres) as gradebook:
        gradebook.update_or_create_assignment(LESSON, duedate=DUE)
        gradebook.add_student("extended", first_name="Ada")
        gradebook.add_submission(LESSON, "extended")
        gradebook.grant_extension(LESSON, "extended", hours=2)
    autograde(course, "--workers", "1")
    assert rows(postgres) == of_course(serial)
    check_files(course, serial)
    assert f": 0 graded, {len(STUDENTS) + 1} unchanged, " in autograde(course)
