"""What a student has added to a cell that is locked: imports, a helper, a magic.

JupyterLab, VS Code and Colab let students write into locked cells, where it worked for them. The
lesson's own text takes its place again, and what was added runs before it as the student's code.
"""

from __future__ import annotations

import ast
import re
import warnings
from functools import cache

from ..lesson import GradedCell

# Lines that IPython understands and Python does not; one with %% is about the cell as it was.
# Possessive, since each might else be tried with each part of a long run of blanks.
MAGIC = re.compile(r"^([ \t]*+)((?:[\w, \t]*+=[ \t]*+)?[%!?].*|.*\?)$", re.M)
# A definition may name what the test has; it is looked up when it is used.
DEFINITIONS = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class UnreadableError(ValueError):
    """What stands in a locked cell is no Python that can be read here."""


def is_untouched(source: str, graded: GradedCell) -> bool:
    """Whether a locked cell is as it was handed out: without hidden tests, which come last."""
    return graded.source.startswith(source.strip())


def added_code(source: str, graded: GradedCell) -> str:
    """Return what runs before a locked code cell because a student has added it there.

    Of a cell that is no test this is all that stands there now, since what was added may need the
    rest; it then runs twice. Of a test it is what is not the test's own: no assertion, and
    nothing that makes use of the test's own results, such as a print.

    Raises
    ------
    UnreadableError
        If the cell is a test, and what stands there cannot be read.
    """
    try:
        statements = read(source)
    except UnreadableError:
        if graded.is_test:
            raise
        return source
    own, results = known(graded.source)
    added = [statement for text, statement in statements if text not in own]
    if not graded.is_test:
        return source if added else ""
    lines = source.split("\n")
    kept: dict[int, str] = {}
    for statement in added:
        if stands_alone(statement, results):
            # With its decorators; a statement of the test's on the same line does no harm.
            decorators = getattr(statement, "decorator_list", [])
            first = min([statement.lineno, *(decorator.lineno for decorator in decorators)])
            numbers = range(first - 1, statement.end_lineno or first)
            kept |= {number: lines[number] for number in numbers}
    return "\n".join(line for _, line in sorted(kept.items()) if not line.startswith("%%"))


def read(source: str) -> list[tuple[str, ast.stmt]]:
    """Return the statements of a cell, magics included, each after a text to compare it by.

    Raises
    ------
    UnreadableError
        If it is no Python, or nested too deeply.
    """
    try:
        try:
            return parsed(source)
        except SyntaxError:
            # A call stands for a magic, in its line.
            return parsed(MAGIC.sub(lambda magic: f"{magic[1]}_magic({magic[2]!r})", source))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise UnreadableError from error


def parsed(source: str) -> list[tuple[str, ast.stmt]]:
    """Return the statements of plain Python, each after a text to compare it by."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return [(ast.dump(statement), statement) for statement in ast.parse(source).body]


@cache
def known(source: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the statements of a locked cell, to compare with, and the names that it gives."""
    try:
        statements = read(source)
    except UnreadableError:
        return frozenset(), frozenset()
    names = {
        node.id
        for _, statement in statements
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    return frozenset(text for text, _ in statements), frozenset(names)


def stands_alone(statement: ast.stmt, results: frozenset[str]) -> bool:
    """Whether a statement in a test does something that does not need the test."""
    if isinstance(statement, DEFINITIONS):
        return True
    if isinstance(statement, ast.Assert) or (
        isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    ):
        return False
    return not any(
        isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in results
        for node in ast.walk(statement)
    )
