"""`make gates` runs the gates of a lesson, and no others."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.support.paths import LESSONS, ROOT

pytestmark = pytest.mark.slow

FILES = ("tests/course/test_editions.py", "tests/unit/test_readme.py", "tests/unit/test_seed.py")


def collected(*options: str) -> subprocess.CompletedProcess[str]:
    """Collect the tests of some files."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", *options, *FILES],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("chosen", [LESSONS[1:2], LESSONS[:2]], ids=len)
def test_gates_of_lessons_are_chosen(chosen: list[str]) -> None:
    result = collected(*(f"--lesson={name}" for name in chosen))
    assert result.returncode == 0, result.stdout
    found = dict.fromkeys(FILES, 0)
    for file, rest in re.findall(r"^(tests/[\w/]+\.py)(::.*)$", result.stdout, re.M):
        found[file] += 1
        assert "readme" in file or any(name[3:] in rest for name in chosen), rest
    editions, readme, seed = found.values()
    assert editions == 7 * len(chosen) and readme > 10 and seed == 0


def test_a_lesson_that_is_not_there_is_named() -> None:
    result = collected("--lesson=07_nowhere")
    assert result.returncode == pytest.ExitCode.USAGE_ERROR
    assert "--lesson: there is no 07_nowhere in source/" in result.stderr
