"""Students who kept NumPy 1.26: what worked there works here, or the page says why not."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from proctor.sandbox.guest.expired import EXPIRED
from tests.support.numpy1 import SAMPLES
from tests.support.paths import MASTERS, ROOT
from tests.support.quick import QuickGrader

OLD = ROOT / ".venv-numpy1" / "bin" / "python"
RECORD = ROOT / "tests" / "course" / "numpy1.json"

# For developers of NumPy, or to look for documentation, or hardly ever used. `lib.` is a module.
NOT_GIVEN_BACK = re.compile(
    r"[A-Z_]{4,}|add_(doc|newdoc).*|compat|deprecate.*|find_common_type|get_array_wrap|geterrobj"
    r"|kernel_version|lookfor|maximum_sctype|numarray|oldnumeric|recfrom(csv|txt)"
    r"|set_numeric_ops|set_string_function|seterrobj|source|tracemalloc_domain|who|lib\..*"
)


def said_by(python: Path, *arguments: str) -> Any:
    """Return what a Python says of its NumPy."""
    command = [str(python), str(ROOT / "tests" / "support" / "numpy1.py"), *arguments]
    result = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    return json.loads(result.stdout)


@pytest.fixture(scope="module")
def old(request: pytest.FixtureRequest) -> Any:
    """What NumPy 1.26 does, as it was recorded by ``pytest --regenerate`` beside .venv-numpy1."""
    if request.config.getoption("--regenerate") and OLD.exists():
        RECORD.write_text(json.dumps(said_by(OLD), indent=1) + "\n")
    return json.loads(RECORD.read_text())


@pytest.fixture(scope="module")
def ours() -> Any:
    """What the grader's NumPy does in a student's process."""
    return said_by(Path(sys.executable), "ours")


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="there is no NumPy 1.26 for this Python")
@pytest.mark.slow
def test_the_record_is_of_numpy_1_26(old: Any) -> None:
    assert OLD.exists(), "Set up .venv-numpy1: make .venv-numpy1/stamp"
    assert said_by(OLD) == old
    assert old["version"].startswith("1.26.")


def test_each_name_that_is_given_back_has_a_sample() -> None:
    names = {name for names in EXPIRED.values() for name in names}
    assert set(SAMPLES) == {*names, "lib"}


@pytest.mark.parametrize("name", SAMPLES)
def test_a_name_does_what_it_did(name: str, old: Any, ours: Any) -> None:
    assert ours["answers"][name] == old["answers"][name]


def test_what_is_not_given_back_is_known(old: Any, ours: Any) -> None:
    ours_now = {*ours["names"], *(name for names in EXPIRED.values() for name in names)}
    ours_now |= {"chararray", "version"}  # which are there, and not listed
    lost = sorted(set(old["names"]) - ours_now)
    assert lost
    assert [name for name in lost if not NOT_GIVEN_BACK.fullmatch(name)] == []
    # Of numpy.lib only modules, and what the main namespace has.
    assert "lib.pad" not in lost


def test_names_are_given_back_to_students_alone() -> None:
    code = "import proctor.examine.parent, numpy; assert not hasattr(numpy, 'Inf')"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


OLD_CODE = {
    "zero_pad": """
def zero_pad(X, pad):
    assert np.alltrue(np.isfinite(X)) and np.product(X.shape) == X.size
    return np.lib.pad(X.astype(np.float_), ((0, 0), (pad, pad), (pad, pad), (0, 0)))
""",
    "conv_single_step": """
def conv_single_step(a_slice_prev, W, b):
    return np.round_(np.sum(a_slice_prev * W) + np.cast[float](b).item(), 8)
""",
}


@pytest.fixture(scope="module")
def grader(quick_grader: Callable[[Path], QuickGrader]) -> QuickGrader:
    """The quick grader of the first lesson."""
    return quick_grader(MASTERS[0])


def test_code_for_numpy_1_is_right(grader: QuickGrader) -> None:
    assert grader.grade(OLD_CODE).lost() == {}


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("X.ptp()", "`ptp` was removed from the ndarray class in NumPy 2.0. Use np.ptp(arr"),
        ("X.itemset(0, 1.0)", "`itemset` was removed from the ndarray class in NumPy 2.0"),
        ("X.tostring()", "NumPy 2.3 removed tostring: use tobytes"),
        ("np.array(X, dtype=np.float32, copy=False)", "replace it with `np.asarray(obj)`"),
        ("float(repr(np.sum(X)))", "Since NumPy 2.0, repr of a number is np.float64(1.5)"),
    ],
)
def test_what_cannot_come_back_is_explained_by_name(
    line: str, words: str, grader: QuickGrader
) -> None:
    answer = f"def zero_pad(X, pad):\n    {line}\n    return X"
    # What stands between backticks is shown as code.
    assert words.replace("`", "") in grader.grade({"zero_pad": answer}).page
