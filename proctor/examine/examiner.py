"""Where test cells run: outside of the student's kernel, as plain Python.

A test cell sees the names of the lesson's `imports` cell and, under the names that it uses
without defining them, the student's functions (as proxies that call across the wall) and data
(as copies). Expected values and hidden tests never leave this process.
"""

from __future__ import annotations

import builtins
import dis
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import CodeType
from typing import Any

from ..diagnose.exercise import Exercise
from ..diagnose.misconceptions import read_exercises
from ..lesson.modules import importable
from ..testing import seeded
from .calls import TEST_CELL, CallError, KernelLostError, StudentCalls

MESSAGE_LENGTH = 4000

# Submissions may be examined in several threads, and ast is not safe in them: "AST constructor
# recursion depth mismatch".
_parsing = threading.Lock()


@dataclass(frozen=True)
class Verdict:
    """What came of a test cell.

    Attributes
    ----------
    passed : bool
    ename, message : str
        The kind of failure and what the student should read about it; empty if it passed.
    kernel_lost : bool
        Whether the student's kernel has to be replaced before anything else runs in it.
    """

    passed: bool
    ename: str = ""
    message: str = ""
    kernel_lost: bool = False


class StudentFunction:
    """A student's function, as a test cell sees it."""

    def __init__(self, name: str, calls: StudentCalls) -> None:
        self.__name__ = name
        self._calls = calls

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function across the wall."""
        return self._calls.call(self.__name__, args, kwargs)

    def timed(self, *args: Any, **kwargs: Any) -> tuple[Any, float]:
        """Call the function across the wall; return its result, and how long it took in seconds.

        Lessons that measure functions look for this method.
        """
        return self._calls.timed_call(self.__name__, args, kwargs)


class Examiner:
    """Runs the test cells of one lesson.

    Parameters
    ----------
    imports : str
        Source of the lesson's `imports` cell. Magics are left out.
    lesson_files : Path
        The folder with the modules that it may import.
    misconceptions : str, optional
        Source of the lesson's misconceptions.py.
    """

    def __init__(self, imports: str, lesson_files: Path, misconceptions: str = "") -> None:
        self._namespace = run_imports(imports, lesson_files)
        self._misconceptions, self._folder = misconceptions, lesson_files
        self._tests: Mapping[str, str] = {}
        self._exercises: dict[str, Exercise] = {}

    def exercises(self, tests: Mapping[str, str]) -> dict[str, Exercise]:
        """Return the lesson's functions with their misconceptions; read when the tests are new.

        Parameters
        ----------
        tests : mapping
            Sources of the lesson's graded cells, by `grade_id`, as the master has them.
        """
        with _parsing:
            if tests != self._tests:
                self._exercises = read_exercises(self._misconceptions, self._folder, tests)
                self._tests = dict(tests)
            return self._exercises

    def examine(self, source: str, calls: StudentCalls, seed: str) -> Verdict:
        """Run one test cell against a student's kernel.

        Parameters
        ----------
        source : str
            The test cell, as the master has it.
        calls : StudentCalls
            The line to the student's kernel.
        seed : str
            Seed of the submission's fresh inputs.
        """
        code, loaded = compiled(source)
        # What a test cell prints is for nobody. Not by redirecting sys.stdout: others may be
        # examined in other threads.
        namespace = {**self._namespace, "__name__": TEST_CELL, "print": _say_nothing}
        try:
            with seeded(seed):
                names = [name for name in loaded if name not in namespace]
                namespace |= _student_names(names, calls)
                exec(code, namespace)
        except KernelLostError as error:
            return Verdict(False, "Stopped", _cut(str(error)), kernel_lost=True)
        except CallError as error:
            return Verdict(False, "Error in your code", _cut(str(error)))
        except Exception as error:
            return Verdict(False, type(error).__name__, _cut(str(error)))
        return Verdict(True)


def run_imports(imports: str, lesson_files: Path) -> dict[str, Any]:
    """Run an `imports` cell and return the names that it defines."""
    plain = "\n".join(line for line in imports.splitlines() if not line.startswith(("%", "!")))
    namespace: dict[str, Any] = {}
    with importable(lesson_files):
        exec(compile(plain, "<imports>", "exec"), namespace)
    return namespace


@lru_cache(maxsize=1000)
def compiled(source: str) -> tuple[CodeType, tuple[str, ...]]:
    """Return a test cell's code, and the global names that it loads without defining them."""
    with _parsing:
        code = compile(source, "<test cell>", "exec")
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


def _say_nothing(*values: object, **options: object) -> None:
    """Take the place of print."""


def _student_names(names: list[str], calls: StudentCalls) -> dict[str, Any]:
    """Return what the student has under some names; what is missing stays undefined."""
    found: dict[str, Any] = {}
    if names:
        for name, kind in calls.kinds(names).items():
            if kind == "callable":
                found[name] = StudentFunction(name, calls)
            elif kind == "data":
                found[name] = calls.data(name)
    return found


def _cut(text: str) -> str:
    """Return a message, cut to a length that a person may read."""
    return text if len(text) <= MESSAGE_LENGTH else text[:MESSAGE_LENGTH] + " ..."
