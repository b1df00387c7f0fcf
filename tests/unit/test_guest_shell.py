"""The student's shell, in a process without a wall: what cells do that only a notebook can do."""

from __future__ import annotations

import itertools
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from proctor.sandbox.guest.shell import NO_INPUT
from proctor.sandbox.protocol import wire
from proctor.sandbox.protocol.line import Line
from proctor.sandbox.protocol.messages import (
    AskHelper,
    CallFunction,
    Display,
    Done,
    Error,
    Message,
    Raised,
    RunCell,
    Text,
    Value,
)
from tests.support.paths import ROOT

STUDENT = """
import os, sys

from proctor.sandbox.guest.shell import make_shell
from proctor.sandbox.guest.student import Student, warm_up
from proctor.sandbox.protocol.limits import Limits
from proctor.sandbox.protocol.line import Line

sys.path.insert(0, "")
shell = make_shell()
warm_up(shell)
os.chdir(sys.argv[2])
Student(shell, Line(int(sys.argv[1])), Limits()).serve()
"""
Run = Callable[[str], list[Message]]


@pytest.fixture(scope="module")
def student(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    """Return the line to a student's process."""
    ours, theirs = socket.socketpair()
    folder = tmp_path_factory.mktemp("student")
    process = subprocess.Popen(
        [sys.executable, "-c", STUDENT, str(theirs.fileno()), folder],
        cwd=ROOT,
        pass_fds=[theirs.fileno()],
    )
    theirs.close()
    line = Line(ours.detach())
    yield line
    line.close()
    assert process.wait(30) == 0


@pytest.fixture(scope="module")
def run(student: Line) -> Run:
    """Return a function that runs a cell and returns all that it has put out."""
    numbers = itertools.count(1)

    def run(source: str) -> list[Message]:
        number = next(numbers)
        student.send(number, RunCell(source, number))
        messages: list[Message] = []
        while True:
            of, message, _ = student.receive()
            assert of == number
            if type(message) is Done:
                return messages
            messages.append(message)

    return run


def printed(messages: list[Message], stream: str = "stdout") -> str:
    """Return what was printed, where nothing else was put out."""
    texts = [message for message in messages if type(message) is Text]
    assert len(texts) == len(messages), messages
    return "".join(text.text for text in texts if text.stream == stream)


def error(messages: list[Message]) -> Error:
    """Return the error that a cell stopped with, where it has put out nothing else."""
    (message,) = messages
    assert type(message) is Error
    return message


# ------------------------------------------------------------------------------- what is shown


def test_the_last_value_is_the_result(run: Run) -> None:
    assert run("6 * 7") == [Display({"text/plain": "42"}, {"text/plain": None}, is_result=True)]
    assert run("_ + 1") == [Display({"text/plain": "43"}, {"text/plain": None}, is_result=True)]
    assert run("6 * 7;") == run("6 * 7  ;") == run("None") == run("x = 6 * 7") == run("") == []


def test_text_results_and_errors_come_in_order(run: Run) -> None:
    messages = run("print('before')\ndisplay(1)\nprint('after')\n1 / 0")
    kinds = [kind for kind, _ in itertools.groupby(messages, type)]
    assert kinds == [Text, Display, Text, Error]


def test_formats_that_are_not_kept_are_not_sent(run: Run) -> None:
    (shown,) = run("from IPython.display import HTML, display\ndisplay(HTML('<b>x</b>'))")
    assert type(shown) is Display and set(shown.data) == {"text/plain"}
    assert run("display({'text/html': '<b>x</b>'}, raw=True)") == []


def test_a_result_that_cannot_be_shown_is_an_error(run: Run) -> None:
    run("class Bad:\n    def __repr__(self): raise ValueError('no')")
    assert error(run("Bad()")).ename == "ValueError"
    assert printed(run("print('on')")) == "on\n"


# -------------------------------------------------------------------------------------- errors


def test_an_error_names_the_students_own_lines(run: Run) -> None:
    run("def divide(x):\n    return x / 0")
    stopped = error(run("# A comment.\ndivide(1)"))
    assert (stopped.ename, stopped.evalue) == ("ZeroDivisionError", "division by zero")
    (text,) = stopped.traceback
    for line in ("line 2, in <module>", "divide(1)", "line 2, in divide", "return x / 0"):
        assert line in text
    assert text.count("Cell In[") == 2
    # The shell's own lines are no help.
    assert "interactiveshell" not in text and "proctor" not in text


@pytest.mark.parametrize(
    ("source", "ename", "line"),
    [
        ("print('not run')\nx = (", "SyntaxError", "x = ("),
        ("def f()\n    pass", "SyntaxError", "def f()"),
        ("if True:\npass", "IndentationError", "pass"),
    ],
)
def test_a_cell_that_cannot_be_read_is_named(run: Run, source: str, ename: str, line: str) -> None:
    stopped = error(run(source))
    assert stopped.ename == ename
    assert line in stopped.traceback[0] and "Cell In[" in stopped.traceback[0]


@pytest.mark.parametrize(
    ("raised", "ename"),
    [
        ("KeyboardInterrupt", "KeyboardInterrupt"),
        ("Odd", "Odd"),
        ("BaseException('x')", "BaseException"),
        ("ExceptionGroup('two', [ValueError(1), TypeError(2)])", "ExceptionGroup"),
    ],
)
def test_whatever_is_raised_the_shell_goes_on(run: Run, raised: str, ename: str) -> None:
    run("class Odd(Exception):\n    def __str__(self): raise Odd")
    stopped, *_ = run(f"raise {raised}")
    assert type(stopped) is Error and stopped.ename == ename
    assert printed(run("print('on')")) == "on\n"


def test_a_long_error_is_shortened(run: Run) -> None:
    stopped = error(run("raise ValueError('x' * 1_000_000)"))
    assert len(stopped.evalue) + len(stopped.traceback[0]) <= 40_000


# ------------------------------------------------------------------------ nobody at the keyboard


@pytest.mark.parametrize(
    "source", ["input()", "input('name? ')", "import getpass\ngetpass.getpass()"]
)
def test_nobody_answers(run: Run, source: str) -> None:
    stopped = error(run(source))
    assert (stopped.ename, stopped.evalue) == ("StdinNotImplementedError", NO_INPUT)


@pytest.mark.parametrize("source", ["quit()", "exit()", "quit", "exit", "x = 1\nquit()"])
def test_quit_does_nothing(run: Run, source: str) -> None:
    run("kept = 5")
    assert run(source) == []
    assert printed(run("print(kept)")) == "5\n"


# ----------------------------------------------------------------------- what notebooks can do


def test_await_at_the_top_level(run: Run) -> None:
    source = "import asyncio\nprint('a')\nawait asyncio.sleep(0)\nprint('b')"
    assert printed(run(source)) == "a\nb\n"
    assert run("async def f():\n    return 7\n\nawait f()")[0] == Display(
        {"text/plain": "7"}, {"text/plain": None}, is_result=True
    )
    assert printed(run("text = 'await'\nprint(text)")) == "await\n"
    assert error(run("await 7")).ename == "TypeError"


def test_asyncio_run(run: Run) -> None:
    source = "import asyncio\nasync def f():\n    await asyncio.sleep(0)\n    return 3\n"
    assert printed(run(f"{source}print(asyncio.run(f()), asyncio.run(f()))")) == "3 3\n"


def test_time_of_a_cell(run: Run) -> None:
    text = printed(run("%%time\ntimed = 3\nprint(timed)"))
    assert text.startswith("3\n") and "Wall time:" in text
    assert printed(run("print(timed)")) == "3\n"
    assert "Wall time:" in printed(run("%time timed = 4"))
    assert "loop" in printed(run("%timeit -n 2 -r 2 timed"))


def test_magics(run: Run) -> None:
    assert printed(run("%%capture kept_text\nprint('captured')")) == ""
    assert printed(run("print(kept_text.stdout)")) == "captured\n\n"
    assert printed(run("%%writefile given.py\nnumber = 8")).startswith("Writing given.py")
    assert printed(run("import given\nprint(given.number)")) == "8\n"
    assert error(run("%%no_such_magic\n1")).ename == "UsageError"


def test_programs(run: Run) -> None:
    assert printed(run("print('a')\n!echo b\nprint('c')")) == "a\nb\nc\n"
    assert printed(run("name = 'x'\n!echo {name} >&2"), "stderr") == "x\n"
    assert printed(run("lines = !echo one; echo two\nprint(lines)")) == "['one', 'two']\n"
    assert printed(run("!exit 3\nprint(_exit_code)")) == "3\n"
    assert printed(run("%%bash\necho in bash")) == "in bash\n"


@pytest.mark.parametrize("backend", ["", "inline", "notebook", "widget", "ipympl", "qt", "tk"])
def test_figures_are_shown_below_their_cell(run: Run, backend: str) -> None:
    messages = run(
        f"%matplotlib {backend}\nimport matplotlib.pyplot as plt\nplt.plot([1, 2]);\nplt.show()"
    )
    shown = [message for message in messages if type(message) is Display]
    assert [set(one.data) for one in shown] == [{"text/plain", "image/png"}]
    assert not [message for message in messages if type(message) is Error]


def test_a_figure_without_show_is_shown_at_the_end(run: Run) -> None:
    run("%matplotlib inline\nimport matplotlib.pyplot as plt")
    messages = run("plt.plot([1, 2])\nprint('after')")
    assert [kind for kind, _ in itertools.groupby(messages, type)] == [Text, Display]


def test_windows_are_not_waited_for(run: Run) -> None:
    assert printed(run("%gui qt")) == ""


def test_cells_share_names(run: Run) -> None:
    assert run("shared = 4") == []
    assert printed(run("print(shared)")) == "4\n"


def test_threads_and_forked_processes(run: Run) -> None:
    source = "import threading\nthread = threading.Thread(target=print, args=('thread',))\n"
    assert printed(run(f"{source}thread.start()\nthread.join()")) == "thread\n"
    source = "import os\nif os.fork() == 0:\n    print('child')\n    os._exit(0)\nos.wait();"
    assert printed(run(source)) == "child\n"


def test_a_student_may_have_another_stdout(run: Run) -> None:
    source = "import contextlib, io\nwith contextlib.redirect_stdout(io.StringIO()) as s:\n"
    assert printed(run(f"{source}    print('kept')\nprint(s.getvalue())")) == "kept\n\n"
    run("import sys\nsys.stdout = None")
    assert printed(run("print('back')")) == "back\n"


@pytest.mark.parametrize(
    "first",
    [
        "%config InlineBackend.figure_formats = ['svg']",
        "%config InlineBackend.figure_formats = ['pdf']",
        "import matplotlib_inline\nmatplotlib_inline.backend_inline.set_matplotlib_formats('svg')",
        "%matplotlib notebook",
        "%matplotlib widget",
    ],
)
@pytest.mark.parametrize("show", ["plt.show()", "plt.gcf()", "display(plt.gcf()); plt.close()"])
def test_figures_are_shown_in_pixels_whatever_is_asked_for(run: Run, first: str, show: str) -> None:
    source = f"{first}\nimport matplotlib.pyplot as plt\nplt.plot([1, 2]); {show}"
    shown = [message for message in run(source) if isinstance(message, Display)]
    assert any("image/png" in message.data for message in shown)


def test_a_picture_that_would_be_dropped_is_not_drawn(run: Run) -> None:
    run("class Picture:\n    drawn = 0\n    def _repr_png_(self):\n        Picture.drawn += 1")
    run("display(Picture())\nprint('x' * 10**8)\nfor _ in range(9): display(Picture())")
    assert printed(run("print(Picture.drawn)")) == "1\n"


# ------------------------------------------------------------------------------------- helpers


@pytest.mark.parametrize(
    ("call", "args", "kwargs", "functions"),
    [
        ("step(f, 2.0)", [None, 2.0], {}, [[0, 1]]),
        ("step(2.0, f=f)", [2.0], {}, [["f", 1]]),
        ("step(f, f)", [None, None], {}, [[0, 1], [1, 1]]),
        ("step(None, f)", [None, None], {}, [[1, 1]]),
        ("step(2.0)", [2.0], {}, []),
    ],
)
def test_functions_that_a_function_was_given_reach_a_right_helper(
    run: Run, student: Line, call: str, args: Any, kwargs: Any, functions: Any
) -> None:
    run(f"def solve(x, f):\n    return {call}")
    header, buffers = wire.encode([[2.0, None], {}])
    given = [[1, "math", "sqrt"]]
    student.send(99, CallFunction("solve", header, given, ["step"], True, False, False), buffers)
    _, asked, its = student.receive()
    assert isinstance(asked, AskHelper)
    assert wire.decode(asked.args, its) == [args, kwargs]
    assert asked.functions == functions
    student.send(99, Value(7))
    assert student.receive()[1] == Value(["list", 7])


def test_what_cannot_reach_a_right_helper_is_said(run: Run, student: Line) -> None:
    run("def solve(x):\n    return step(lambda: x)")
    header, buffers = wire.encode([[2.0], {}])
    student.send(99, CallFunction("solve", header, [], ["step"], True, False, False), buffers)
    assert student.receive()[1] == AskHelper("step", None, [])
    student.send(99, Raised("WireError", "damaged", ""))
    assert student.receive()[1] == Raised(
        "RuntimeError", "damaged", "return step(lambda: x)", "RuntimeError"
    )
