"""The student's shell does what IPython's does."""

from __future__ import annotations

import nbformat
import pytest
from conftest import MASTERS
from IPython.core.inputtransformer2 import TransformerManager
from IPython.core.interactiveshell import InteractiveShell

from proctor.sandbox.guest.shell import QuickTransformer, StudentShell

CELLS = [
    cell.source
    for master in MASTERS
    for cell in nbformat.read(master, as_version=4).cells
    if cell.cell_type == "code"
]
MAGICS = [
    "%time x = 1",
    "%%time\nx = 1\ny = 2",
    "x = 1\n  %matplotlib inline\n",
    "files = !ls\nfiles",
    "a = b = %pwd",
    "a = \\\n    %pwd",
    "def f():\n    here = %pwd\n    !ls\n    return here",
    "zero_pad?",
    "np.pad??\n",
    "?np.pad",
    "if True:\n    np.pad?",
    ",print a b",
    ";print a b",
    "/print 1",
    ">>> x = 1\n>>> x + 1",
    "In [1]: x = 1\n   ...: y = 2",
    "    x = 1\n    y = 2",
    'text = """\n%time\n!ls\n"""',
    "print('50 %' if x != 1 else '?')",
    "x = 7 % 4\ny = (1\n     / 2)",
    "def broken(:\n    return 'no end",
    "x = [1,\n",
    "",
    "\n\n",
    "\N{BLACK CHESS PAWN} = 1",
]


@pytest.mark.parametrize("cell", MAGICS)
def test_magics_become_the_same_python(cell: str) -> None:
    expected = TransformerManager().transform_cell(cell)
    assert QuickTransformer().transform_cell(cell) == expected


def test_cells_of_the_lessons_become_the_same_python() -> None:
    assert len(CELLS) > 100
    for cell in CELLS:
        expected = TransformerManager().transform_cell(cell)
        assert QuickTransformer().transform_cell(cell) == expected


def test_a_transformer_of_the_students_own_is_used() -> None:
    transformer = QuickTransformer()
    transformer.token_transformers = []
    assert transformer.transform_cell("%pwd") == "%pwd\n"


@pytest.mark.parametrize(
    "cell",
    ["x = 1", "await f()", "async def f():\n    pass", "async with f() as x:\n    pass", "x = ("],
)
def test_a_cell_that_awaits_is_known(cell: str) -> None:
    # Not made in full: a shell takes over the process that it is in.
    shell = StudentShell.__new__(StudentShell)
    assert shell.autoawait
    known = InteractiveShell.should_run_async(shell, cell, transformed_cell=cell)
    assert shell.should_run_async(cell, transformed_cell=cell) == known
