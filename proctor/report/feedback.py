"""Feedback pages: what was asked, what passed, what failed and why; never a hidden test.

`feedback` reduces a graded notebook to plain facts, and the template shows these and nothing
else. Whatever a student wrote or printed is shown as text, or not at all.
"""

from __future__ import annotations

import ast
import platform
import re
from collections.abc import Container, Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from markupsafe import Markup
from nbformat import NotebookNode
from nbgrader.utils import is_grade, is_solution, is_task
from pygments.formatters import HtmlFormatter

from ..diagnose.kinds import UNSOLVED
from ..diagnose.newer_python import newer_python_in
from ..examine.outputs import FEEDBACK
from ..grading.staging import remove
from ..lesson.exercises import behaviour_of, exercises_of
from ..submission.clean import shown_text
from ..submission.passive import without_gaps
from ..submission.repair import PART_OF
from .about import About
from .text import breakable, coloured, comment, inline

TEMPLATE = "course_feedback"
TEMPLATE_DIRECTORIES = [str(Path(__file__).parent / "templates")]
# Dark enough on white to be read by everybody.
CODE_STYLE = HtmlFormatter(style="xcode", cssclass="code")

# As `proctor.examine.calls.StudentCodeError` writes it.
LINE = re.compile(r"^ *in your line: (.+)$", re.MULTILINE)
SCROLLED = 'tabindex="0" role="group" aria-label="Code"'
LONGEST_CODE = 20_000
LONGEST_MESSAGE = 4_000
CODE_CUT = "\n# ... the rest of this cell is left out here"
SAME = "The same error as above."
NO_ANSWER = "No response."
"""nbgrader's own comment on an answer that is as it was handed out."""
NOBODY = About()


def feedback(nb: NotebookNode, sources: dict[str, str], about: About = NOBODY) -> dict[str, Any]:
    """Return what a student should see of a graded notebook.

    Parameters
    ----------
    nb : NotebookNode
        Graded, with the points in the cells' metadata, as nbgrader's ``GetGrades`` puts them.
    sources : dict
        Sources of the graded cells, by `grade_id`, as the master has them.
    about : About, optional

    Returns
    -------
    dict
        For the template: ``about``, ``exercises``, ``others`` (answers that a person grades),
        ``stopped`` (cells outside of the exercises that stopped, by message), ``first`` (the name
        of the exercise to begin with, if one that others follow lost points), ``waiting`` (the
        points that a person has yet to give), ``python`` (the version that graded), and the
        functions of `proctor.report.text` that it uses.
    """
    tests: dict[str, list[NotebookNode]] = {}
    known = [(name, is_solution(cell)) for cell in nb.cells if (name := _grade_id(cell))]
    exercises = exercises_of(known)
    for cell in nb.cells:
        if is_grade(cell) and not is_solution(cell) and cell.cell_type == "code":
            tests.setdefault(exercises[_grade_id(cell)], []).append(cell)
    parts: dict[str, list[str]] = {}
    for cell in nb.cells:
        part_of = cell.metadata.get("proctor", {}).get(PART_OF)
        parts.setdefault(part_of or _grade_id(cell), []).append(cell.source)
    page: dict[str, Any] = {"about": asdict(about), "exercises": [], "others": []}
    page |= {"inline": inline, "breakable": breakable}
    page["python"] = ".".join(platform.python_version_tuple()[:2])
    others: list[NotebookNode] = []
    for cell in nb.cells:
        grade_id = _grade_id(cell)
        if is_solution(cell) and grade_id in tests:
            code = "\n\n".join(part for part in parts[grade_id] if part.strip())
            page["exercises"].append(_exercise(cell, tests.pop(grade_id), sources, about, code))
        elif is_task(cell) or (is_solution(cell) and is_grade(cell)):
            page["others"].append(_answer(cell, about))
        elif cell.cell_type == "code" and not is_grade(cell):
            others.append(cell)
    # Nothing builds on the last one.
    failed = (shown["name"] for shown in page["exercises"][:-1] if shown["status"] == "failed")
    page["first"] = next(failed, "")
    # Tests that stand for no exercise of the notebook.
    for function, cells in tests.items():
        page["exercises"].append(_exercise(None, cells, sources, about, "", function))
    unsolved = any(shown["unsolved"] for shown in page["exercises"])
    page["stopped"] = _stopped(others, unsolved)
    shown = [*page["others"], *(b for e in page["exercises"] for b in e["behaviours"])]
    page["waiting"] = sum(part["maximum"] for part in shown if part["status"] == "waiting")
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
        # A comment stays what it is, HTML.
        return type(value)(shown_text(value))
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
    about: About,
    code: str,
    name: str = "",
) -> dict[str, Any]:
    """Return what is shown of one function."""
    name = solution.metadata.nbgrader.grade_id if solution else name
    behaviours = [_behaviour(cell, name, sources, about) for cell in tests]
    explanations = [facts for cell in tests if "sentences" in (facts := _facts(cell))]
    shown: dict[str, Any] = {
        "name": name,
        "status": _worst(behaviour["status"] for behaviour in behaviours),
        "unsolved": UNSOLVED.format(name=name) if _is_unsolved(behaviours, code) else "",
        "asked": "",
        "code": "",
        "comment": "",
        "points": sum(behaviour["points"] for behaviour in behaviours),
        "maximum": sum(behaviour["maximum"] for behaviour in behaviours),
        "behaviours": behaviours,
        "explanation": explanations[0] if explanations else None,
        "stopped": "",
    }
    if solution is not None:
        if not (explanations or shown["unsolved"]):
            shown["stopped"] = _stop(solution)
        shown["asked"] = _docstring(sources.get(shown["name"], ""), function=True)
        shown["section"] = about.titles.sections.get(shown["name"], "")
        if not shown["unsolved"]:  # What was handed out needs not be shown.
            shown["code"] = _code(code, _wrong_lines(behaviours))
        shown["comment"] = _comment(solution)
    _say_once(behaviours)
    if explanations and "rows" in explanations[0].get("comparison", {}):
        shown["alt"] = describe(explanations[0]["comparison"])
    return shown


def _behaviour(
    cell: NotebookNode, exercise: str, sources: dict[str, str], about: About
) -> dict[str, Any]:
    """Return what is shown of one test cell."""
    details = cell.metadata.nbgrader
    points, maximum = details.get("score") or 0.0, details.get("points") or 0.0
    kept = _facts(cell).get("kept", "")
    status = ("kept" if kept else "passed") if points >= maximum else "failed"
    status = "waiting" if details.grade_id in about.to_grade else status
    error = _error(cell)
    return {
        "name": behaviour_of(details.grade_id, exercise),
        "asked": _docstring(sources.get(details.grade_id, "")),
        "points": points,
        "maximum": maximum,
        "status": status,
        # It failed, and has its points all the same.
        "by_hand": bool(error) and status == "passed" and maximum > 0,
        "message": kept or error,
        "printed": _printed(cell) if status == "failed" else "",
    }


def _answer(cell: NotebookNode, about: About) -> dict[str, Any]:
    """Return what is shown of an answer that a person grades."""
    details = cell.metadata.nbgrader
    waiting = details.grade_id in about.to_grade
    return {
        "name": details.grade_id,
        "section": about.titles.sections.get(details.grade_id, ""),
        "status": "waiting" if waiting else "graded",
        "points": details.get("score") or 0.0,
        "maximum": details.get("points") or 0.0,
        "comment": _comment(cell),
        "earlier": details.grade_id in about.changed,
        "empty": details.get("comment") == NO_ANSWER,
        "code": _code(cell.source) if cell.cell_type == "code" else "",
        "text": "" if cell.cell_type == "code" else cell.source[:LONGEST_CODE],
    }


def _facts(cell: NotebookNode) -> dict[str, Any]:
    """Return what the grader left in a test cell for this page."""
    facts: dict[str, Any] = {}
    for output in cell.get("outputs", []):
        facts |= output.get("data", {}).get(FEEDBACK, {})
    return facts


def _stopped(cells: Iterable[NotebookNode], unsolved: bool) -> list[dict[str, Any]]:
    """Return the cells that stopped, each message with the first of them and how many more.

    What an exercise that is not solved raises is left out if the page says that already.
    """
    found: dict[str, dict[str, Any]] = {}
    for cell in cells:
        message = _stop(cell)
        if not message or (unsolved and message.startswith("NotImplementedError")):
            continue
        if message in found:
            found[message]["more"] += 1
        else:
            found[message] = {"code": _code(cell.source), "message": message, "more": 0}
    return list(found.values())


def _stop(cell: NotebookNode) -> str:
    """Return what a student's own cell stopped with, and if a newer Python may read it."""
    error = _error(cell)
    return "\n".join(filter(None, [error, newer_python_in(cell)])) if error else ""


def _error(cell: NotebookNode) -> str:
    """Return the message of the error in a cell's outputs, without any traceback."""
    for output in cell.get("outputs", []):
        if output.output_type == "error":
            text = f"{output.ename}: {output.evalue}".removeprefix("AssertionError: ")
            return text.removesuffix(": ")[:LONGEST_MESSAGE]
    return ""


def _printed(cell: NotebookNode) -> str:
    """Return what a test printed, unless the student's code and hidden tests may have, too."""
    if _facts(cell).get("inside"):
        return ""
    texts = (o.text for o in cell.get("outputs", []) if o.output_type == "stream")
    return "".join(texts).strip()[:LONGEST_MESSAGE]


def _docstring(source: str, function: bool = False) -> str:
    """Return the first paragraph of the docstring of a cell, or of its first function."""
    try:
        tree: Any = ast.parse(source)
    except (SyntaxError, ValueError):
        return ""  # a magic, such as %%capture
    if function:
        tree = next((node for node in tree.body if isinstance(node, ast.FunctionDef)), None)
    text = ast.get_docstring(tree) if tree is not None else None
    return " ".join((text or "").split("\n\n")[0].split())


def _worst(statuses: Iterable[str]) -> str:
    """Return what is to be said of an exercise, given its behaviours."""
    found = set(statuses)
    return next((status for status in ("failed", "waiting", "kept") if status in found), "passed")


def _is_unsolved(behaviours: Sequence[dict[str, Any]], code: str) -> bool:
    """Whether all that fails is that nothing has been written yet, here and not in a helper."""
    if code.strip() and "NotImplementedError" not in code:
        return False
    messages = [shown["message"] for shown in behaviours if shown["status"] == "failed"]
    return bool(messages) and all("NotImplementedError" in message for message in messages)


def _say_once(behaviours: Sequence[dict[str, Any]]) -> None:
    """Leave out what stands at an earlier behaviour already."""
    said: set[str] = set()
    for shown in behaviours:
        message = shown["message"]
        if message and message in said and shown["status"] == "failed":
            shown["message"] = "" if "NotImplementedError" in message else SAME
        said.add(message)


def _wrong_lines(behaviours: Sequence[dict[str, Any]]) -> list[str]:
    """Return the lines of the student's code that tests say an error came from."""
    messages = [shown["message"] for shown in behaviours if shown["status"] == "failed"]
    found = [LINE.search(message) for message in messages]
    return [match[1].strip() for match in found if match]


def _comment(cell: NotebookNode) -> Markup | str:
    """Return what a grader wrote about an answer."""
    text = cell.metadata.nbgrader.get("comment") or ""
    return "" if text == NO_ANSWER else comment(text)


def _code(source: str, marked: Sequence[str] = ()) -> str:
    """Return a student's code as HTML; lines that occur once are marked if they are named."""
    if len(source) > LONGEST_CODE:
        source = source[:LONGEST_CODE] + CODE_CUT
    source = without_gaps(source)  # before its lines are counted
    lines = [line.strip() for line in source.splitlines()]
    numbers = [lines.index(line) + 1 for line in set(marked) if lines.count(line) == 1]
    style = HtmlFormatter(style=CODE_STYLE.style, cssclass="code", hl_lines=numbers)
    # Long lines are scrolled, with the keyboard as well.
    return coloured(source, style).replace('class="code"', f'class="code" {SCROLLED}', 1)


def describe(comparison: dict[str, Any]) -> str:
    """Put the picture of a comparison into words."""
    up, left = comparison.get("corner", (0, 0))
    wrong = []
    for number, row in enumerate(comparison["rows"], start=up):
        columns = [str(column) for column, (_, level) in enumerate(row, start=left) if level]
        if columns:
            where = "all columns" if len(columns) == len(row) else f"column {', '.join(columns)}"
            wrong.append(f"row {number}: {where}")
    place = comparison["where"]
    return f"Where your output{' for ' if place else ''}{place} is wrong: {'; '.join(wrong)}."
