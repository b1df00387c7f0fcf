"""Which check of a test failed, if its author wrote no message; never one that is hidden."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from pathlib import Path

from nbformat import NotebookNode

from ..lesson.read import released_cells

FAILED = "This check failed: `{code}`"
HIDDEN = "A check that the notebook does not show failed."
# As Python writes it, in both places where tests run.
PLACE = re.compile(r"line (\d{1,6}), in <module>")
LONGEST = 500


def released_tests(path: Path) -> dict[str, str]:
    """Return the source of each cell that nbgrader knows in a released notebook, if there is one.

    Parameters
    ----------
    path : Path
        Of the notebook.
    """
    named = (
        (cell["metadata"].get("nbgrader", {}).get("grade_id"), cell)
        for cell in released_cells(path)
    )
    return {name: cell["source"] for name, cell in named if name}


def name_failed_checks(
    nb: NotebookNode, sources: Mapping[str, str], released: Mapping[str, str]
) -> None:
    """Give a message to each failure of a test that has none: which statement stopped it.

    Parameters
    ----------
    nb : NotebookNode
        Graded; its outputs are changed.
    sources : mapping of str to str
        Of the graded cells, as the master has them.
    released : mapping of str to str
        The same as students have them. Only what stands there is told.
    """
    for cell in nb.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        for output in cell.get("outputs", []) if name in sources and name in released else ():
            unsaid = output.output_type == "error" and not output.evalue
            place = PLACE.search("\n".join(output.traceback)) if unsaid else None
            code = _statement(sources[name], int(place[1])) if place else ""
            if code:
                shown = code in released[name]
                output.evalue = FAILED.format(code=" ".join(code.split())) if shown else HIDDEN


def _statement(source: str, line: int) -> str:
    """Return the innermost statement in a line, if it is a short one."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):  # a magic, such as %%time
        return ""
    found = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or 0)
    ]
    text = ast.get_source_segment(source, found[-1]) if found else None
    return text if text and len(text) <= LONGEST else ""
