"""The installed packages that a grade depends on."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, packages_distributions, version
from pathlib import PurePath

ALWAYS = ("h5py", "ipython", "matplotlib", "nbformat", "nbgrader", "numpy")
"""What student code and tests run on, and what makes points of it, whatever the lesson."""
_ALWAYS_IMPORTED = {"IPython" if name == "ipython" else name for name in ALWAYS} | {"proctor"}


def installed_version(name: str) -> str:
    """Return the version of a package, which a course may do without."""
    try:
        return version(name)
    except PackageNotFoundError:
        return "none"


def imported_packages(sources: Iterable[str], files: Mapping[str, bytes]) -> dict[str, str]:
    """Return the versions of the packages that a lesson's code imports beside `ALWAYS`.

    Parameters
    ----------
    sources : iterable of str
        Of its cells.
    files : mapping of str to bytes
        What lies beside its notebook, by name: modules of its own are no packages.
    """
    modules = [data for name, data in files.items() if name.endswith(".py")]
    texts = [*sources, *(data.decode(errors="replace") for data in modules)]
    names = set().union(*map(_imported_names, texts))
    names -= {PurePath(name).parts[0].removesuffix(".py") for name in files}
    names -= {*sys.stdlib_module_names, *_ALWAYS_IMPORTED}
    if not names:  # Else all that is installed has to be looked at.
        return {}
    known = packages_distributions()
    found = sorted({package for name in names for package in known.get(name, ())})
    return {package: installed_version(package) for package in found}


def _imported_names(source: str) -> set[str]:
    """Return the first names of the modules that some code imports anywhere."""
    try:
        nodes = list(ast.walk(ast.parse(source)))
    except (SyntaxError, ValueError, RecursionError):  # such as a cell with a magic in it
        lines = [line.strip() for line in source.splitlines()]
        imports = [line for line in lines if line.startswith(("import ", "from "))]
        nodes = [node for line in imports for node in _statement(line)]
    names: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names


def _statement(line: str) -> list[ast.stmt]:
    """Return a line as a statement; nothing if it is none by itself."""
    # Which names follow in brackets does not matter.
    for text in (line, f"{line.partition('(')[0]}*"):
        with suppress(SyntaxError, ValueError, RecursionError):
            return ast.parse(text).body
    return []
