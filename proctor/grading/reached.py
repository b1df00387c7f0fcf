"""What a test cell uses of the lesson's own modules, and of the cell that opens the lesson.

Modules are known by the last part of their name alone, so that it does not matter how they are
imported.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from functools import cache
from pathlib import PurePath

Imports = ast.Import | ast.ImportFrom


def reached(
    tree: ast.Module, given: ast.Module, files: Mapping[str, bytes]
) -> Iterator[tuple[str, ast.stmt, ast.Module]]:
    """Yield the definitions that a test uses, however far away, with their names and modules.

    Parameters
    ----------
    tree : ast.Module
        The test.
    given : ast.Module
        What it finds defined and imported.
    files : mapping of str to bytes
        What lies beside the notebook.
    """
    modules = _modules(files)
    pending: list[tuple[ast.AST, ast.Module]] = [(tree, given)]
    seen: set[int] = set()
    for code, home in pending:
        used = _used(code)
        asked: list[tuple[ast.Module, Collection[str]]] = [(home, used)]
        for node in [*ast.walk(code), *ast.walk(home)]:
            if isinstance(node, Imports):
                for part, names in _asked(node, used):
                    asked += [(module, names) for module in modules.get(part, [])]
        for module, names in asked:
            for name, statement in _definitions(module, names):
                if id(statement) not in seen:
                    seen.add(id(statement))
                    yield name, statement, module
                    pending.append((statement, module))


def _modules(files: Mapping[str, bytes]) -> dict[str, list[ast.Module]]:
    """Return the lesson's own modules by the last part of their name."""
    modules: dict[str, list[ast.Module]] = {}
    for name, data in files.items():
        path = PurePath(name)
        if path.suffix == ".py":
            part = path.parent.name if path.stem == "__init__" else path.stem
            with suppress(SyntaxError, ValueError, RecursionError):
                modules.setdefault(part, []).append(_parsed(data))
    return modules


@cache
def _parsed(data: bytes) -> ast.Module:
    """Return a module, which many tests of a lesson ask for."""
    return ast.parse(data)


def _used(code: ast.AST) -> set[str]:
    """Return the names and attributes in some code."""
    nodes = list(ast.walk(code))
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    return names | {node.attr for node in nodes if isinstance(node, ast.Attribute)}


def _asked(node: Imports, used: Collection[str]) -> Iterator[tuple[str, Collection[str]]]:
    """Yield which modules an import statement names, and which of their names are used."""
    for alias in node.names:
        bound = (alias.asname or alias.name).partition(".")[0]
        if bound not in {*used, "*"}:
            continue
        # What is imported from a package may be a module, too.
        yield alias.name.rpartition(".")[2], used
        if isinstance(node, ast.ImportFrom) and node.module:
            names = used if bound == "*" else {alias.name}
            yield node.module.rpartition(".")[2], names


def _definitions(module: ast.Module, names: Collection[str]) -> Iterator[tuple[str, ast.stmt]]:
    """Yield the statements of a module that define some names, each with the name."""
    for statement in module.body:
        match statement:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                defined = {statement.name}
            case ast.Assign():
                defined = {
                    target.id for target in statement.targets if isinstance(target, ast.Name)
                }
            case _:
                continue
        if wanted := sorted(defined.intersection(names)):
            yield wanted[0], statement
