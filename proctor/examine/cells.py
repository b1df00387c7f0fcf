"""Test cells: plain Python, run outside of the student's process.

A test cell sees the names of the lesson's `imports` cell and, under the names that it uses
without defining them, the student's functions (as proxies that call across the wall) and data
(as copies). Expected values and hidden tests never leave this process.
"""

from __future__ import annotations

import ast
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import chdir, contextmanager, redirect_stdout, suppress
from dataclasses import dataclass, field, replace
from functools import cache, partial
from io import StringIO, TextIOBase
from pathlib import Path
from types import CodeType
from typing import Any

from ..diagnose.calls import CallError, ProcessLostError, StudentCodeError, UnfitError
from ..lesson import TOOLS
from ..lesson.modules import importable
from ..lesson.names import as_plain, names_of
from ..sandbox.protocol import wire
from .calls import TEST_CELL, StudentCalls, shortened
from .limits import TimeLimitError, work_limit

MESSAGE_LENGTH = 4000
RESULT_LENGTH = 200
# What a test itself may work, in seconds; a student's answer may be made to keep it busy.
TEST_SECONDS = 60

# A test that looks at its own arguments after a call says so by using this function of
# `proctor.testing`. All others keep theirs, so that no student's function can change what a test
# goes on to compare with.
ASKS_FOR_ARGUMENTS = "assert_unchanged"

TOO_LONG = "What your code returned keeps this test busy for more than {seconds} seconds."
NO_ATTRIBUTE = "'function' object has no attribute '{name}'"
TOO_LARGE = "What your code returned is too large for this test."


# What the value of a test's last expression, which may be points, is kept under.
LAST_VALUE = "__last_value__"


@dataclass(frozen=True)
class Verdict:
    """What came of a test cell.

    Attributes
    ----------
    passed : bool
    ename, message : str
        The kind of failure and what the student should read about it; empty if it passed.
    result : str or None
        The value of the test's last expression, of which nbgrader makes points.
    place : list of str
        Where it stopped, as Python writes it, if there is no message.
    unfit : str
        What of the student's could not cross the wall and failed a test of nbgrader's kind: it may
        be right.
    printed : str
        What the test itself has printed, also in lines that are hidden from students.
    """

    passed: bool
    ename: str = ""
    message: str = ""
    result: str | None = None
    place: list[str] = field(default_factory=list)
    unfit: str = ""
    printed: str = ""


class StudentFunction:
    """A student's function, as a test cell sees it.

    Parameters
    ----------
    name : str
    calls : StudentCalls
    afterwards : bool
        Whether what it does to its arguments is seen.
    notebook : AsInNotebook, optional
        Given in a test of nbgrader's kind: makes the calls.
    """

    def __init__(
        self,
        name: str,
        calls: StudentCalls,
        afterwards: bool,
        notebook: AsInNotebook | None = None,
    ) -> None:
        self.__name__ = name
        self._calls = calls
        self._afterwards = afterwards
        self._notebook = notebook

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function across the wall."""
        if self._notebook is not None:
            return self._notebook.call(self.__name__, args, kwargs)
        return self._calls.call(self.__name__, args, kwargs, afterwards=self._afterwards)

    def timed(self, *args: Any, **kwargs: Any) -> tuple[Any, float]:
        """Call the function across the wall; return its result, and how long it took in seconds.

        Lessons that measure functions look for this method.
        """
        return self._calls.timed(partial(self._calls.call, self.__name__, args, kwargs))


# A student who has a function in place of data reads that.
StudentFunction.__name__ = "function"


class CallableInNotebook(StudentFunction):
    """What can be called, as a test of nbgrader's kind sees it: it may be data besides."""

    def __getattr__(self, attribute: str) -> Any:
        """Return what is asked of the value, if that can cross."""
        if attribute.startswith("_") or self._notebook is None:
            raise AttributeError(NO_ATTRIBUTE.format(name=attribute))
        return getattr(self._notebook.value(self.__name__), attribute)

    def __getitem__(self, key: Any) -> Any:
        """Return what is asked of the value, if that can cross; for loops ask, too."""
        assert self._notebook is not None
        return self._notebook.value(self.__name__)[key]


CallableInNotebook.__name__ = "function"


class AsInNotebook:
    """What a test of nbgrader's kind sees of the student's process, as it would in a notebook.

    Variables are as they are after each call, and exceptions of their own kind. What else goes
    wrong has no counterpart there, and a test that expects an exception would take it for that.

    Parameters
    ----------
    names : dict
        Of the test.
    calls : StudentCalls

    Attributes
    ----------
    failure : Exception or None
        The first call that went wrong other than by an exception in the student's code.
    """

    def __init__(self, names: dict[str, Any], calls: StudentCalls) -> None:
        self._names = names
        self._calls = calls
        self._data: list[str] = []
        self.failure: Exception | None = None

    def add(self, name: str) -> None:
        """Get the value of a variable."""
        self._names[name] = self.value(name)
        self._data.append(name)

    def call(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Call a function, and get the variables again."""
        try:
            with self._remembered():
                result = self._calls.call(name, args, kwargs, as_in_notebook=True)
        except StudentCodeError as error:
            self._refresh()
            itself = error.as_itself()
            raise itself from (None if isinstance(itself, CallError) else error)
        self._refresh()
        return result

    def _refresh(self) -> None:
        """Get the values again; what can follow stays the same object."""
        for name in self._data:
            self._names[name] = wire.copy_back(self._names[name], self.value(name))

    def value(self, name: str) -> Any:
        """Return the value of a variable."""
        with self._remembered():
            return self._calls.data(name)

    @contextmanager
    def _remembered(self) -> Iterator[None]:
        """Remember what goes wrong within the block, if it is not the student's exception."""
        try:
            yield
        except StudentCodeError:
            raise
        except (CallError, wire.WireError) as error:
            self.failure = self.failure or error
            raise


def run_imports(imports: str, folder: Path, given: Sequence[str] = ()) -> dict[str, Any]:
    """Run an `imports` cell and return the names that it defines.

    Parameters
    ----------
    imports : str
        The cell's source. Magics do nothing.
    folder : Path
        With the lesson's modules and files, which is the working directory meanwhile.
    given : sequence of str
        Import statements of other cells.
    """
    namespace: dict[str, Any] = {"__name__": TEST_CELL, "get_ipython": _NoShell}
    # What it prints is for students; here it would stand between an instructor's own lines.
    with importable(folder), chdir(folder), redirect_stdout(StringIO()):
        exec(compile(as_plain(imports), "<imports>", "exec", optimize=0), namespace)
        for statement in given:
            # One that fails concerns the tests that use its names, and no others.
            with suppress(Exception):
                exec(compile(statement, "<imports>", "exec"), namespace)
    # A test that asks for the shell has to run where there is one.
    del namespace["get_ipython"]
    return namespace


class _NoShell:
    """What `get_ipython` returns to an `imports` cell outside of a notebook."""

    def __getattr__(self, name: str) -> Any:
        return lambda *args, **options: None


def run_test(source: str, namespace: Mapping[str, Any], calls: StudentCalls) -> Verdict:
    """Run one test cell.

    Parameters
    ----------
    source : str
        The test cell, as the master has it.
    namespace : mapping
        What its `imports` cell has defined.
    calls : StudentCalls
        The student's functions and data.
    """
    names = {**namespace, "__name__": TEST_CELL}
    notebook = None if TOOLS in source else AsInNotebook(names, calls)
    printed = _Printed()
    with redirect_stdout(printed):
        verdict = _verdict(source, names, calls, notebook)
    verdict = replace(verdict, printed=printed.text)
    if notebook is not None and isinstance(notebook.failure, UnfitError):
        return replace(verdict, unfit=shortened(notebook.failure.told(), RESULT_LENGTH))
    return verdict


class _Printed(TextIOBase):
    """Keeps the beginning of what is printed; a student's answer may make it long."""

    text = ""

    def write(self, text: str) -> int:
        """Take a text."""
        self.text += text[: MESSAGE_LENGTH - len(self.text)]
        return len(text)


def _verdict(
    source: str, names: dict[str, Any], calls: StudentCalls, notebook: AsInNotebook | None
) -> Verdict:
    """Run a test cell in which these names are known."""
    try:
        with work_limit(TEST_SECONDS):
            code, uses = compiled(source)
            _add_student_names(names, sorted(uses - names.keys()), calls, source, notebook)
            exec(code, names)
            if notebook is not None and notebook.failure is not None:
                raise notebook.failure  # whatever the test has made of it
            value = names.get(LAST_VALUE)
            result = None if value is None else repr(value)[:RESULT_LENGTH]
    except ProcessLostError as error:
        return Verdict(False, "Stopped", shortened(error.told(), MESSAGE_LENGTH))
    except CallError as error:
        return Verdict(False, "Error in your code", shortened(error.told(), MESSAGE_LENGTH))
    except TimeLimitError:
        return Verdict(False, "Stopped", TOO_LONG.format(seconds=TEST_SECONDS))
    except MemoryError:
        return Verdict(False, "Stopped", TOO_LARGE)
    except BaseException as error:  # SystemExit, and what other test tools raise
        if isinstance(error.__cause__, CallError) and not isinstance(error, Exception):
            return Verdict(False, "Error in your code", shortened(error.__cause__.told()))
        message = shortened(str(error), MESSAGE_LENGTH)
        name, frames = type(error).__name__, traceback.format_tb(error.__traceback__)
        return Verdict(False, name, message, place=[] if message else [*frames[1:2], name])
    return Verdict(True, result=result)


@cache
def compiled(source: str) -> tuple[CodeType, frozenset[str]]:
    """Return a test cell's code, and the names that it uses without defining them.

    Assertions count whatever the environment says.
    """
    tree = ast.parse(source)
    last = tree.body[-1] if tree.body else None
    # As in a notebook, a semicolon says that the value is not wanted.
    if isinstance(last, ast.Expr) and not source.rstrip().endswith(";"):
        kept = ast.Assign([ast.Name(LAST_VALUE, ast.Store())], last.value)
        tree.body[-1] = ast.fix_missing_locations(ast.copy_location(kept, last))
    uses, _ = names_of(source)
    return compile(tree, "<test cell>", "exec", optimize=0), uses


def _add_student_names(
    names: dict[str, Any],
    wanted: list[str],
    calls: StudentCalls,
    source: str,
    notebook: AsInNotebook | None,
) -> None:
    """Add what the student has under the wanted names; what is missing stays undefined."""
    if not wanted:
        return
    for name, kind in calls.kinds(wanted).items():
        if kind == "callable" and notebook is not None:
            names[name] = CallableInNotebook(name, calls, True, notebook)
        elif kind == "callable":
            names[name] = StudentFunction(name, calls, ASKS_FOR_ARGUMENTS in source)
        elif kind == "data" and notebook is not None:
            notebook.add(name)
        elif kind == "data":
            names[name] = calls.data(name)
