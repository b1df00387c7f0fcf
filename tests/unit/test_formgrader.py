"""What the formgrader's page of a submission shows beside nbgrader's own."""

from __future__ import annotations

import re
import time
from collections import defaultdict
from types import SimpleNamespace
from typing import Any, cast

import nbformat
import pytest
from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode
from nbgrader.api import SubmittedNotebook
from traitlets.config import Config

from proctor import configure
from proctor.report import text as report_text
from proctor.report.formgrader import (
    FORMGRADER_DIRECTORIES,
    FORMGRADER_TEMPLATE,
    _show_formulas,
    escaped_names,
    show_code,
    show_markdown,
    summary,
)
from proctor.submission.passive import make_passive
from tests.support.page import Page


def cell(grade_id: str, message: str = "", **metadata: Any) -> NotebookNode:
    made: NotebookNode = nbformat.v4.new_code_cell("x = 1")
    made.metadata["nbgrader"] = {"grade_id": grade_id, "grade": True, "points": 2, **metadata}
    if message:
        error = {"ename": "AssertionError", "evalue": message, "traceback": []}
        made.outputs = [nbformat.v4.new_output("error", **error)]
    return made


def grade(name: str, automatic: float | None, by_hand: float | None = None) -> SimpleNamespace:
    score = by_hand if by_hand is not None else automatic
    return SimpleNamespace(
        name=name,
        score=score or 0.0,
        max_score=2.0,
        auto_score=automatic,
        manual_score=by_hand,
        needs_manual_grade=automatic is None and by_hand is None,
    )


def summed_up(cells: list[NotebookNode], grades: list[SimpleNamespace], penalty: float = 0) -> str:
    total = sum(grade.score for grade in grades)
    entry = SimpleNamespace(
        grades=grades, score=total, max_score=2.0 * len(grades), late_submission_penalty=penalty
    )
    notebook = nbformat.v4.new_notebook(cells=cells)
    return summary(notebook, cast(SubmittedNotebook, entry), "/./files/page.html")


def page(*cells: NotebookNode) -> str:
    exporter = HTMLExporter(
        template_name=FORMGRADER_TEMPLATE,
        extra_template_basedirs=FORMGRADER_DIRECTORIES,
        filters={"highlight_code": show_code, "markdown2html": show_markdown},
    )
    resources = defaultdict(str, index=0, total=1, metadata=defaultdict(str))
    notebook = nbformat.v4.new_notebook(cells=list(cells))
    html, _ = exporter.from_notebook_node(notebook, resources=resources)
    return str(html)


def test_a_summary_says_what_was_lost_and_why() -> None:
    cells = [cell("f-shape", "The shape is wrong."), cell("f-value"), cell("g-value")]
    grades = [grade("f-shape", 0.0), grade("f-value", 2.0), grade("g-value", 0.0, by_hand=1.5)]
    text = re.sub(r"<[^>]*>", " ", summed_up(cells, grades, penalty=1.0))
    assert "2.5 of 6 points" in text
    assert "1 taken off for being late" in text
    assert re.search(r"f +2 of 4 +shape +The shape is wrong\.", text)
    assert "g-value: overridden by hand: 1.5, by the tests 0" in text


def test_a_summary_of_what_is_right_or_waits() -> None:
    assert "Nothing was lost." in summed_up([cell("f-value")], [grade("f-value", 2.0)])
    waiting = summed_up([cell("f-value")], [grade("f-value", None)])
    assert '2 to be graded by hand: <a href="#f-value">f-value</a>' in waiting
    assert "Nothing was lost." not in waiting


def test_a_message_is_text_whatever_it_holds() -> None:
    message = "<img src=x onerror=alert(1)> $\\href{javascript:alert(1)}{x}$\n\n# heading"
    text = summed_up([cell("f-value", message)], [grade("f-value", 0.0)])
    shown = show_html(text)
    assert Page(shown).active == []
    assert "<math" not in shown and "<h1" not in shown
    assert shown.count("</div>") == 1


def show_html(markdown: str) -> str:
    made = nbformat.v4.new_markdown_cell(markdown)
    return page(made).partition('id="submission-summary"')[2].partition("</table>")[0] + "</div>"


def test_names_are_escaped_and_a_path_stays_an_address() -> None:
    names = {"student": "<b>\u202e", "first_name": None, "last_name": '"', "base_url": "<"}
    assert escaped_names({**names, "notebook_path": "a&\u202e"}) == {
        "notebook_path": "a&amp;\u202e",
        "student": "&lt;b&gt;\\u202e",
        "first_name": "",
        "last_name": "&#34;",
    }


def test_only_the_code_of_tests_is_folded() -> None:
    test, own = cell("f-value"), cell("f", grade=False, solution=True)
    own.source = "def f(): ..."
    html = page(test, own)
    (folded,) = re.findall(r"<details>(.*?)</details>", html, re.S)
    assert "Test code" in folded and "def" not in folded


@pytest.mark.parametrize("address", ["cdnjs", "http://", "https://"])
def test_the_page_loads_nothing_from_elsewhere(address: str) -> None:
    html = page(nbformat.v4.new_markdown_cell("$n_C$ and $$\\frac{1}{2}$$"))
    loaded = re.findall(r"<(?:script|link|img)[^>]*(?:src|href)=\"([^\"]*)", html)
    assert loaded and not [name for name in loaded if address in name]
    assert html.count("<math") == 2


def test_a_page_of_many_brackets_takes_no_time() -> None:
    config = Config()
    configure(config)
    config.HTMLExporter.preprocessors = []
    resources = defaultdict(str, index=0, total=1, metadata=defaultdict(str))
    cells = [nbformat.v4.new_markdown_cell("[(" * 4_900) for _ in range(15)]
    notebook = nbformat.v4.new_notebook(cells=cells)
    make_passive(notebook, ())
    began = time.process_time()
    HTMLExporter(config=config).from_notebook_node(notebook, resources=resources)
    # With nbconvert's own filters, many times as long.
    took = time.process_time() - began
    assert took < 3


def test_code_after_a_magic_and_in_texts_is_coloured_in_little_time() -> None:
    code = " \n" * 5_000 + "x = 1"
    began = time.process_time()
    html = show_code(f"%%ruby\n{code}", None, {"magics_language": "ruby"})
    html += page(nbformat.v4.new_markdown_cell(f"```python\n{code}\n```\n\n```json\n{code}\n```"))
    # As pygments does it, more than five seconds.
    assert time.process_time() - began < 3
    assert html.count('<span class="mi">1</span>') == 2


def test_formulas_of_a_page_share_its_room(monkeypatch: pytest.MonkeyPatch) -> None:
    converted: list[str] = []

    def convert(body: str, display: str) -> str:
        converted.append(body)
        return body

    monkeypatch.setattr(report_text, "convert", convert)
    lesson = nbformat.v4.new_markdown_cell("$lesson$")
    lesson.metadata["nbgrader"] = {"locked": True, "grade": False, "solution": False}
    many = [nbformat.v4.new_markdown_cell("$x'$ " * 1_900) for _ in range(3)]
    page(*many, lesson)
    assert converted.count("lesson") == 1
    assert 1_000 < len(converted) <= report_text.ALL_FORMULAS / report_text.LEAST_FORMULA
    # Outputs take it as well, and are shown as code when there is none.
    converted.clear()
    room = report_text.Room()
    outputs = [{"text/latex": f"${formula}$"} for formula in ("x'" * 9_990, *["x" * 900] * 225)]
    for output in outputs:
        _show_formulas(output, room)
    assert 0 < sum(map(len, converted)) <= report_text.ALL_FORMULAS
    assert max(map(len, converted)) <= report_text.LONGEST_FORMULA
    assert outputs[0]["text/html"].startswith("<pre><code>$x&#39;x&#39;")
    # What reads the page once more takes its time for all that is in it.
    assert len(outputs[0]["text/html"]) < 10_000
    assert "[Cut here for display: 19,982 characters" in outputs[0]["text/html"]
    assert all("<code>" in output["text/html"] for output in (outputs[0], outputs[-1]))


def test_text_in_a_formula_stays_text() -> None:
    for text in ("<b onclick=alert(1)>x</b>", "&lt;b onclick=alert(1)&gt;x&lt;/b&gt;"):
        html = page(nbformat.v4.new_markdown_cell(f"$\\text{{{text}}}$"))
        assert "<math" in html
        assert not [found for found in Page(html).active if "alert" in found]


def test_a_formula_that_cannot_be_read_is_shown_as_written() -> None:
    assert "<code>x_a_b</code>" in page(nbformat.v4.new_markdown_cell("$x_a_b$"))
