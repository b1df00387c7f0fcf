"""The examiner: which answers of a kernel count, and what a test cell sees of the student."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import zmq
from conftest import LESSONS, ROOT
from jupyter_client.session import Session

from proctor.examine.calls import CallError, KernelLostError, StudentCalls, StudentCodeError
from proctor.examine.examiner import Examiner, run_imports
from proctor.sandbox.protocol import wire

KEY = b"the session's key"
Answer = Callable[[Session, dict[str, Any]], list[tuple[dict[str, Any], list[Any], Any]]]


class FakeKernel:
    """A kernel that answers as a test says: with (content, buffers, parent) triples."""

    def __init__(self, folder: Path) -> None:
        self.answer: Answer = lambda session, request: []
        self.reason: str | None = None
        self._context = zmq.Context()
        self._socket = self._context.socket(zmq.ROUTER)
        self._socket.bind(f"ipc://{folder}/k-1")
        self.connection = {"key": KEY.decode(), "ip": f"{folder}/k", "shell_port": 1}
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        session = Session(key=KEY)
        while not self._ends.is_set():
            if not self._socket.poll(20):
                continue
            identities, frames = session.feed_identities(self._socket.recv_multipart())
            request = session.deserialize(frames)
            for content, buffers, parent in self.answer(session, request):
                kind = "proctor_call_reply"
                session.send(self._socket, kind, content, parent, ident=identities, buffers=buffers)

    def close(self) -> None:
        """Stop serving."""
        self._ends.set()
        self._thread.join()
        self._context.destroy(linger=0)


@pytest.fixture
def kernel(tmp_path: Path) -> Iterator[FakeKernel]:
    """A fake kernel."""
    fake = FakeKernel(tmp_path)
    yield fake
    fake.close()


@pytest.fixture
def calls(kernel: FakeKernel) -> Iterator[StudentCalls]:
    """The line to the fake kernel."""
    line = StudentCalls(kernel.connection, lambda: kernel.reason, time.process_time, timeout=0.5)
    yield line
    line.close()


def reply(request: dict[str, Any], result: Any, **changes: Any) -> tuple[Any, list[Any], Any]:
    """Return an honest answer to a call, with changes to its content."""
    args = wire.decode(request["content"]["args"], request["buffers"])
    header, buffers = wire.encode([result, args[0]])
    content = {"nonce": request["content"]["nonce"], "status": "ok", "value": header}
    return {**content, **changes}, buffers, request


def test_an_honest_answer_counts(kernel: FakeKernel, calls: StudentCalls) -> None:
    kernel.answer = lambda session, request: [reply(request, np.arange(3))]
    assert calls.call("f", (np.ones(2),), {"mode": "max"}).tolist() == [0, 1, 2]


def test_answers_with_another_nonce_or_parent_do_not_count(
    kernel: FakeKernel, calls: StudentCalls
) -> None:
    def answer(session: Session, request: dict[str, Any]) -> list[Any]:
        other = session.msg("proctor_call_request")
        content, buffers, parent = reply(request, "forged")
        return [
            reply(request, "forged", nonce="guessed"),
            reply(request, "forged", nonce=None),
            (content, buffers, other),
            (content, buffers, None),
            reply(request, "true"),
            (content, buffers, parent),
        ]

    kernel.answer = answer
    assert calls.call("f", (), {}) == "true"
    assert calls.call("f", (), {}) == "true"  # what came late does not count either


def test_answers_signed_with_another_key_do_not_count(
    kernel: FakeKernel, calls: StudentCalls
) -> None:
    def answer(session: Session, request: dict[str, Any]) -> list[Any]:
        session.key = b"another key"
        return [reply(request, "forged")]

    kernel.answer = answer
    with pytest.raises(KernelLostError, match=r"did not finish within 0\.5 seconds"):
        calls.call("f", (), {})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"value": None}, "f: the answer"),
        ({"value": ["array", "object", [3], "00"]}, "cannot be checked"),
        ({"value": ["array", "float64", [2**40], None]}, "cannot be checked"),
        ({"value": 7}, "not a pair"),
        ({"value": "text"}, "not a pair"),
        ({"status": "unfit", "evalue": "a value of type Foo"}, "a value of type Foo"),
        ({"status": "unfit", "evalue": ["no", "text"]}, "cannot be checked"),
    ],
)
def test_answers_that_make_no_sense_are_explained(
    changes: dict[str, Any], message: str, kernel: FakeKernel, calls: StudentCalls
) -> None:
    def answer(session: Session, request: dict[str, Any]) -> list[Any]:
        content, _, parent = reply(request, 1, **changes)
        return [(content, [], parent)]

    kernel.answer = answer
    with pytest.raises(CallError, match=message):
        calls.call("f", (), {})


def test_an_exception_is_told_with_the_students_line(
    kernel: FakeKernel, calls: StudentCalls
) -> None:
    error = {"status": "error", "ename": "KeyError", "evalue": "x" * 10_000, "line": "a = b[c]"}
    kernel.answer = lambda session, request: [reply(request, None, **error)]
    with pytest.raises(StudentCodeError) as raised:
        calls.call("f", (), {})
    assert str(raised.value).startswith("KeyError: xxx")
    assert str(raised.value).endswith("in your line: a = b[c]")
    assert len(str(raised.value)) < 3000


def test_a_kernel_that_dies_is_noticed_at_once(kernel: FakeKernel, calls: StudentCalls) -> None:
    kernel.reason = "it ended itself"
    with pytest.raises(KernelLostError, match=r"ended the Python process .* \(it ended itself\)"):
        calls.call("f", (), {})


def test_what_a_function_does_to_its_arguments_is_seen(
    kernel: FakeKernel, calls: StudentCalls
) -> None:
    def answer(session: Session, request: dict[str, Any]) -> list[Any]:
        header, buffers = wire.encode([None, [np.array([7.0, 8.0])]])
        content = {"nonce": request["content"]["nonce"], "status": "ok", "value": header}
        return [(content, buffers, request)]

    kernel.answer = answer
    argument = np.zeros(2)
    calls.call("f", (argument,), {})
    assert argument.tolist() == [7, 8]


def test_of_a_function_in_an_argument_only_the_name_crosses(
    kernel: FakeKernel, calls: StudentCalls, tmp_path: Path
) -> None:
    (tmp_path / "given.py").write_text("def slope(x):\n    return 2 * x\n")
    slope = run_imports("from given import slope", tmp_path)["slope"]
    asked: list[Any] = []

    def answer(session: Session, request: dict[str, Any]) -> list[Any]:
        asked.append(request["content"]["functions"])
        asked.append(wire.decode(request["content"]["args"], request["buffers"]))
        return [reply(request, 1)]

    kernel.answer = answer
    calls.call("f", (3.0, slope), {})
    assert asked == [[[1, "given", "slope"]], [[3.0, None], {}]]


def test_a_function_that_a_test_cell_makes_does_not_cross(calls: StudentCalls) -> None:
    namespace: dict[str, Any] = {"__name__": "__test__"}
    exec("def slope(x):\n    return 2 * x", namespace)
    with pytest.raises(wire.WireError, match="a value of type function"):
        calls.call("f", (namespace["slope"],), {})


# ------------------------------------------------------------------------------ test cells


class FakeCalls:
    """A student with one function, one variable and nothing else."""

    def kinds(self, names: list[str]) -> dict[str, str]:
        """Say what the student has."""
        return {name: {"f": "callable", "x": "data"}.get(name, "missing") for name in names}

    def data(self, name: str) -> Any:
        """Return the variable."""
        return 5

    def call(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Call the function."""
        if args == ("hang",):
            raise KernelLostError("f hangs")
        return (name, args, kwargs)


def examine(source: str, imports: str = "import numpy as np") -> Any:
    """Run a test cell."""
    return Examiner(imports, ROOT).examine(source, FakeCalls(), "seed")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "source",
    [
        "assert f(1, mode='max') == ('f', (1,), {'mode': 'max'})",
        "assert x == 5",
        "def inner():\n    return [f(n) for n in range(x)]\nassert len(inner()) == 5",
        "assert callable(f) and np.sum([1, 2]) == 3",
        "x = 7\nassert x == 7",
        "from proctor.testing import fresh_rng\nassert fresh_rng('a').normal() != 0",
        "print('no output reaches anybody')",
    ],
)
def test_cells_that_pass(source: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert examine(source).passed
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("source", "ename", "message"),
    [
        ("assert False, 'what went wrong'", "AssertionError", "what went wrong"),
        ("missing(1)", "NameError", "name 'missing' is not defined"),
        ("assert np_missing.x", "NameError", "name 'np_missing' is not defined"),
        ("[][1]", "IndexError", "list index out of range"),
    ],
)
def test_cells_that_fail(source: str, ename: str, message: str) -> None:
    verdict = examine(source)
    assert (verdict.passed, verdict.ename, verdict.message) == (False, ename, message)


def test_a_lost_kernel_is_told() -> None:
    verdict = examine("f('hang')")
    assert not verdict.passed
    assert verdict.kernel_lost


def test_cells_share_nothing() -> None:
    examiner = Examiner("import numpy as np", ROOT)
    calls: Any = FakeCalls()
    assert examiner.examine("y = 1; np = None", calls, "seed").passed
    assert not examiner.examine("y", calls, "seed").passed
    assert examiner.examine("np.zeros(1)", calls, "seed").passed


def test_modules_of_a_lesson_do_not_stay(tmp_path: Path) -> None:
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        folder.mkdir()
        (folder / "figures.py").write_text(f"WHERE = {folder.name!r}")
    imports = "%matplotlib inline\nimport figures\n!ls"
    names = [run_imports(imports, folder)["figures"].WHERE for folder in folders]
    assert names == ["one", "two"]


def test_the_lessons_imports_run() -> None:
    for lesson in LESSONS:
        assert "np" in run_imports("import figures\nimport numpy as np", ROOT / "release" / lesson)


def test_what_is_callable_is_asked_for_once_until_a_cell_runs(
    kernel: FakeKernel, calls: StudentCalls
) -> None:
    asked: list[list[str]] = []

    def answer(session: Session, request: dict[str, Any]) -> list[Any]:
        names = request["content"]["names"]
        asked.append(names)
        kinds = {"f": "callable", "x": "data", "odd": ["callable"]}
        content = {"nonce": request["content"]["nonce"], "status": "ok", "kinds": kinds}
        return [(content, [], request)]

    kernel.answer = answer
    found = {"f": "callable", "x": "data", "odd": "missing", "y": "missing"}
    assert calls.kinds(list(found)) == found
    assert calls.kinds(list(found)) == found
    assert calls.kinds(["f"]) == {"f": "callable"}
    calls.cell_ran()
    assert calls.kinds(["f"]) == {"f": "callable"}
    assert asked == [["f", "x", "odd", "y"], ["x", "odd", "y"], ["f"]]
