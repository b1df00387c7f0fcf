"""The lesson's own figures are left undrawn while grading, and nothing else changes by it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest
from conftest import LESSONS, ROOT
from nbformat import NotebookNode
from nbgrader.utils import is_grade

from proctor.examine.examiner import Examiner
from proctor.examine.run import RunLimits, SubmissionRun
from proctor.lesson.read import demonstrations
from proctor.sandbox.host import Wall

LESSON = LESSONS[0]
LIMITS = RunLimits(60, 10, 300, 0, 10_000_000, 100_000_000)
# Everything that a notebook can see of what a cell did, in a form that can be compared.
STATE = """
import numpy as np

def _shown(value):
    if isinstance(value, np.ndarray):
        return value.tobytes(), value.shape, str(value.dtype)
    if isinstance(value, (tuple, list)):
        return [_shown(item) for item in value]
    if isinstance(value, dict):
        return {key: _shown(item) for key, item in value.items()}
    return repr(value) if isinstance(value, (str, int, float, np.generic)) else type(value).__name__

print({
    name: _shown(value) for name, value in sorted(globals().items())
    if not name.startswith("_") and name not in ("In", "Out", "exit", "quit", "get_ipython")
})
print(np.random.get_state()[1].tobytes(), np.random.get_state()[2:])
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


def make_wall(lesson: str, drawn: bool) -> Wall:
    """Return a wall for a lesson."""
    release = ROOT / "release" / lesson
    (path,) = release.glob("*.ipynb")
    cells = nbformat.read(path, as_version=4).cells
    imports = next(c.source for c in cells if c.metadata.get("nbgrader", {}).get("grade_id"))
    return Wall(release, imports, demonstrations=[] if drawn else demonstrations(release))


@pytest.fixture(scope="module")
def wall() -> Iterator[Wall]:
    """A wall that leaves the first lesson's figures undrawn."""
    with make_wall(LESSON, drawn=False) as wall:
        yield wall


def run(wall: Wall, sources: list[str]) -> list[NotebookNode]:
    """Run code cells and return them."""
    nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(s) for s in sources])
    examiner = Examiner("", Path())
    asyncio.run(SubmissionRun(nb, wall, examiner, tests={}, files={}, seed="", limits=LIMITS).run())
    return list(nb.cells)


def pictures(cell: NotebookNode) -> list[str]:
    """Return the pictures below a cell."""
    return [o.data["image/png"] for o in cell.outputs if "image/png" in o.get("data", {})]


def text(cell: NotebookNode) -> str:
    """Return what a cell printed."""
    return "".join(o.get("text", "") + o.get("ename", "") for o in cell.outputs)


@pytest.mark.parametrize("lesson", LESSONS)
def test_notebooks_see_the_same(lesson: str) -> None:
    """After each cell of a solved lesson, all names, and the random state, are the same."""
    (path,) = (ROOT / "source" / lesson).glob("*.ipynb")
    cells = [c for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]
    sources = ["import numpy\nnumpy.random.seed(0)"]
    for source in (c.source for c in cells if not is_grade(c)):
        sources += [source, STATE]
        if "import given" in source:
            sources.append(CLOCK)
        if "def train(" in source:
            sources.append(HASTE)
    with (
        make_wall(lesson, drawn=True) as drawing,
        make_wall(lesson, drawn=False) as leaving,
        ThreadPoolExecutor(2) as pool,
    ):
        drawn, undrawn = pool.map(run, (drawing, leaving), (sources, sources))
    assert [text(cell) for cell in drawn] == [text(cell) for cell in undrawn]
    # That nothing was drawn, and where.
    own = [number for number, cell in enumerate(drawn) if pictures(cell)]
    assert own == [number for number, cell in enumerate(undrawn) if pictures(cell)]
    assert len({picture for cell in undrawn for picture in pictures(cell)}) == bool(own)
    assert own
    assert not any(set(pictures(drawn[n])) & set(pictures(undrawn[n])) for n in own)


def own_cell(wall: Wall, call: str) -> str:
    """Return the lesson's own cell with a call."""
    (path,) = (ROOT / "release" / LESSON).glob("*.ipynb")
    cells = nbformat.read(path, as_version=4).cells
    return next(str(c.source) for c in cells if c.cell_type == "code" and call in c.source)


IMPORTS = """
import io
import figures
import h5py
import numpy as np
from matplotlib.figure import Figure
"""
SAVES = """
def zero_pad(X, pad):
    buffer = io.BytesIO()
    Figure().savefig(buffer)
    print(len(buffer.getvalue()))
    return np.pad(X, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
"""


def test_figures_of_students_are_drawn(wall: Wall) -> None:
    show = "figures.digits(images[::-1], labels[::-1])"
    digits = own_cell(wall, "figures.digits")
    load = own_cell(wall, 'h5py.File("digits.h5"')
    *_, own, changed, student = run(wall, [IMPORTS, load, digits, digits + "  # mine", show])
    (placeholder,) = pictures(own)
    for cell in (changed, student):
        (picture,) = pictures(cell)
        assert picture != placeholder and len(picture) > len(placeholder)


def test_students_code_in_a_lessons_cell_is_not_deceived(wall: Wall) -> None:
    """What student code draws, or has put in the place of what draws, is as always."""
    padding = own_cell(wall, "figures.before_and_after_padding")
    _, _, alone, lessons = run(
        wall, [IMPORTS, SAVES, "zero_pad(np.ones((1, 1, 1, 1)), 1);", padding]
    )
    assert text(alone).strip() and text(alone).strip() in text(lessons).split()
    assert len(pictures(lessons)) == 1

    replaced = "figures.before_and_after_padding = lambda x, x_pad: print('mine')"
    *_, lessons = run(wall, [IMPORTS, SAVES, replaced, padding])
    assert "mine" in text(lessons)
    counted = (
        "from matplotlib.backend_bases import FigureCanvasBase\n"
        "draw = FigureCanvasBase.print_figure\n"
        "def count(*args, **options):\n    print('drawn')\n    return draw(*args, **options)\n"
        "FigureCanvasBase.print_figure = count"
    )
    *_, lessons = run(wall, [IMPORTS, SAVES, counted, padding])
    assert "drawn" in text(lessons)


def test_errors_of_a_lessons_cell_stay(wall: Wall) -> None:
    *_, lessons = run(wall, [IMPORTS, own_cell(wall, "figures.before_and_after_padding")])
    assert "NameError" in text(lessons)
