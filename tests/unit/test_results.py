"""What comes back from a worker."""

from __future__ import annotations

import nbformat
import pytest

from proctor.grading.results import NotGradedError, put_outputs, read_result


def test_results_have_limits() -> None:
    assert read_result(b'{"outputs": []}').outputs == []
    for odd in (b"{}", b"[]", b"\xff", b"[" * 10_000, b'"outputs"', b"x" * 50_000_001):
        with pytest.raises(NotGradedError, match="cannot be read"):
            read_result(odd)
    (problem,) = read_result(b'{"outputs": [], "problems": ["odd\\nana: graded"]}').problems
    assert problem == "odd ana: graded"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("x")])
    with pytest.raises(ValueError):
        put_outputs(notebook, [[[], 1], [[], 2]], ())
