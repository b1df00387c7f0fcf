"""What the attacks are made with."""

from __future__ import annotations

import textwrap

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from tests.support.notebooks import NAME, cell, save, tests, unsolve

__all__ = [
    "NAME",
    "SERVER",
    "cell",
    "insert",
    "insert_text",
    "replace",
    "save",
    "start_with",
    "tests",
    "unsolve",
    "wrong_pool",
]

# How an attack gets hold of the line to the examiner.
SERVER = """
import gc

from proctor.sandbox.protocol.messages import *

server = next(thing for thing in gc.get_objects() if type(thing).__name__ == "Student")
line = server._line
"""

WRONG_POOL = """
def pool_forward(A_prev, hparameters, mode="max"):
    f, stride = hparameters["f"], hparameters["stride"]
    m, n_H, n_W, n_C = A_prev.shape
    shape = (m, (n_H - f) // stride + 1, (n_W - f) // stride + 1, n_C)
    return np.zeros(shape), (A_prev, hparameters)
"""


def insert(notebook: NotebookNode, source: str, *, before: str) -> None:
    """Add an ordinary cell of the student's before the cell with this grade_id, or at the "end"."""
    _add(notebook, new_code_cell(textwrap.dedent(source).strip()), before)


def insert_text(notebook: NotebookNode, source: str, *, before: str) -> None:
    """Add a Markdown cell before the cell with this grade_id, or at the "end"."""
    _add(notebook, new_markdown_cell(textwrap.dedent(source).strip()), before)


def start_with(notebook: NotebookNode, grade_id: str, source: str) -> None:
    """Put code before the solution, in the same cell."""
    solution = cell(notebook, grade_id)
    solution.source = f"{textwrap.dedent(source).strip()}\n\n\n{solution.source}"


def replace(notebook: NotebookNode, grade_id: str, source: str) -> None:
    """Write a solution cell anew."""
    cell(notebook, grade_id).source = textwrap.dedent(source).strip()


def wrong_pool(notebook: NotebookNode) -> None:
    """Let pool_forward return zeros of the right shape, which earns nothing."""
    replace(notebook, "pool_forward", WRONG_POOL)


def _add(notebook: NotebookNode, new: NotebookNode, before: str) -> None:
    cells = notebook.cells
    place = len(cells) if before == "end" else cells.index(cell(notebook, before))
    cells.insert(place, new)
