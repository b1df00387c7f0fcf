"""Which names a cell takes from other cells, and which it leaves to them; it is not run."""

from __future__ import annotations

import ast
import builtins
import symtable
from functools import cache


def as_plain(source: str) -> str:
    """Return a cell as plain Python, in which calls of the shell stand for magics."""
    try:
        ast.parse(source)
    except SyntaxError:
        # Most lessons need none of it.
        from IPython.core.inputtransformer2 import TransformerManager

        return str(TransformerManager().transform_cell(source))  # type: ignore[no-untyped-call]
    return source


@cache
def names_of(source: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the names that a cell uses without defining them, and those that it leaves behind.

    Names of built-ins are not among the first. A cell that cannot be read has none.
    """
    try:
        pending = [symtable.symtable(as_plain(source), "<cell>", "exec")]
    except (SyntaxError, ValueError):
        return frozenset(), frozenset()
    used: set[str] = set()
    left: set[str] = set()
    for table in pending:
        pending += table.get_children()
        is_cell = table.get_type() == "module"
        names = [name for name in table.get_symbols() if is_cell or name.is_global()]
        used |= {name.get_name() for name in names if name.is_referenced()}
        left |= {name.get_name() for name in names if name.is_assigned() or name.is_imported()}
    # A display hook may have put the last result there, as `_`.
    return frozenset(used - left - (vars(builtins).keys() - {"_"})), frozenset(left)
