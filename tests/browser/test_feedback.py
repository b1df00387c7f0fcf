"""Feedback pages and the class report: on a screen, a phone and paper, and read aloud."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext

from examples.build_submissions import read_student
from proctor.report.class_page import course_page, lesson_page
from proctor.report.summary import Misconception, who_needs_help
from tests.support.paths import EXAMPLES, MASTERS
from tests.support.quick import QuickGrader
from tests.unit.test_class_report import made_up, summary_of

from .conftest import is_too_wide, problems_of

# Ten of them show each part that a page may have; the numbers are those of the lessons.
STUDENTS = [
    (0, "bias_inside_sum"),
    (0, "cache_reversed"),
    (0, "ceil_for_floor"),
    (0, "half_solved"),
    (0, "inputs_changed"),
    (0, "max_from_zero"),
    (0, "right_im2col"),
    (0, "syntax_error"),
    (0, "undefined_name"),
    (0, "unsolved"),
]
FOLDED = """() => [...document.querySelectorAll('details > *:not(summary)')]
    .filter(e => !e.checkVisibility())
    .map(e => e.outerHTML.slice(0, 200))"""
CUT = """() => [...document.querySelectorAll('main *')]
    .filter(e => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflowX != 'visible')
    .map(e => e.outerHTML.slice(0, 200))"""
"""What would have to be scrolled to be read."""


@pytest.fixture(scope="module")
def pages(quick_grader: Callable[[Path], QuickGrader]) -> dict[str, str]:
    """Their pages, by name."""
    found: dict[str, str] = {}
    for number in sorted({number for number, _ in STUDENTS}):
        master = MASTERS[number]
        names = [name for lesson, name in STUDENTS if lesson == number]
        files = [EXAMPLES / master.parent.name / f"{name}.py" for name in names]
        answers = [read_student(file).answers for file in files]
        graded = quick_grader(master).grade_all(answers)
        found |= {name: one.html for name, one in zip(names, graded, strict=True)}
    return found


@pytest.mark.parametrize("width", [1280, 390])
def test_everybody_can_read_them(
    width: int, pages: dict[str, str], context: BrowserContext
) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": 900})
    problems = {}
    for name, html in pages.items():
        page.set_content(html)
        # What is folded is read, too.
        page.evaluate("document.querySelectorAll('details').forEach(e => e.open = true)")
        problems[name] = problems_of(page)
    assert not any(problems.values()), problems


@pytest.fixture(scope="module")
def reports() -> dict[str, str]:
    """Pages of the class report, by what is on them."""
    summary = summary_of(made_up(30))
    example = Misconception("f", "It adds one.", ("s1", "s2"), f"x = '{'long ' * 40}'\n" * 9)
    summary.misconceptions = [example]
    summary.helped = who_needs_help(summary, [])
    return {"a lesson": lesson_page(summary), "the course": course_page([summary, summary])}


@pytest.mark.parametrize("width", [1280, 390])
def test_everybody_can_read_the_class_report(
    width: int, reports: dict[str, str], context: BrowserContext
) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": 900})
    problems = {}
    for name, html in reports.items():
        page.set_content(html)
        page.evaluate("document.querySelectorAll('details').forEach(e => e.open = true)")
        problems[name] = problems_of(page)
    assert not any(problems.values()), problems


def test_on_paper_nothing_is_folded_or_cut(
    pages: dict[str, str], reports: dict[str, str], context: BrowserContext
) -> None:
    page = context.new_page()
    # As wide as a sheet of A4 between its margins.
    page.set_viewport_size({"width": 680, "height": 960})
    page.emulate_media(media="print")
    folded = 0
    for name, html in (pages | reports).items():
        page.set_content(html)
        folded += page.locator("details:not([open])").count()
        assert page.evaluate(FOLDED) == [], name
        assert page.evaluate(CUT) == [], name
        assert not is_too_wide(page), name
    assert folded > 10


def test_the_gate_can_fail(pages: dict[str, str], context: BrowserContext) -> None:
    page = context.new_page()
    html = pages["bias_inside_sum"]
    page.set_content(
        html.replace('<html lang="en">', "<html>").replace(
            "<main>", '<main style="min-width: 200vw">'
        )
    )
    names = [problem.partition(":")[0] for problem in problems_of(page)]
    assert names == ["html-has-lang", "the page is wider than the screen"]
