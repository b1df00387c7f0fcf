"""While grading, lessons leave their figures undrawn, and nothing else changes by it."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbgrader.utils import is_grade

from proctor.sandbox.host.command import environment
from tests.support.lessons import load_module
from tests.support.paths import LESSONS, ROOT

FIGURES = {lesson: load_module(lesson, "figures") for lesson in LESSONS}
NOTE = "Not drawn while grading.\n"
NOT_CHECKED = "Not checked while grading.\n"
# Runs cells given as JSON in a plain IPython; prints for each what it printed and showed.
RUN = """
import io, json, sys
from contextlib import redirect_stdout
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

shell, shown = InteractiveShell.instance(), []
sys.path.insert(0, "")
for source in json.load(sys.stdin):
    with capture_output() as captured:
        result = shell.run_cell(source)
    if not result.success:
        raise SystemExit(source + captured.stdout)
    data = [output.data for output in captured.outputs]
    drawn = sum("image/png" in one or "<iframe" in one.get("text/html", "") for one in data)
    shown.append([captured.stdout, drawn])
print(json.dumps(shown))
"""
# Everything that a notebook can see of what a cell did, in a form that can be compared.
STATE = """
import zlib
import numpy as np

def _shown(value):
    if isinstance(value, np.ndarray):
        return zlib.crc32(value.tobytes()), value.shape, str(value.dtype)
    if isinstance(value, (tuple, list)):
        return [_shown(item) for item in value]
    if isinstance(value, dict):
        return {key: _shown(item) for key, item in value.items()}
    return repr(value) if isinstance(value, (str, int, float, np.generic)) else type(value).__name__

print({
    name: _shown(value) for name, value in sorted(globals().items())
    if not name.startswith("_") and name not in ("In", "Out", "exit", "quit", "get_ipython")
})
print(zlib.crc32(np.random.get_state()[1].tobytes()), np.random.get_state()[2:])
import matplotlib
print(sorted(matplotlib.rcParams.items(), key=lambda pair: pair[0]))
"""
# What training takes most time with is many epochs, and each of them does the same.
HASTE = """
def train(run, data, epochs, train=train, **options):
    return train(run, data, run[1]["epoch"] + 1, **options)
"""
# What measures time would give other numbers each time.
CLOCK = """
import itertools
from types import SimpleNamespace

given.time = SimpleNamespace(perf_counter=itertools.count().__next__)
"""


def own_cells(lesson: str) -> list[str]:
    """Return a master's code, test cells apart."""
    (path,) = (ROOT / "source" / lesson).glob("*.ipynb")
    cells = nbformat.read(path, as_version=4).cells
    return [cell.source for cell in cells if cell.cell_type == "code" and not is_grade(cell)]


def run(lesson: str, sources: list[str], **environment: str) -> list[tuple[str, int]]:
    """Run code cells beside a lesson's release; return the text and number of figures of each."""
    result = subprocess.run(
        [sys.executable, "-B", "-c", RUN],
        cwd=ROOT / "release" / lesson,
        env={**os.environ, **environment},
        input=json.dumps(sources),
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    # Temporary folders have other names each time.
    return [(re.sub(r"tmp\w{8}", "tmp", text), n) for text, n in json.loads(result.stdout)]


def called_of_figures(lesson: str) -> set[str]:
    """Return the functions of figures.py that a lesson's cells call to draw."""
    called = {
        node.func.attr
        for source in own_cells(lesson)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and getattr(node.func.value, "id", "") == "figures"
    }
    return called - {"shorten_tracebacks", "versions"}  # which draw nothing


def test_lessons_call_functions_that_draw() -> None:
    assert called_of_figures(LESSONS[0]) >= {"digits", "play"}


@pytest.mark.slow
@pytest.mark.parametrize("lesson", LESSONS)
def test_notebooks_see_the_same(lesson: str) -> None:
    """After each cell of a solved lesson, all names, and the random state, are the same."""
    sources = ["import numpy\nnumpy.random.seed(0)"]
    for source in own_cells(lesson):
        sources += [source, STATE]
        if "import given" in source:
            sources.append(CLOCK)
        if "def train(" in source:
            sources.append(HASTE)
    drawn, undrawn = run(lesson, sources), run(lesson, sources, UNDRAWN="1")
    for number, source in enumerate(sources):
        if source.startswith("check("):
            assert undrawn[number] == (NOT_CHECKED, 0) != drawn[number]
            drawn[number] = undrawn[number]
    assert [text for text, _ in drawn] == [text.replace(NOTE, "") for text, _ in undrawn]
    assert [figures for _, figures in drawn] == [text.count(NOTE) for text, _ in undrawn]
    # Of whatever a lesson draws, the first run shows something.
    assert any(figures for _, figures in drawn) == bool(called_of_figures(lesson))
    assert not any(figures for _, figures in undrawn)


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_figure_of_results_can_be_left_undrawn(
    lesson: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in called_of_figures(lesson):
        draw = getattr(FIGURES[lesson], name)
        monkeypatch.delenv("UNDRAWN", raising=False)
        with pytest.raises(TypeError):
            draw()
        monkeypatch.setenv("UNDRAWN", "1")
        assert draw() is None
        assert capsys.readouterr().out == NOTE, f"Decorate {name} with @result_figure."


def test_the_wall_says_that_it_is_grading() -> None:
    assert environment()["UNDRAWN"]


SHARED = {path.name for path in (ROOT / "source").glob("*.*")}


@pytest.mark.parametrize("lesson", LESSONS)
def test_what_lessons_share_is_one_file(lesson: str) -> None:
    folder = ROOT / "source" / lesson
    assert {"check.py", "drawing.py"} <= {path.name for path in folder.iterdir()}
    # The window to move is of those lessons that have it.
    for name in SHARED:
        if (folder / name).exists():
            assert (folder / name).is_symlink(), f"ln -sf ../{name} source/{lesson}/{name}"
            assert (folder / name).readlink() == Path("..", name)


def test_the_window_to_move_is_shared() -> None:
    assert {"playing.html", "playing.py"} <= SHARED


@pytest.mark.parametrize("lesson", LESSONS)
def test_all_lessons_draw_with_one_kit(lesson: str) -> None:
    folder = ROOT / "source" / lesson
    kit, own = (
        {node.name for node in ast.parse(path.read_text(encoding="utf-8")).body
         if isinstance(node, ast.FunctionDef)}
        for path in (folder / "drawing.py", folder / "figures.py")
    )  # fmt: skip
    assert "canvas" in kit and not kit & own
