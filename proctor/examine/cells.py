"""Test cells: plain Python, run outside of the student's process.

A test cell sees the names of the lesson's `imports` cell and, under the names that it uses
without defining them, the student's functions (as proxies that call across the wall) and data
(as copies). Expected values and hidden tests never leave this process.
"""

from __future__ import annotations

import ast
import traceback
from collections.abc import Mapping, Sequence
from contextlib import chdir, redirect_stdout, suppress
from dataclasses import dataclass, field
from functools import cache, partial
from io import StringIO
from pathlib import Path
from types import CodeType
from typing import Any

from ..diagnose.calls import CallError, ProcessLostError, StudentCodeError
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
    """

    passed: bool
    ename: str = ""
    message: str = ""
    result: str | None = None
    place: list[str] = field(default_factory=list)


class StudentFunction:
    """A student's function, as a test cell sees it.

    Parameters
    ----------
    name : str
    calls : StudentCalls
    afterwards : bool
        Whether what it does to its arguments is seen.
    variables : StudentVariables, optional
        Given in a test of nbgrader's kind: what such a test sees of the student's process.
    """

    def __init__(
        self,
        name: str,
        calls: StudentCalls,
        afterwards: bool,
        variables: StudentVariables | None = None,
    ) -> None:
        self.__name__ = name
        self._calls = calls
        self._afterwards = afterwards
        self._variables = variables

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function across the wall."""
        if self._variables is None:
            return self._calls.call(self.__name__, args, kwargs, afterwards=self._afterwards)
        try:
            result = self._calls.call(self.__name__, args, kwargs, afterwards=True)
        except StudentCodeError as error:
            self._variables.refresh()
            raise error.as_itself() from None
        self._variables.refresh()
        return result

    def timed(self, *args: Any, **kwargs: Any) -> tuple[Any, float]:
        """Call the function across the wall; return its result, and how long it took in seconds.

        Lessons that measure functions look for this method.
        """
        return self._calls.timed(partial(self._calls.call, self.__name__, args, kwargs))


class StudentVariables:
    """The student's variables in a test of nbgrader's kind, as they are after each call.

    Parameters
    ----------
    names : dict
        Of the test.
    calls : StudentCalls
    """

    def __init__(self, names: dict[str, Any], calls: StudentCalls) -> None:
        self._names = names
        self._calls = calls
        self._data: list[str] = []

    def add(self, name: str) -> None:
        """Get the value of a variable."""
        self._names[name] = self._calls.data(name)
        self._data.append(name)

    def refresh(self) -> None:
        """Get the values again; what can follow stays the same object."""
        for name in self._data:
            self._names[name] = wire.copy_back(self._names[name], self._calls.data(name))


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
    try:
        with work_limit(TEST_SECONDS):
            code, uses = compiled(source)
            names = {**namespace, "__name__": TEST_CELL}
            wanted = sorted(uses - names.keys())
            _add_student_names(names, wanted, calls, source)
            exec(code, names)
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
    names: dict[str, Any], wanted: list[str], calls: StudentCalls, source: str
) -> None:
    """Add what the student has under the wanted names; what is missing stays undefined."""
    if not wanted:
        return
    variables = StudentVariables(names, calls)
    sees_all = None if TOOLS in source else variables
    for name, kind in calls.kinds(wanted).items():
        if kind == "callable":
            names[name] = StudentFunction(name, calls, ASKS_FOR_ARGUMENTS in source, sees_all)
        elif kind == "data":
            variables.add(name)
