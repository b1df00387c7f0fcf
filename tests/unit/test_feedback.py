"""What stands on a feedback page."""

from __future__ import annotations

import html
import re
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from proctor.examine.outputs import FEEDBACK
from proctor.report.about import About, Titles, date_in_words, duration_in_words, read_titles
from proctor.report.feedback import TEMPLATE, TEMPLATE_DIRECTORIES, feedback
from proctor.report.text import (
    ALL_FORMULAS,
    LEAST_FORMULA,
    LONGEST_FORMULA,
    QuickLexer,
    Room,
    breakable,
    coloured,
    comment,
    inline,
)
from tests.support.page import Page

SOURCES = {
    "one": 'def one(x):\n    """Return `x` plus one."""',
    "one-value": '"""One more."""',
    "one-shape": '"""The shape stays."""',
    "two": "def two(x): ...",
    "two-value": '"""Two more."""',
    "words": "",
}
STUB = "NotImplementedError"
RAISED = "IndexError: list index out of range\n  in your line: y = x[7]"


def cell(grade_id: str, kind: str = "code", source: str = "", **metadata: Any) -> NotebookNode:
    made: NotebookNode = (
        nbformat.v4.new_code_cell(source)
        if kind == "code"
        else nbformat.v4.new_markdown_cell(source)
    )
    facts = {"grade_id": grade_id, "grade": False, "solution": False, "locked": False}
    made.metadata["nbgrader"] = {**facts, "schema_version": 3, "task": False, **metadata}
    return made


def failed(grade_id: str, message: str, maximum: float = 2) -> NotebookNode:
    made = cell(grade_id, grade=True, score=0.0, points=maximum)
    output = {"ename": "Error in your code", "evalue": message, "traceback": []}
    made.outputs = [nbformat.v4.new_output("error", **output)]
    return made


def passed(grade_id: str) -> NotebookNode:
    return cell(grade_id, grade=True, score=2.0, points=2)


def html_of(cells: list[NotebookNode], about: About, **grades: float) -> str:
    """Return the page of a notebook."""
    nb = nbformat.v4.new_notebook(cells=cells)
    resources = {
        "nbgrader": {"notebook": "lesson", "score": 2, "max_score": 9, "late_penalty": 0} | grades,
        "feedback": feedback(nb, SOURCES, about),
    }
    exporter = HTMLExporter(template_name=TEMPLATE, extra_template_basedirs=TEMPLATE_DIRECTORIES)
    empty: NotebookNode = nbformat.v4.new_notebook()
    page, _ = exporter.from_notebook_node(empty, resources)
    return str(page)


def words_of(page: str) -> str:
    """Return what a person reads of a page, in one line."""
    body = page.partition("<body>")[2]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", body))


SOLVED = [cell("one", solution=True, source="def one(x):\n    return x + 1"), passed("one-value")]
WRONG = [
    cell("two", solution=True, source="def two(x):\n    y = x[7]\n    return y"),
    failed("two-value", RAISED),
]


def test_failures_come_first_and_what_passed_is_folded() -> None:
    three = [
        cell("three", solution=True, source="def three(x):\n    return two(x) + 1"),
        passed("three-value"),
    ]
    about = About(Titles("A lesson", {"two": "3. Two"}), "Ana Novak")
    page = html_of([*SOLVED, *WRONG, *three], about)
    assert page.index(' id="two"') < page.index(' id="one"')
    assert page.index("<details>") > page.index(' id="one"')
    text = words_of(page)
    assert "Feedback: A lesson" in text
    assert "Ana Novak" in text
    assert "Start with two" in text
    assert "In the lesson: 3. Two" in text
    # Nothing builds on the last one.
    assert "Start with" not in words_of(html_of([*SOLVED, *WRONG], about))


def test_the_line_that_an_error_came_from_is_marked() -> None:
    page = html_of(WRONG, About())
    (marked,) = re.findall(r'<span class="hll">(.*?)\n', page)
    assert re.sub(r"<[^>]*>", "", marked) == "    y = x[7]"


@pytest.mark.parametrize("piece", [" \n", "\t\n", " \r", "[{a[ ]"])
def test_code_is_coloured_in_little_time(piece: str) -> None:
    code = "'''" * (piece[0] == "[") + piece * (50_000 // len(piece))
    began = time.process_time()
    html = coloured(code, HtmlFormatter())
    comment(f"```python\n{code}\n```")
    # As pygments does it, more than ten seconds.
    assert time.process_time() - began < 5
    assert html.count("<") < 100_000


def test_colours_are_those_of_pygments() -> None:
    code = Path(__file__).read_text(encoding="utf-8")
    assert list(QuickLexer().get_tokens(code)) == list(PythonLexer().get_tokens(code))


@pytest.mark.parametrize(
    ("comparison", "words"),
    [
        ({"output": ["", "['b']"]}, "Input x = 'a' Your output ['b'] Tests"),
        (
            {"yours": "none: it stopped with KeyError"},
            "Input x = 'a' Your output none: it stopped with KeyError",
        ),
        (
            {"expected": "()", "yours": "none: it is of type str", "output": ["", "'3'"]},
            "Input x = 'a' Your output '3' Tests",
        ),
        (
            {"expected": "()", "yours": "none: it stopped with KeyError"},
            "Input x = 'a' Your output none: it stopped with KeyError",
        ),
        (
            {"asked": "2 things", "yours": "a single thing, of shape (2, 9)"},
            "Input x = 'a' Asked for 2 things Yours a single thing, of shape (2, 9) Tests",
        ),
        ({"expected": "()", "yours": "(2,)"}, "Shape asked for (), which is one number"),
        (
            {"expected": "(2,)", "yours": "(3,)"},
            "Input x = 'a' Shape asked for (2,) Your shape (3,)",
        ),
    ],
)
def test_a_small_example_speaks_of_shapes_only_where_there_are_some(
    comparison: dict[str, Any], words: str
) -> None:
    facts = {"sentences": ["It is wrong."], "comparison": {"arguments": ["x = 'a'"], **comparison}}
    test = failed("two-value", "Wrong.")
    test.outputs.append(nbformat.v4.new_output("display_data", {FEEDBACK: facts}))
    page = html.unescape(words_of(html_of([WRONG[0], test], About())))
    assert words.replace(" ", "") in page.replace(" ", "")


def test_a_line_that_occurs_twice_is_not_marked() -> None:
    twice = cell("two", solution=True, source="y = x[7]\ny = x[7]")
    assert "hll" not in html_of([twice, WRONG[1]], About()).partition("<body>")[2]


def test_an_unsolved_exercise_says_so_once() -> None:
    message = "NotImplementedError\n  in your line: raise NotImplementedError()"
    tests = [failed("one-value", message), failed("one-shape", message)]
    stub = cell("one", solution=True, source="def one(x):\n    raise NotImplementedError()")
    text = words_of(html_of([stub, *tests], About()))
    assert text.count("NotImplementedError") == 1
    assert "This exercise is not solved yet: one still raises NotImplementedError." in text
    # What stops for want of a helper is solved.
    text = words_of(html_of([SOLVED[0], *tests], About()))
    assert "not solved yet" not in text
    assert "def one(x)" in text


def stopped(source: str, ename: str, message: str = "") -> NotebookNode:
    made: NotebookNode = nbformat.v4.new_code_cell(source)
    output = {"ename": ename, "evalue": message, "traceback": []}
    made.outputs = [nbformat.v4.new_output("error", **output)]
    return made


def test_cells_that_stopped_alike_are_shown_once() -> None:
    name = "name 'one' is not defined"
    demonstrations = [stopped(f"show({n})", "NameError", name) for n in range(4)]
    demonstrations += [stopped("other()", "ValueError", "odd"), stopped("two(1)", STUB)]
    tests = [cell("one", solution=True), passed("one-value")]
    page = html_of([*tests, *demonstrations], About())
    words = words_of(page)
    assert words.count(f"NameError: {name}") == 1
    assert "3 more cells stopped with the same message." in words
    assert "show(0)" in words and "show(1)" not in words and "other()" in words
    # Without a colon that nothing follows.
    assert f"{STUB} " in words and f"{STUB}:" not in words


def test_what_an_unsolved_exercise_stops_is_not_shown_again() -> None:
    unsolved = cell("one-value", grade=True, score=0.0, points=2)
    error = {"ename": STUB, "evalue": "", "traceback": []}
    unsolved.outputs = [nbformat.v4.new_output("error", **error)]
    page = html_of([cell("one", solution=True), unsolved, stopped("one(1)", STUB)], About())
    words = words_of(page)
    assert "not solved yet" in words and "Other cells that stopped" not in words


def test_points_by_hand_are_no_passed_test() -> None:
    test = failed("two-value", RAISED)
    for points, label in ((0, "✗ failed"), (1, "✗ failed"), (2, "✓ points given by hand")):
        test.metadata.nbgrader.score = points
        page = html_of([WRONG[0], test], About())
        assert label in page
        assert "✓ passed" not in page


def test_the_same_error_is_written_once() -> None:
    tests = [failed("one-value", RAISED), failed("one-shape", RAISED)]
    text = words_of(html_of([SOLVED[0], *tests], About()))
    assert text.count("list index out of range") == 1
    assert "The same error as above." in text


def test_what_a_person_has_yet_to_grade_is_not_lost() -> None:
    answer = cell(
        "words", "markdown", "Because.", grade=True, solution=True, score=0.0, points=3,
        comment="No response.",
    )  # fmt: skip
    about = About(to_grade=frozenset({"words", "one-shape"}))
    tests = [passed("one-value"), cell("one-shape", grade=True, score=0.0, points=2)]
    text = words_of(html_of([SOLVED[0], *tests, answer], about))
    assert "so far: 5 are not graded yet" in text
    assert "0 of 3" not in text
    assert "0 of 2" not in text
    assert "No response" not in text
    assert "You wrote nothing here." in text


def test_a_comment_on_an_earlier_answer_is_called_so() -> None:
    answer = cell(
        "words", "markdown", "Now more.", grade=True, solution=True, score=0.0, points=3,
        comment="You wrote nothing.",
    )  # fmt: skip
    waiting = frozenset({"words"})
    assert "Comment on an earlier answer" not in html_of([answer], About(to_grade=waiting))
    changed = About(to_grade=waiting, changed=waiting)
    assert "Comment on an earlier answer" in html_of([answer], changed)


def test_without_a_declared_reason_a_page_shows_what_the_own_cell_stopped_with() -> None:
    stopped = cell("two", solution=True, source="import pandsa\n\ndef two(x):\n    return x")
    text = "No module named 'pandsa'"
    output = {"ename": "ModuleNotFoundError", "evalue": text, "traceback": []}
    stopped.outputs = [nbformat.v4.new_output("error", **output)]
    tests = [failed(f"two-{name}", "") for name in ("value", "kind", "end")]
    for test in tests:
        test.outputs[0].ename = "AssertionError"
    page = words_of(html_of([stopped, *tests], About()))
    assert f"stopped with this error: ModuleNotFoundError: {text}" in page
    # Two that say nothing do not say the same.
    assert "The same error as above." not in page


def test_a_late_penalty_is_explained() -> None:
    text = words_of(html_of(SOLVED, About(late="2 days and 3 hours"), late_penalty=4))
    assert "4 of your points were taken off because you handed in 2 days and 3 hours late." in text


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, ""),
        (1, "1 second"),
        (61, "1 minute and 1 second"),
        (3600, "1 hour"),
        (90_061, "1 day and 1 hour"),
    ],
)
def test_durations_in_words(seconds: float, words: str) -> None:
    assert duration_in_words(seconds) == words


def test_dates_in_words() -> None:
    moment = datetime(2026, 3, 7, 18, 5, tzinfo=UTC).replace(tzinfo=None)
    assert date_in_words(moment) == "7 March 2026, 18:05 UTC"


def test_titles_are_those_of_the_master(tmp_path: Path) -> None:
    cells = [
        nbformat.v4.new_markdown_cell("# A `lesson`\n\n## 1. *First*"),
        cell("one", solution=True),
        nbformat.v4.new_markdown_cell("## 2. Second\n### 2.1 Part"),
        cell("two", solution=True),
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "m.ipynb")
    titles = read_titles(tmp_path / "m.ipynb")
    assert titles == Titles("A lesson", {"one": "1. First", "two": "2. Second"})


def test_comments_are_markdown_with_formulas() -> None:
    html = comment("**Good**, but $a_1 < b^2$ and\n\n$$\\frac{1}{n}$$\n\n- `x`")
    assert "<strong>Good</strong>" in html
    assert "<msub>" in html
    assert "<mfrac>" in html
    assert "<li><code>x</code></li>" in html
    assert "$" not in html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "![x](http://example.org/x.png)",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "$\\text{</math><script>alert(1)</script>}$",
        "$<script>$",
        "<svg onload=alert(1)>",
        "[x](data:text/html,<script>alert(1)</script>)",
        "# <style>*{}</style>",
    ],
)
def test_comments_are_passive(text: str) -> None:
    html = comment(text)
    allowed = {"<math>"}
    assert set(Page(html).active) <= allowed
    assert "<style" not in html
    assert "<img" not in html


def test_formulas_are_converted_while_there_is_room() -> None:
    formula = "x" * LONGEST_FORMULA
    html = comment(f"${formula}$ and ${formula}x$ and " + f"${formula}$ " * 5)
    assert html.count("<math") == 6 and html.count(f"<code>{formula}x</code>") == 1
    room = Room()
    many = "".join(comment("$x'$ " * 1_000, room) for _ in range(3))
    assert 0 < many.count("<math") * LEAST_FORMULA <= ALL_FORMULAS
    assert many.count("<math") + many.count("<code>") == 3_000


def test_a_formula_that_cannot_be_read_is_shown_as_written() -> None:
    assert "\\frac{" in comment("$\\frac{$")


def test_backticks_become_code() -> None:
    assert inline("`a` < `b`, not `c") == "<code>a</code> &lt; <code>b</code>, not `c"


def test_names_break_after_underscores_only() -> None:
    assert breakable("conv_single_step") == "conv_<wbr>single_<wbr>step"
    assert breakable("_x<_") == "_x&lt;_"
