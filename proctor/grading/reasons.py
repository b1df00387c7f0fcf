"""Why a test cell cannot run outside of the wall, in words for its author."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress

from ..lesson import TOOLS
from ..lesson.names import as_plain, names_of
from .copies import changed_after_call
from .reached import reached

NOT_FULL = "the master's own solution earns {points:g} of {maximum:g} points"
NOT_NOTHING = "the untouched release earns {points:g} of {maximum:g} points"
CURE_PROBLEM = {
    False: "Correct the solution or the test, so that students can earn these points",
    True: "Let the test call what the student has to write, so that nobody earns it for nothing",
}
"""By whether the master's own solution earns all points."""
IDLE = (
    "functions that return None earn all its points. Let the test compare what a function returns "
    "with what is asked for"
)

# What a test sees of the process that runs it, which outside is not the student's: it would look
# at the examiner's and find nothing, whatever the student has done.
PROCESS = {
    "builtins", "callable", "capture_output", "capsys", "delattr", "dir", "eval", "exec", "exists",
    "gca", "gcf", "get_fignums", "getattr", "getsource", "get_ipython", "globals", "hasattr", "id",
    "In", "inspect", "isfile", "listdir", "locals", "mock", "monkeypatch", "open", "os", "Out",
    "patch", "Path", "pathlib", "plt", "psutil", "redirect_stderr", "redirect_stdout", "setattr",
    "shares_memory", "StringIO", "subprocess", "sys", "threading", "tracemalloc", "vars", "warns",
    "warnings",
}  # fmt: skip
# What IPython keeps of cells and results; some are common names, so only if the test defines none.
HISTORY = {"_", "__", "___", "_dh", "_i", "_ih", "_ii", "_iii", "_oh"}
SEEDS = {"seed", "RandomState"}
LOOKS = "it looks at the process that runs it ({what}): compare what functions return instead"
SEEDED = "it sets a seed that the student's process does not see: give the function a generator"
IDENTITY = "it asks whether two things are the same object: compare their values instead"
REBINDS = "it gives {name} another value, which the student's code does not see"
CHANGES = (
    "it changes {name} after a call, and outside the student's code has a copy of that: give each "
    "call values of its own, and change no result"
)
BY_WAY_OF = "by way of {name}, {why}"
VALUE = "it uses the function {name} as a value: call it in the test"
MAGIC = "it is not plain Python: leave out magics, `!` and top-level `await`"

REASONS = (
    (r"cannot be checked: (?P<what>.+)\.$", "{what} cannot cross the wall: compare plain values"),
    (r"a value of type (?P<what>\w+)", "a {what} cannot cross the wall: pass plain values"),
    (
        r"NameError: name '(?P<what>\w+)'",
        "{what} comes from a cell that outside tests do not see: import or define it in the test",
    ),
    (r"FileNotFoundError: (?P<what>.+)", "it reads a file: let a function of the student's do so"),
    (r"ModuleNotFoundError: (?P<what>.+)", "{what}: install it where grading runs"),
)
"""What the master's solution stops with outside, and what to say of it."""


def looks_at_process(
    source: str,
    functions: Collection[str] = (),
    given: str = "",
    files: Mapping[str, bytes] | None = None,
) -> str:
    """Return what a test does that only makes sense in the student's own process, or nothing.

    Outside such a test might pass whoever's code it is. One that uses proctor's tools is taken
    for what it says.

    Parameters
    ----------
    source : str
    functions : collection of str
        Names of the functions and classes of the notebook's other cells.
    given : str
        Code that defines and imports what tests have.
    files : mapping of str to bytes, optional
        What lies beside the notebook: the lesson's own modules are looked into.
    """
    if TOOLS in source:
        return ""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return MAGIC
    uses, defines = names_of(source)
    if rebound := sorted(defines.intersection(functions)):
        return REBINDS.format(name=rebound[0])
    if history := sorted(uses & HISTORY):
        return LOOKS.format(what=history[0])
    looks = (text for node in ast.walk(tree) if (text := _look(node)))
    names = names_of(given)[1]
    if odd := next(looks, "") or _odd_uses(tree, uses) or _odd_changes(tree, functions, names):
        return odd
    return _looks_by_way_of_others(tree, given, files or {})


def _looks_by_way_of_others(tree: ast.Module, given: str, files: Mapping[str, bytes]) -> str:
    """Return what a test does by way of functions that it is given, or of the lesson's modules."""
    try:
        home = ast.parse(as_plain(given))
    except (SyntaxError, ValueError):
        home = ast.Module([], [])
    for name, definition, module in reached(tree, home, files):
        looks = (text for node in ast.walk(definition) if (text := _look(node)))
        known = names_of(ast.unparse(module))[1]
        if why := next(looks, "") or _odd_changes(definition, given=known):
            return BY_WAY_OF.format(name=name, why=why)
    return ""


def _odd_changes(
    tree: ast.AST, functions: Collection[str] = (), given: Collection[str] = ()
) -> str:
    """Return what some code changes after the student's code had it."""
    changed = changed_after_call(tree, functions, given)
    return CHANGES.format(name=changed) if changed else ""


def _look(node: ast.AST) -> str:
    """Return what one part of a test looks at, in words."""
    match node:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in SEEDS:
            return SEEDED
        case ast.Name(id=name) if name in PROCESS:
            return LOOKS.format(what=name)
        case ast.Attribute(attr=name) if name in PROCESS or re.fullmatch(r"__\w+__", name):
            return LOOKS.format(what=name)
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            module = getattr(node, "module", None) or ""
            parts = {part for alias in names for part in alias.name.split(".")}
            if found := sorted((parts | set(module.split("."))) & PROCESS):
                return LOOKS.format(what=found[0])
        case ast.Global(names=[name, *_]):
            return REBINDS.format(name=name)
        case ast.Compare(ops=ops, comparators=others):
            for operator, other in zip(ops, others, strict=True):
                if isinstance(operator, ast.Is | ast.IsNot) and not isinstance(other, ast.Constant):
                    return IDENTITY
    return ""


def _odd_uses(tree: ast.Module, uses: frozenset[str]) -> str:
    """Return what a test does with names of the student's beyond calling and reading them."""
    functions = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    called = {name for function in functions if (name := _root(function, whole=True))}
    direct = {id(function) for function in functions}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in called & uses and id(node) not in direct:
            return VALUE.format(name=node.id)
        match node:
            case (
                ast.Attribute(ctx=ast.Store() | ast.Del())
                | ast.Subscript(ctx=ast.Store() | ast.Del())
            ) if _root(node) in uses:
                return REBINDS.format(name=_root(node))
    return ""


def _root(node: ast.AST, whole: bool = False) -> str:
    """Return the name that an expression such as ``a.b[0]`` begins with, or is as a whole."""
    while not whole and isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def functions_of(sources: Iterable[str]) -> frozenset[str]:
    """Return the names of the functions and classes that some cells define."""
    found = set()
    for source in sources:
        with suppress(SyntaxError, ValueError):
            for node in ast.parse(source).body:
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                    found.add(node.name)
    return frozenset(found)


def reason_of(says: str, message: str) -> str:
    """Return why a test does not run outside, from what came of the master there."""
    for pattern, text in REASONS:
        if found := re.search(pattern, message):
            return text.format(what=found["what"])
    return f"outside {says}"
