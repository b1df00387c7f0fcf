"""Feedback pages that show a student what failed, and never a hidden test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbgrader
from nbformat import NotebookNode
from nbgrader.preprocessors import ClearHiddenTests
from nbgrader.utils import is_grade

PASSIVE_FORMATS = ("text/plain", "image/png", "image/jpeg")
TEMPLATE = "course_feedback"
TEMPLATE_DIRECTORIES = [
    str(Path(__file__).parent / "templates"),
    str(Path(nbgrader.__file__).parent / "server_extensions" / "formgrader" / "templates"),
]


class HideTests(ClearHiddenTests):  # type: ignore[misc]
    """Keep the student's code and, of each test, its visible part and its message.

    Takes its place in ``GenerateFeedback.preprocessors``. The lesson's text is left out, too:
    the student has it, and a short page is a page that is read.
    """

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Reduce one graded notebook to what its student should see; called by nbconvert."""
        nb.cells = [cell for cell in nb.cells if cell.cell_type == "code" or is_grade(cell)]
        tested = False
        for cell in nb.cells:
            if cell.cell_type != "code":
                continue
            if is_grade(cell):
                tested = True
                self._remove_hidden_test_region(cell)
            if tested:
                # A test's own traceback would quote it, and what a function kept of a hidden
                # test's inputs could be shown by any later cell.
                cell.outputs = [
                    _message_only(output)
                    for output in cell.outputs
                    if output.output_type == "error"
                ]
            for output in cell.outputs:
                if "data" in output:
                    # Nothing that a browser would run or fetch.
                    data = output.data
                    output.data = {key: data[key] for key in PASSIVE_FORMATS if key in data}
        return nb, resources


def _message_only(error: NotebookNode) -> NotebookNode:
    """Return an error output whose traceback is its message."""
    short = NotebookNode(error)
    short.traceback = [f"{error.ename}: {error.evalue}"]
    return short
