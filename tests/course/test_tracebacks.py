"""What a student sees of an error: the lines of the notebook, and not those of packages."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.paths import LESSONS, SOURCE

# Runs cells given as JSON in a plain IPython, which prints errors.
RUN = """
import json, sys
from IPython.core.interactiveshell import InteractiveShell

shell = InteractiveShell.instance()
sys.path.insert(0, "")
for source in json.load(sys.stdin):
    shell.run_cell(source)
"""
PAD = """
import numpy as np
def zero_pad(X, pad):
    return np.pad(X, ((0, 0), (pad, pad)))
"""
PADDED = "zero_pad(np.zeros((4, 3, 3, 2)), 2)"
CHAINED = f"""
try:
    {PADDED}
except ValueError as error:
    raise AssertionError("four pairs?") from error
"""
MODULES = {
    "mine.py": "def call(f):\n    return f(0)  # a line of mine\n",
    "drawing.py": "def draw(f):\n    return f(0)  # a line of the lesson's\n",
}


def shown(folder: Path, cell: str, **environment: str) -> str:
    """Return what IPython prints of an error in a folder with the lesson's module."""
    shutil.copy(SOURCE / "tracebacks.py", folder)
    for name, source in MODULES.items():
        (folder / name).write_text(source)
    start = "from tracebacks import shorten_tracebacks\nshorten_tracebacks()"
    done = subprocess.run(
        [sys.executable, "-c", RUN],
        input=json.dumps([start, PAD, cell]),
        cwd=folder,
        env={**os.environ, "IPYTHONDIR": str(folder), **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


@pytest.mark.parametrize("cell", [PADDED, CHAINED])
def test_only_the_notebooks_own_lines_are_shown(tmp_path: Path, cell: str) -> None:
    text = shown(tmp_path, cell)
    assert "return np.pad(X, ((0, 0), (pad, pad)))" in text and PADDED in text
    assert "ValueError: operands could not be broadcast" in text
    assert "site-packages" not in text and "\x1b" not in text
    assert ("AssertionError: four pairs?" in text) == (cell == CHAINED)


def test_modules_of_the_student_are_shown_and_those_of_the_lesson_are_not(tmp_path: Path) -> None:
    text = shown(tmp_path, "import drawing, mine\nmine.call(lambda x: drawing.draw(zero_pad))")
    assert "# a line of mine" in text and "# a line of the lesson's" not in text
    assert "TypeError: zero_pad() missing 1 required positional argument" in text


def test_while_grading_nothing_is_left_out(tmp_path: Path) -> None:
    text = shown(tmp_path, PADDED, UNDRAWN="1")
    assert "site-packages" in text and "\x1b" in text


@pytest.mark.parametrize("lesson", LESSONS)
def test_all_lessons_shorten_alike(lesson: str) -> None:
    assert (SOURCE / lesson / "tracebacks.py").readlink() == Path("..", "tracebacks.py")
