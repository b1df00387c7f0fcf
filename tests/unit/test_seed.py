"""Fresh inputs: drawn from the course's secret and what was handed in."""

from __future__ import annotations

from pathlib import Path

import nbformat

from proctor.submission.seed import course_secret, submission_seed


def test_regrading_draws_the_same_inputs(tmp_path: Path) -> None:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("x = 1")])
    secret = course_secret(tmp_path / "secret")
    assert course_secret(tmp_path / "secret") == secret
    assert (tmp_path / "secret").stat().st_mode & 0o077 == 0
    assert submission_seed(secret, notebook) == submission_seed(secret, notebook)

    other = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("x = 2")])
    assert submission_seed(secret, notebook) != submission_seed(secret, other)
    assert submission_seed(secret, notebook) != submission_seed(b"another course", notebook)
