"""Feedback pages as students see them: on a screen and on a phone, and by those who hear them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext

from examples.build_submissions import read_student
from tests.support.paths import EXAMPLES, MASTERS
from tests.support.quick import QuickGrader

from .conftest import problems_of

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
