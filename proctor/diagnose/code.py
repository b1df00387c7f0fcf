"""What can be read in a student's code without running it: unfilled lines, returns, loops.

The code is hostile. It is parsed, and never run on this side of the wall.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

# More than any answer has. What is longer is not read.
LONGEST = 20_000
LOOPS = (ast.For, ast.AsyncFor, ast.While)
# Of several results, what those are called that have no name of their own.
NUMBERED = tuple(f"the {number} result" for number in ("first", "second", "third", "fourth"))
LATER = "result {number}"
ONLY = "the result"
# Of a docstring as NumPy writes it: its returns, and the names at the beginning of its lines.
RETURNS = re.compile(r"^Returns\n-+\n(.*?)(?:\n\n|\Z)", re.MULTILINE | re.DOTALL)
NAMES = re.compile(r"^(\w+(?:, *\w+)*) *:", re.MULTILINE)


def find_function(source: str, name: str) -> ast.FunctionDef | None:
    """Return the last function of a name that a cell defines, if the cell can be read."""
    if len(source) > LONGEST:
        return None
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # IPython's magic, or an attack
        return None
    found = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name]
    return found[-1] if found else None


def unfilled_names(function: ast.FunctionDef) -> set[str]:
    """Return the names that are given the value None, and never another one."""
    none: set[str] = set()
    other: set[str] = set()
    for target, is_none in _assignments(function):
        (none if is_none else other).add(target)
    return none - other


def has_return(function: ast.FunctionDef) -> bool:
    """Say whether a function has a return statement with anything behind it but None."""
    return any(
        isinstance(node, ast.Return) and node.value is not None and not _is_none(node.value)
        for node in ast.walk(function)
    )


def loop_headers(function: ast.FunctionDef, source: str) -> list[str]:
    """Return the first lines of the loops in a function, outermost first."""
    lines = source.splitlines()
    return [
        lines[node.lineno - 1].strip() for node in ast.walk(function) if isinstance(node, LOOPS)
    ]


def _assignments(function: ast.FunctionDef) -> Iterator[tuple[str, bool]]:
    """Yield each name that is stored to, and whether it is given None."""
    nones: set[int] = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and _is_none(node.value):
            nones |= {id(part) for target in node.targets for part in ast.walk(target)}
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id, id(node) in nones


def _is_none(node: ast.expr) -> bool:
    """Say whether an expression is None, or a tuple of it as in a template."""
    if isinstance(node, ast.Tuple):
        return all(map(_is_none, node.elts))
    return isinstance(node, ast.Constant) and node.value is None


def returned_names(function: ast.FunctionDef) -> list[str]:
    """Return the names of the things that the last return statement of a function gives back.

    No two are the same. What has no name there has that of the docstring, or else a number.
    """
    returns = [node for node in ast.walk(function) if isinstance(node, ast.Return)]
    value = returns[-1].value if returns else None
    entries = value.elts if isinstance(value, ast.Tuple) else [value]
    # What a name such as np stands for is a module, unless the function gives it a value.
    own = [node.arg for node in ast.walk(function.args) if isinstance(node, ast.arg)]
    own += [name for name, _ in _assignments(function)]
    own += [entry.id for entry in entries if isinstance(entry, ast.Name)]
    found = [_base_name(entry) for entry in entries if entry is not None]
    told = _documented_names(function)
    other = told if len(told) == len(found) else list(map(_numbered, range(len(found))))
    if len(found) == 1:
        other = [ONLY]
    return [
        name if name in own and found.count(name) == 1 and name not in other else other[number]
        for number, name in enumerate(found)
    ]


def _base_name(node: ast.expr) -> str:
    """Return the name that an expression such as ``Z.reshape(m, n)`` is made of; or nothing."""
    while isinstance(node, ast.Call | ast.Attribute | ast.Subscript):
        if isinstance(node, ast.Call) and not isinstance(node.func, ast.Attribute):
            return ""
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def _documented_names(function: ast.FunctionDef) -> list[str]:
    """Return the names of the results that a function's docstring lists."""
    returns = RETURNS.search(ast.get_docstring(function) or "")
    listed = NAMES.findall(returns[1]) if returns else []
    return [name.strip() for names in listed for name in names.split(",")]


def _numbered(number: int) -> str:
    return NUMBERED[number] if number < len(NUMBERED) else LATER.format(number=number + 1)
