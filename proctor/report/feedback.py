"""Feedback pages: what was asked, what passed, what failed and why; never a hidden test.

`feedback` reduces a graded notebook to plain facts, and the template shows these and nothing
else. Whatever a student wrote or printed is shown as text, or not at all.
"""

from __future__ import annotations

import ast
import platform
from collections.abc import Container
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.utils import is_grade, is_solution, is_task
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from ..diagnose.newer_python import newer_python_in
from ..examine.outputs import FEEDBACK
from ..grading.staging import remove
from ..submission.clean import shown_text
from ..submission.repair import PART_OF

TEMPLATE = "course_feedback"
TEMPLATE_DIRECTORIES = [str(Path(__file__).parent / "templates")]
# Dark enough on white to be read by everybody.
CODE_STYLE = HtmlFormatter(style="xcode", cssclass="code")

LONGEST_CODE = 20_000
LONGEST_MESSAGE = 4_000
CODE_CUT = "\n# ... the rest of this cell is left out here"


def feedback(nb: NotebookNode, sources: dict[str, str]) -> dict[str, Any]:
    """Return what a student should see of a graded notebook.

    Parameters
    ----------
    nb : NotebookNode
        Graded, with the points in the cells' metadata, as nbgrader's ``GetGrades`` puts them.
    sources : dict
        Sources of the graded cells, by `grade_id`, as the master has them.

    Returns
    -------
    dict
        ``exercises``, ``others`` (answers that a person graded), ``stopped`` (cells outside
        of the exercises that stopped) and ``python`` (the version that graded).
    """
    tests: dict[str, list[NotebookNode]] = {}
    for cell in nb.cells:
        if is_grade(cell) and not is_solution(cell) and cell.cell_type == "code":
            function = cell.metadata.nbgrader.grade_id.partition("-")[0]
            tests.setdefault(function, []).append(cell)
    parts: dict[str, list[str]] = {}
    for cell in nb.cells:
        part_of = cell.metadata.get("proctor", {}).get(PART_OF)
        parts.setdefault(part_of or _grade_id(cell), []).append(cell.source)
    page: dict[str, Any] = {"exercises": [], "others": [], "stopped": []}
    page["python"] = ".".join(platform.python_version_tuple()[:2])
    for cell in nb.cells:
        grade_id = _grade_id(cell)
        if is_solution(cell) and grade_id in tests:
            page["exercises"].append(_exercise(cell, tests.pop(grade_id), sources))
            code = "\n\n".join(part for part in parts[grade_id] if part.strip())
            page["exercises"][-1]["code"] = _code(code)
        elif is_task(cell) or (is_solution(cell) and is_grade(cell)):
            page["others"].append(_answer(cell))
        elif cell.cell_type == "code" and not is_grade(cell) and (error := _error(cell)):
            message = "\n".join(filter(None, [error, newer_python_in(cell)]))
            page["stopped"].append({"code": _code(cell.source), "message": message})
    # Tests that stand for no exercise of the notebook.
    for function, cells in tests.items():
        page["exercises"].append(_exercise(None, cells, sources, function))
    cleaned: dict[str, Any] = _cleaned(page)
    return cleaned


def clear_folder(folder: Path, pages: Container[str]) -> None:
    """Remove all but other pages from a feedback folder, before a page is written to it.

    nbgrader has copied what lies beside the graded notebook, which the page needs nothing of. A
    student's own page would look like ours there, and a folder with the page's name be in its way.
    """
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.name not in pages or path.is_symlink() or not path.is_file():
            remove(path)


def _cleaned(value: Any) -> Any:
    """Return a value in which no text hides another or turns its order around."""
    if isinstance(value, str):
        return shown_text(value)
    if isinstance(value, dict):
        return {key: _cleaned(inner) for key, inner in value.items()}
    return [_cleaned(inner) for inner in value] if isinstance(value, list | tuple) else value


def _grade_id(cell: NotebookNode) -> str:
    """Return the name of a cell that nbgrader knows."""
    return str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))


def _exercise(
    solution: NotebookNode | None,
    tests: list[NotebookNode],
    sources: dict[str, str],
    name: str = "",
) -> dict[str, Any]:
    """Return what is shown of one function."""
    behaviours = [_behaviour(cell, sources) for cell in tests]
    explanations = [facts for cell in tests if "sentences" in (facts := _facts(cell))]
    shown: dict[str, Any] = {
        "name": solution.metadata.nbgrader.grade_id if solution else name,
        "asked": "",
        "code": "",
        "comment": "",
        "points": sum(behaviour["points"] for behaviour in behaviours),
        "maximum": sum(behaviour["maximum"] for behaviour in behaviours),
        "behaviours": behaviours,
        "explanation": explanations[0] if explanations else None,
    }
    if solution is not None:
        shown["asked"] = _docstring(sources.get(shown["name"], ""), function=True)
        shown["comment"] = solution.metadata.nbgrader.get("comment") or ""
    if explanations and "rows" in explanations[0].get("comparison", {}):
        shown["alt"] = describe(explanations[0]["comparison"])
    return shown


def _behaviour(cell: NotebookNode, sources: dict[str, str]) -> dict[str, Any]:
    """Return what is shown of one test cell."""
    details = cell.metadata.nbgrader
    points, maximum = details.get("score") or 0.0, details.get("points") or 0.0
    kept = _facts(cell).get("kept", "")
    passed = points >= maximum
    return {
        "name": details.grade_id.partition("-")[2] or details.grade_id,
        "asked": _docstring(sources.get(details.grade_id, "")),
        "points": points,
        "maximum": maximum,
        "status": ("kept" if kept else "passed") if passed else "failed",
        "message": kept or _error(cell),
    }


def _answer(cell: NotebookNode) -> dict[str, Any]:
    """Return what is shown of an answer that a person graded."""
    details = cell.metadata.nbgrader
    return {
        "name": details.grade_id,
        "points": details.get("score") or 0.0,
        "maximum": details.get("points") or 0.0,
        "comment": details.get("comment") or "",
        "code": _code(cell.source) if cell.cell_type == "code" else "",
        "text": "" if cell.cell_type == "code" else cell.source[:LONGEST_CODE],
    }


def _facts(cell: NotebookNode) -> dict[str, Any]:
    """Return what the grader left in a test cell for this page."""
    facts: dict[str, Any] = {}
    for output in cell.get("outputs", []):
        facts |= output.get("data", {}).get(FEEDBACK, {})
    return facts


def _error(cell: NotebookNode) -> str:
    """Return the message of the error in a cell's outputs, without any traceback."""
    for output in cell.get("outputs", []):
        if output.output_type == "error":
            text = f"{output.ename}: {output.evalue}".removeprefix("AssertionError: ")
            return text[:LONGEST_MESSAGE]
    return ""


def _docstring(source: str, function: bool = False) -> str:
    """Return the first paragraph of the docstring of a cell, or of its first function."""
    tree: Any = ast.parse(source)
    if function:
        tree = next((node for node in tree.body if isinstance(node, ast.FunctionDef)), None)
    text = ast.get_docstring(tree) if tree is not None else None
    return " ".join((text or "").split("\n\n")[0].split())


def _code(source: str) -> str:
    """Return a student's code as HTML."""
    if len(source) > LONGEST_CODE:
        source = source[:LONGEST_CODE] + CODE_CUT
    html: str = highlight(source, PythonLexer(), CODE_STYLE)
    return html


def describe(comparison: dict[str, Any]) -> str:
    """Put the picture of a comparison into words."""
    wrong = []
    for number, row in enumerate(comparison["rows"]):
        columns = [str(column) for column, (_, level) in enumerate(row) if level]
        if columns:
            where = "all columns" if len(columns) == len(row) else f"column {', '.join(columns)}"
            wrong.append(f"row {number}: {where}")
    place = comparison["where"]
    return f"Where your output{' for ' if place else ''}{place} is wrong: {'; '.join(wrong)}."
