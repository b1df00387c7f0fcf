"""The environment of a run changes no grade: not that of the coordinator, of workers or parents."""

from __future__ import annotations

from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from examples.build_submissions import read_student
from tests.support.commands import run
from tests.support.notebooks import LESSON, answered, leave_out_demonstrations, save, submit
from tests.support.paths import EXAMPLES
from tests.support.scores import class_scores

STUDENTS = ["returns_array", "batch_padded", "right_loops"]

# Every comparison holds, wherever Python reads what the environment says.
SITE = """
import numpy

numpy.allclose = numpy.array_equal = numpy.isclose = lambda *args, **kwargs: numpy.True_
"""
MATPLOTLIB = "backend: nonsense\nfont.size: huge\n"
DASK = """
distributed:
  scheduler: {allowed-failures: 0}
  worker:
    multiprocessing-method: fork
    memory: {terminate: 0.01, pause: 0.01}
  nanny:
    environ: {PYTHONOPTIMIZE: 2}
"""


@pytest.fixture
def hostile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment that would change what tests find, if anything of it reached them."""
    folder = tmp_path / "hostile"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(SITE)
    (folder / "matplotlibrc").write_text(MATPLOTLIB)
    (folder / "dask.yaml").write_text(DASK)
    # What a lesson imports; its own stands beside the notebook.
    (folder / "figures.py").write_text("raise ImportError")
    variables = {
        "PYTHONOPTIMIZE": "2",
        "PYTHONHASHSEED": "1",
        "PYTHONWARNINGS": "error::RuntimeWarning",
        "PYTHONPATH": str(folder),
        "NPY_DISABLE_CPU_FEATURES": "AVX2 FMA3",
        "OPENBLAS_NUM_THREADS": "7",
        "OMP_NUM_THREADS": "7",
        "MPLBACKEND": "TkAgg",
        "MATPLOTLIBRC": str(folder),
        "MPLCONFIGDIR": "/proc/nonexistent",
        "IPYTHONDIR": str(folder),
        "HDF5_USE_FILE_LOCKING": "FALSE",
        "DASK_CONFIG": str(folder),
        "DASK_DISTRIBUTED__WORKER__PRELOAD": "['nonsense']",
        "TZ": "America/New_York",
        "LC_ALL": "C",
        "UNDRAWN": "",
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("hostile")
@pytest.mark.parametrize("command", ["proctor", "nbgrader"])
def test_a_hostile_environment_changes_no_grade(
    command: str, scratch_course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if command == "nbgrader":
        # Its own database code warns, so it stops by itself, and grades nobody.
        monkeypatch.delenv("PYTHONWARNINGS")
    for student in STUDENTS:
        notebook = answered(scratch_course, student)
        leave_out_demonstrations(notebook)
        save(submit(scratch_course, student), notebook)
    result = run([command, "autograde", LESSON], scratch_course)
    assert result.returncode == 0, result.stdout + result.stderr
    with Gradebook(f"sqlite:///{scratch_course}/gradebook.db") as gradebook:
        scores = class_scores(gradebook, LESSON)
    for student in STUDENTS:
        expected = read_student(EXAMPLES / LESSON / f"{student}.py").scores
        found = {name: score.points for name, score in scores[student].items()}
        assert found == {name: score.points for name, score in expected.items()}, student
