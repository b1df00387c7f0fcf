"""Which exercise a test cell belongs to."""

from __future__ import annotations

from collections.abc import Iterable


def exercises_of(cells: Iterable[tuple[str, bool]]) -> dict[str, str]:
    """Return the exercise of each cell that is no solution, by name.

    It is the solution cell whose name the cell's own begins with, as in ``conv_forward-stride``.
    Where names say nothing, such as those that Jupyter gives, it is the solution cell before.

    Parameters
    ----------
    cells : iterable of tuple
        The name of each cell that nbgrader knows, in the notebook's order, and whether it is a
        solution.

    Examples
    --------
    >>> exercises_of([("f", True), ("f-sign", False), ("cell-1", True), ("cell-2", False)])
    {'f-sign': 'f', 'cell-2': 'cell-1'}
    """
    cells = list(cells)
    solutions = {name for name, is_solution in cells if is_solution}
    found, before = {}, ""
    for name, is_solution in cells:
        function = name.partition("-")[0]
        if is_solution:
            before = name
        else:
            found[name] = function if function in solutions or not before else before
    return found


def in_notebook(notebook: str, name: str, count: int) -> str:
    """Return what a cell is called where cells of all of a lesson's notebooks are together.

    Parameters
    ----------
    notebook, name : str
        Of the notebook, without its ending, and of the cell.
    count : int
        How many notebooks the lesson has: cells of two may have one name.
    """
    return f"{notebook}: {name}" if count > 1 else name


def behaviour_of(name: str, exercise: str) -> str:
    """Return what of an exercise a test cell checks."""
    return name.removeprefix(f"{exercise}-")
