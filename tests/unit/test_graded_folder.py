"""Graded notebooks are what nbformat would have written, but for their lines."""

from __future__ import annotations

import math
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from proctor.grading.graded_folder import write_notebook
from tests.support.paths import MASTERS, edition


def odd_notebook() -> NotebookNode:
    """Return a notebook with what is rarely in one."""
    rich = {"image/png": "aGFsbG8=", "application/json": {"b": [1.5, None], "a": {}}}
    outputs = [
        nbformat.v4.new_output("display_data", rich, metadata={"width": math.inf}),
        nbformat.v4.new_output("stream", text="\u2028 one\r two\n\x1b[31m\U0001f600\n\n"),
    ]
    code = nbformat.v4.new_code_cell("x = 1\n\ny = '\\u2029'", outputs=outputs)
    code.metadata["trusted"] = True
    text = nbformat.v4.new_markdown_cell("", attachments={"a.png": {"image/png": "aGFsbG8="}})
    metadata = {"signature": "x", "zero": -0.0, "large": 10**30}
    made: NotebookNode = nbformat.v4.new_notebook(cells=[text, code], metadata=metadata)
    # As a course's own preprocessor may leave it.
    code.outputs[0].data["image/png"] = b"aGFsbG8="
    return made


@pytest.mark.parametrize(
    "notebook",
    [
        *(nbformat.read(edition("notebooks", master), 4) for master in MASTERS),
        odd_notebook(),
        nbformat.v4.new_notebook(),
    ],
)
def test_as_nbformat_writes_it(notebook: NotebookNode, tmp_path: Path) -> None:
    expected = nbformat.reads(nbformat.v4.writes(notebook), 4)
    write_notebook(tmp_path / "folder" / "graded.ipynb", notebook)
    text = (tmp_path / "folder" / "graded.ipynb").read_text(encoding="utf-8")
    assert nbformat.reads(text, 4) == expected
    assert text.count("\n") == len(notebook.cells) + 2 + (not notebook.cells)
