"""Whether a test changes what crosses the wall, which outside are copies.

In a notebook, what a function returns may be what it was given, or what it will return again, and
a test that changes the one sees it in the other. Nothing that crosses the wall is the same object
on both sides.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Collection, Iterator
from typing import TypeGuard

CHANGING = {
    "add", "append", "appendleft", "clear", "difference_update", "discard", "extend", "fill",
    "insert", "intersection_update", "pop", "popitem", "popleft", "put", "remove", "resize",
    "reverse", "rotate", "setdefault", "sort", "symmetric_difference_update", "update",
}  # fmt: skip
"""Methods that change what they are called on."""


def changed_after_call(tree: ast.AST, functions: Collection[str], given: Collection[str]) -> str:
    """Return the name of what is changed after a student's function returned it or was given it.

    Parameters
    ----------
    tree : ast.AST
        A test, or a function that tests use.
    functions : collection of str
        Names of the functions and classes of the notebook's other cells. What else is called by
        a name alone is taken for a student's, too.
    given : collection of str
        Names that are none of the student's, such as imported ones.
    """
    nodes = list(ast.walk(tree))
    numbers = {name for node in nodes if _is_number(node) for name in _bound(node)}
    seen = _Seen(_crossing(nodes, functions, given), numbers)
    statements = [node for node in nodes if isinstance(node, ast.stmt)]
    for statement in sorted(statements, key=lambda node: (node.lineno, node.col_offset)):
        if changed := seen.changed_by(statement):
            return changed
        seen.take(statement)
    return ""


class _Seen:
    """What a test has of a student's functions, up to one of its statements.

    Parameters
    ----------
    functions : set of str
        What crosses the wall when it is called.
    numbers : set of str
        Names that nothing can be changed of.
    """

    def __init__(self, functions: set[str], numbers: set[str]) -> None:
        self._functions = functions
        self._numbers = numbers
        # What crossed itself, and what has some of that in it.
        self._shared: set[str] = set()
        self._holders: set[str] = set()

    def changed_by(self, statement: ast.stmt) -> str:
        """Return the name of what a statement changes, if that has crossed."""
        for node in _parts(statement):
            match node:
                case (
                    ast.Subscript(ctx=ast.Store() | ast.Del(), value=changed)
                    | ast.Attribute(ctx=ast.Store() | ast.Del(), value=changed)
                    | ast.AugAssign(target=ast.Name() as changed)
                ):
                    pass
                case ast.Call(func=ast.Attribute(attr=method, value=changed)) if method in CHANGING:
                    pass
                case _:
                    continue
            if self._has_crossed(changed):
                return ast.unparse(_stem(changed))
        return ""

    def take(self, statement: ast.stmt) -> None:
        """Note what a statement gives to a student's functions, and what it takes from them."""
        for node in _parts(statement):
            if self._crosses(node):
                for argument in (*node.args, *(keyword.value for keyword in node.keywords)):
                    self._give(argument)
            if (value := _value(node)) is None:
                continue
            known = self._shared | self._holders
            holds = any(self._crosses(n) or _names(n) & known for n in ast.walk(value))
            names = set(_bound(node))
            self._shared -= names
            self._holders -= names
            # One of several has to be told from what holds them.
            is_part = not _names(_target(node)) or isinstance(node, ast.For | ast.comprehension)
            if self._has_crossed(value) or (holds and is_part):
                self._shared |= names
            elif holds:
                self._holders |= names

    def _give(self, value: ast.expr) -> None:
        """Note an argument, or the parts of one that is made on the spot."""
        stem = _stem(value)
        if isinstance(value, ast.List | ast.Tuple | ast.Set):
            for part in value.elts:
                self._give(part)
        elif isinstance(stem, ast.Name) and stem.id not in self._functions | self._numbers:
            (self._shared if stem is value else self._holders).add(stem.id)

    def _crosses(self, node: ast.AST) -> TypeGuard[ast.Call]:
        """Whether something calls a student's function, itself or by another one."""
        return isinstance(node, ast.Call) and any(
            isinstance(part, ast.Name) and part.id in self._functions
            for part in (node.func, *node.args)
        )

    def _has_crossed(self, node: ast.AST) -> bool:
        """Whether an expression is what a student's function was given or returned, or of it."""
        stem = _stem(node)
        if isinstance(stem, ast.Name):
            return stem.id in self._shared or (stem is not node and stem.id in self._holders)
        return self._crosses(stem)


def _parts(statement: ast.stmt) -> Iterator[ast.AST]:
    """Yield the nodes of a statement without the statements in it."""
    pending: list[ast.AST] = [statement]
    for node in pending:
        yield node
        inner = ast.iter_child_nodes(node)
        pending += [child for child in inner if not isinstance(child, ast.stmt)]


def _stem(node: ast.AST) -> ast.AST:
    """Return what an expression such as ``f(x).a[0]`` begins with."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Starred | ast.Await):
        node = node.value
    return node


def _value(node: ast.AST) -> ast.expr | None:
    """Return what a part of a statement gives names to, if it does."""
    match node:
        case ast.Assign() | ast.AnnAssign() | ast.NamedExpr():
            return node.value
        case ast.For() | ast.comprehension():
            return node.iter
        case ast.withitem():
            return node.context_expr
    return None


def _target(node: ast.AST) -> ast.AST:
    """Return what a part of a statement gives a value, or else the part itself."""
    match node:
        case ast.Assign():
            return node.targets[0]
        case ast.withitem(optional_vars=ast.expr() as target):
            return target
        case ast.AnnAssign() | ast.NamedExpr() | ast.For() | ast.comprehension():
            return node.target
    return node


def _bound(node: ast.AST) -> Iterator[str]:
    """Yield the names that a part of a statement gives a value."""
    for target in node.targets if isinstance(node, ast.Assign) else [_target(node)]:
        for part in ast.walk(target):
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
                yield part.id


def _crossing(
    nodes: Collection[ast.AST], functions: Collection[str], given: Collection[str]
) -> set[str]:
    """Return the names of functions by which something crosses the wall."""
    called = {name for node in nodes if isinstance(node, ast.Call) for name in _names(node.func)}
    own = {n.name: n for n in nodes if isinstance(n, ast.FunctionDef | ast.ClassDef)}
    theirs = {*functions, *called}.difference(vars(builtins), given, _imported(nodes), own)
    # A test's own function may call one of the student's.
    return theirs | {
        name
        for name, node in own.items()
        if any(theirs.intersection(_names(part)) for part in ast.walk(node))
    }


def _names(node: ast.AST) -> set[str]:
    """Return the name that an expression is, if it is one."""
    return {node.id} if isinstance(node, ast.Name) else set()


def _is_number(node: ast.AST) -> bool:
    """Whether a name is given a number or a text."""
    return isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)


def _imported(nodes: Collection[ast.AST]) -> set[str]:
    """Return the names that import statements define."""
    imports = (node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom))
    return {(a.asname or a.name).partition(".")[0] for node in imports for a in node.names}
