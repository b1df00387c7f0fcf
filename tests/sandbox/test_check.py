"""`proctor check`, with the wall that this machine has."""

from __future__ import annotations

from pathlib import Path

from tests.support.commands import run


def test_check_says_that_the_sandbox_holds(tmp_path: Path) -> None:
    result = run(["proctor", "check"], tmp_path)
    assert result.returncode == 0, result.stderr
    assert "Student code can be sandboxed here" in result.stdout
