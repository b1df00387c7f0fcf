"""Read a lesson's misconceptions.py."""

from __future__ import annotations

import ast
import traceback
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from ..lesson.modules import importable
from .declaration import Conventions, Misconceptions
from .exercise import DeclarationError, Exercise

FILE = "misconceptions.py"
LIST = "MISCONCEPTIONS"
CONVENTIONS = {"HINTS": "hints", "AXES": "axes", "room": "room"}

FAILED = "{file}, line {line}: {error}"
NO_LIST = "{file}: it defines no list of Misconceptions called {name}"
NOT_A_DECLARATION = "{file}: {value!r} in {name} is no Misconceptions"
NO_SOURCE = "{file}, {name}: its reference is no function of this file"
TWICE = "{file}, {name}: it is declared twice"
NO_HELPER = "{file}, {name}: its helper {helper} is not declared here, and so has no reference"
NO_TUPLE = "{file}, {name}: fails is the text {fails!r}: write a tuple, ({fails!r},)"
NO_TEST = "{file}, {name}: there is no test cell {test}; those of the function are {known}"


def read_exercises(source: str, folder: Path, tests: Collection[str]) -> dict[str, Exercise]:
    """Return what a misconceptions.py declares.

    Parameters
    ----------
    source : str
        Of that file; empty if the lesson has none.
    folder : Path
        The lesson's folder, whose modules the file may import.
    tests : collection of str
        The `grade_id` of each of the lesson's test cells.

    Returns
    -------
    dict
        The exercises by the name of their function, in the file's order.

    Raises
    ------
    DeclarationError
        If anything in it makes no sense; the text names file, function and misconception.
    """
    exercises, problems = usable_exercises(source, folder, tests)
    if problems:
        raise DeclarationError(problems[0])
    return exercises


def usable_exercises(
    source: str, folder: Path, tests: Collection[str]
) -> tuple[dict[str, Exercise], list[str]]:
    """Return those of a misconceptions.py's exercises that make sense, and what does not.

    Whatever is wrong there costs explanations, and never a grade.

    Parameters
    ----------
    source, folder, tests
        See `read_exercises`.
    """
    try:
        exercises = _read(source, folder) if source else {}
    except DeclarationError as error:
        return {}, [str(error)]
    usable, problems = {}, []
    for name, exercise in exercises.items():
        try:
            _check(exercise, exercises, tests)
            usable[name] = exercise
        except DeclarationError as error:
            problems.append(str(error))
    return usable, problems


def try_out(exercises: Mapping[str, Exercise]) -> list[str]:
    """Return which exercises cannot be worked with, and why; see `Exercise.try_out`."""
    problems = []
    for exercise in exercises.values():
        try:
            exercise.try_out()
        except DeclarationError as error:
            problems.append(f"{FILE}, {error}")
    return problems


def _read(source: str, folder: Path) -> dict[str, Exercise]:
    """Return what the file declares, not yet checked."""
    names = _run(source, folder)
    given = {field: names[name] for name, field in CONVENTIONS.items() if name in names}
    conventions = Conventions(**given)
    texts = {
        node.name: f"{ast.get_source_segment(source, node)}\n"
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef)
    }
    exercises: dict[str, Exercise] = {}
    for declared in _declarations(names):
        if texts.get(declared.name) is None or names.get(declared.name) is not declared.reference:
            raise DeclarationError(NO_SOURCE.format(file=FILE, name=declared.name))
        if declared.name in exercises:
            raise DeclarationError(TWICE.format(file=FILE, name=declared.name))
        exercise = Exercise(declared, texts[declared.name], names, conventions)
        exercises[declared.name] = exercise
    return exercises


def _run(source: str, folder: Path) -> dict[str, Any]:
    """Run the file and return the names that it defines."""
    names: dict[str, Any] = {"__name__": Path(FILE).stem}
    try:
        with importable(folder):
            exec(compile(source, FILE, "exec"), names)
    except Exception as error:
        frames = traceback.extract_tb(error.__traceback__)
        lines = [frame.lineno for frame in frames if frame.filename == FILE]
        line = error.lineno if isinstance(error, SyntaxError) else lines[0] if lines else "?"
        # Of a syntax error the text has the line once more.
        said = error.msg if isinstance(error, SyntaxError) else error
        text = f"{type(error).__name__}: {said}"
        raise DeclarationError(FAILED.format(file=FILE, line=line, error=text)) from error
    return names


def _declarations(names: dict[str, Any]) -> list[Misconceptions]:
    """Return the file's declarations."""
    declarations = names.get(LIST)
    if not isinstance(declarations, list | tuple):
        raise DeclarationError(NO_LIST.format(file=FILE, name=LIST))
    for value in declarations:
        if not isinstance(value, Misconceptions):
            raise DeclarationError(NOT_A_DECLARATION.format(file=FILE, value=value, name=LIST))
    return list(declarations)


def _check(exercise: Exercise, exercises: dict[str, Exercise], tests: Collection[str]) -> None:
    """Check what is declared of one function against the rest of the lesson."""
    declared = exercise.declared
    for helper in declared.helpers:
        if helper not in exercises:
            text = NO_HELPER.format(file=FILE, name=declared.name, helper=helper)
            raise DeclarationError(text)
    for edit in declared.edits:
        for fails in (edit.fails, *(form.fails for form in edit.forms)):
            if isinstance(fails, str):
                name = f"{declared.name}, {edit.name}"
                raise DeclarationError(NO_TUPLE.format(file=FILE, name=name, fails=fails))
    behaviours = [(declared.name, behaviour) for behaviour in declared.timed]
    for edit in declared.edits:
        name = f"{declared.name}, {edit.name}"
        lost = [edit.fails, *(form.fails for form in edit.forms)]
        behaviours += [(name, behaviour) for fails in lost for behaviour in fails]
    try:
        exercise.check()
    except DeclarationError as error:
        raise DeclarationError(f"{FILE}, {error}") from None
    for name, behaviour in behaviours:
        test = f"{declared.name}-{behaviour}"
        if test not in tests:
            own = (other for other in tests if other.startswith(f"{declared.name}-"))
            known = ", ".join(own) or "none"
            raise DeclarationError(NO_TEST.format(file=FILE, name=name, test=test, known=known))
