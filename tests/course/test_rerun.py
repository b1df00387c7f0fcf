"""Students come back to cells: each can be run again at any time, and then shows the same."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.notebooks import edit
from tests.support.paths import MASTERS, ROOT, edition

pytestmark = pytest.mark.slow

PROGRAM = ROOT / "tests" / "support" / "rerun.py"


def problems_of(notebook: Path) -> str:
    """Return what is wrong with running the cells of a notebook again, in its own folder."""
    # As fast as may be, and the same however many cores there are.
    environment = os.environ | {"MPLBACKEND": "agg", "OPENBLAS_NUM_THREADS": "1"}
    program = subprocess.run(
        [sys.executable, str(PROGRAM), notebook.name],
        cwd=notebook.parent,
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert program.returncode == 0, program.stderr
    return program.stdout


@pytest.mark.parametrize("master", MASTERS, ids=lambda path: path.stem)
def test_cells_can_be_run_again(master: Path, tmp_path: Path) -> None:
    worked = edition("notebooks", master)
    copy = shutil.copytree(worked.parent, tmp_path / worked.parent.name) / worked.name
    assert problems_of(copy) == ""


def test_rerun_gate_can_fail(lesson_copy: Callable[[Path], Path]) -> None:
    """One cell reads what a test cell overwrites, another one changes what it reads."""
    copy = lesson_copy(edition("notebooks", MASTERS[0]))
    edit(copy, lambda nb: nb.cells.__setitem__(slice(30, None), nb.cells[30:42]))
    edit(copy, lambda nb: nb.cells[33].update(source="print(window[0, 0].shape)"))
    edit(copy, lambda nb: nb.cells[35].update(source="n = globals().get('n', 0) + 1\nprint(n)"))
    found = problems_of(copy)
    assert "'print(window[0, 0].shape)', after the last cell: it shows something else" in found
    assert 'print(n)", all once more: it shows something else' in found
