"""Test cells: plain Python, run outside of the student's process.

A test cell sees the names of the lesson's `imports` cell and, under the names that it uses
without defining them, the student's functions (as proxies that call across the wall) and data
(as copies). Expected values and hidden tests never leave this process.
"""

from __future__ import annotations

import ast
import builtins
import dis
from collections.abc import Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import cache
from io import StringIO
from pathlib import Path
from types import CodeType
from typing import Any

from ..diagnose.calls import CallError, ProcessLostError
from ..lesson.modules import importable
from .calls import TEST_CELL, StudentCalls
from .limits import TimeLimitError, work_limit

MESSAGE_LENGTH = 4000
# What a test itself may work, in seconds; a student's answer may be made to keep it busy.
TEST_SECONDS = 60

# A test that looks at its own arguments after a call says so by using this function of
# `proctor.testing`. All others keep theirs, so that no student's function can change what a test
# goes on to compare with.
ASKS_FOR_ARGUMENTS = "assert_unchanged"

TOO_LONG = "What your code returned keeps this test busy for more than {seconds} seconds."
TOO_LARGE = "What your code returned is too large for this test."


@dataclass(frozen=True)
class Verdict:
    """What came of a test cell.

    Attributes
    ----------
    passed : bool
    ename, message : str
        The kind of failure and what the student should read about it; empty if it passed.
    """

    passed: bool
    ename: str = ""
    message: str = ""


class StudentFunction:
    """A student's function, as a test cell sees it.

    Parameters
    ----------
    name : str
    calls : StudentCalls
    afterwards : bool
        Whether what it does to its arguments is seen.
    """

    def __init__(self, name: str, calls: StudentCalls, afterwards: bool) -> None:
        self.__name__ = name
        self._calls = calls
        self._afterwards = afterwards

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function across the wall."""
        return self._calls.call(self.__name__, args, kwargs, afterwards=self._afterwards)

    def timed(self, *args: Any, **kwargs: Any) -> tuple[Any, float]:
        """Call the function across the wall; return its result, and how long it took in seconds.

        Lessons that measure functions look for this method.
        """
        return self._calls.timed_call(self.__name__, args, kwargs)


def run_imports(imports: str, folder: Path) -> dict[str, Any]:
    """Run an `imports` cell and return the names that it defines.

    Parameters
    ----------
    imports : str
        The cell's source. Magics are left out.
    folder : Path
        With the lesson's modules.
    """
    plain = "\n".join(line for line in imports.splitlines() if not line.startswith(("%", "!")))
    namespace: dict[str, Any] = {}
    # What it prints is for students; here it would stand between an instructor's own lines.
    with importable(folder), redirect_stdout(StringIO()):
        exec(compile(plain, "<imports>", "exec", optimize=0), namespace)
    return namespace


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
            code, loaded = compiled(source)
            names = {**namespace, "__name__": TEST_CELL}
            wanted = [name for name in loaded if name not in names]
            exec(code, names | _student_names(wanted, calls, ASKS_FOR_ARGUMENTS in source))
    except ProcessLostError as error:
        return Verdict(False, "Stopped", _cut(str(error)))
    except CallError as error:
        return Verdict(False, "Error in your code", _cut(str(error)))
    except TimeLimitError:
        return Verdict(False, "Stopped", TOO_LONG.format(seconds=TEST_SECONDS))
    except MemoryError:
        return Verdict(False, "Stopped", TOO_LARGE)
    except BaseException as error:  # SystemExit, and what other test tools raise
        return Verdict(False, type(error).__name__, _cut(str(error)))
    return Verdict(True)


@cache
def compiled(source: str) -> tuple[CodeType, tuple[str, ...]]:
    """Return a test cell's code, and the global names that it loads without defining them.

    Assertions count whatever the environment says.
    """
    code = compile(ast.parse(source), "<test cell>", "exec", optimize=0)
    loaded: dict[str, None] = {}
    stored = set(vars(builtins))
    pending = [code]
    while pending:
        current = pending.pop()
        for instruction in dis.get_instructions(current):
            if instruction.opname in ("LOAD_NAME", "LOAD_GLOBAL"):
                loaded.setdefault(instruction.argval)
            elif instruction.opname in ("STORE_NAME", "STORE_GLOBAL"):
                stored.add(instruction.argval)
        pending += [constant for constant in current.co_consts if isinstance(constant, CodeType)]
    return code, tuple(name for name in loaded if name not in stored)


def _student_names(names: list[str], calls: StudentCalls, afterwards: bool) -> dict[str, Any]:
    """Return what the student has under some names; what is missing stays undefined."""
    found: dict[str, Any] = {}
    if names:
        for name, kind in calls.kinds(names).items():
            if kind == "callable":
                found[name] = StudentFunction(name, calls, afterwards)
            elif kind == "data":
                found[name] = calls.data(name)
    return found


def _cut(text: str) -> str:
    """Return a message, cut to a length that a person may read."""
    return text if len(text) <= MESSAGE_LENGTH else text[:MESSAGE_LENGTH] + " ..."
