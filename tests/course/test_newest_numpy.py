"""Students may have the newest NumPy: the course works with it, and its claims about it hold."""

from __future__ import annotations

import json
import re
import subprocess
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.support import gates
from tests.support.paths import MASTERS, ROOT

pytestmark = pytest.mark.slow

NEWEST = ROOT / ".venv-newest" / "bin" / "python"


@pytest.fixture
def newest_kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a kernel in the environment with the newest NumPy."""
    assert NEWEST.exists(), "Set up .venv-newest: make .venv-newest/stamp"
    folder = tmp_path / "jupyter" / "kernels" / "newest"
    folder.mkdir(parents=True)
    spec = {
        "argv": [str(NEWEST), "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": "newest",
        "language": "python",
        # Hidden tests import proctor, which is not installed there.
        "env": {"PYTHONPATH": str(ROOT)},
    }
    (folder / "kernel.json").write_text(json.dumps(spec))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    return "newest"


@pytest.mark.parametrize("master", MASTERS, ids=lambda path: path.stem)
def test_master_passes_its_tests(
    master: Path, lesson_copy: Callable[[Path], Path], newest_kernel: str
) -> None:
    copy = lesson_copy(master)
    # Training takes most of the time with many epochs, and each of them does the same.
    text = copy.read_text(encoding="utf-8")
    copy.write_text(re.sub(r"\bepochs=[0-9]+", "epochs=1", text), encoding="utf-8")
    assert gates.failed_tests(copy, newest_kernel) == set()


def newest_says(code: str) -> str:
    """Run a line of code with the newest NumPy and return what it prints."""
    command = [str(NEWEST), "-c", f"import numpy as np\n{code}"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stderr.strip()


def test_float_of_an_array_is_an_error_in_the_newest_numpy() -> None:
    assert "TypeError" in newest_says("float(np.ones((1, 1, 1)))")
    assert newest_says("np.ones((1, 1, 1)).item()") == ""


def test_grading_accepts_float_of_an_array() -> None:
    with pytest.warns(DeprecationWarning):
        assert float(np.ones((1, 1, 1))) == 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.ones((1, 1, 1)).item() == 1
