"""What an instructor does in nbgrader's formgrader, without a network."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Jupyter, is_too_wide, serve
from tests.support.commands import run
from tests.support.notebooks import (
    LESSON,
    NAME,
    answered,
    leave_out_demonstrations,
    save,
    submit,
)

NOTEBOOK = NAME.removesuffix(".ipynb")
# Names as a student may enter them in an LMS.
FIRST, LAST = "<img src=x onerror='document.title = 7'>", '"<script>document.title = 7</script>'


@dataclass(frozen=True)
class Course:
    """A course with three submissions, of which bob's is graded, and a server that shows it."""

    folder: Path
    jupyter: Jupyter

    def open_submission(self, context: BrowserContext, errors: list[str]) -> Page:
        """Return the formgrader's page of bob's submission, whose scripts may stop with errors."""
        page = self.jupyter.enter(context)
        page.on("pageerror", lambda error: errors.append(f"{error}"))
        with Gradebook(f"sqlite:///{self.folder}/gradebook.db") as gradebook:
            number = gradebook.find_submission_notebook(NOTEBOOK, LESSON, "bob").id
        page.goto(f"{self.jupyter.address}/formgrader/submissions/{number}/")
        settle(page)
        return page


def settle(page: Page) -> None:
    """Wait until nbgrader's scripts have scrolled: a click meanwhile may meet nothing."""
    page.wait_for_load_state("networkidle")
    page.wait_for_function("MathJax.loaded && !$('body, html').is(':animated')")


@pytest.fixture(scope="module")
def course(built_course: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Course]:
    folder = tmp_path_factory.mktemp("instructor")
    course = folder / "course"
    shutil.copytree(built_course, course)
    for student, example in {"bob": "bias_dropped", "eve": "half_solved"}.items():
        notebook = answered(course, example)
        leave_out_demonstrations(notebook)
        save(submit(course, student), notebook)
    graded = run(["proctor", "autograde", LESSON, "--student", "bob"], course)
    assert graded.returncode == 0, graded.stderr
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        gradebook.update_or_create_student("bob", first_name=FIRST, last_name=LAST)
    with serve(course, folder / "home") as jupyter:
        yield Course(course, jupyter)


def test_the_autograde_button_grades_behind_the_wall(
    course: Course, context: BrowserContext
) -> None:
    notebook = answered(course.folder, "right_loops")
    leave_out_demonstrations(notebook)
    # The wall is in its way, and nothing else.
    escaped = course.folder / "escaped"
    code = f"try:\n    open({str(escaped)!r}, 'w')\nexcept OSError as error:\n    print(error)"
    notebook.cells.append(nbformat.v4.new_code_cell(code))
    save(submit(course.folder, "ada"), notebook)
    page = course.jupyter.enter(context)
    page.goto(f"{course.jupyter.address}/formgrader/manage_assignments")
    expect(page.get_by_role("link", name=LESSON, exact=True)).to_be_visible()
    page.goto(f"{course.jupyter.address}/formgrader/manage_submissions/{LESSON}")
    row = page.locator("tr", has=page.locator(".student-id", has_text="ada"))
    expect(row.locator(".status")).to_have_text("needs autograding")
    row.locator(".autograde a").click()
    expect(row.locator(".score")).to_have_text("30 / 30")
    expect(row.locator(".status")).to_have_text("graded")
    assert not escaped.exists()
    (graded,) = (course.folder / "autograded" / "ada" / LESSON).glob("*.ipynb")
    assert "No such file or directory" in graded.read_text()


def test_a_submission_is_summed_up_and_tests_are_folded(
    course: Course, context: BrowserContext
) -> None:
    errors: list[str] = []
    page = course.open_submission(context, errors)
    summary = page.locator("#submission-summary")
    expect(summary).to_contain_text("28 of 30 points")
    expect(summary).to_contain_text("conv_single_step")
    expect(summary).to_contain_text("The bias is never added.")
    assert page.locator("#notebook-container .cell").first.locator("#submission-summary").count()
    code = page.locator(".nbgrader_cell", has=page.locator("#zero_pad-shape")).locator("pre")
    expect(code).to_be_hidden()
    code.locator("xpath=ancestor::details").locator("summary").click()
    expect(code).to_be_visible()
    # Formulas are there without MathJax, and pictures fit.
    expect(page.locator("math").first).to_be_visible()
    assert "$" not in page.locator("body").inner_text()
    assert not is_too_wide(page)
    # On paper there is nothing to click, and nothing is folded.
    page.reload()
    settle(page)
    page.emulate_media(media="print")
    expect(page.locator(".help")).to_be_hidden()
    expect(code).to_be_visible()
    assert errors == []


def test_names_are_text(course: Course, context: BrowserContext) -> None:
    errors: list[str] = []
    page = course.open_submission(context, errors)
    expect(page.locator("nav", has_text=f"{LAST}, {FIRST}")).to_be_attached()
    expect(page).to_have_title(NOTEBOOK)
    assert errors == []


def test_the_keyboard_leads_from_cell_to_cell(course: Course, context: BrowserContext) -> None:
    errors: list[str] = []
    page = course.open_submission(context, errors)
    summary = page.locator("#submission-summary")
    summary.get_by_role("link", name="bias once").click()
    expect(page.locator("#conv_single_step-bias_once")).to_be_in_viewport()
    page.locator("#conv_single_step-bias_once").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    following = page.locator("#conv_single_step-returns_scalar")
    expect(following).to_be_focused()
    expect(following).to_be_in_viewport()
    assert errors == []


def test_points_and_comments_by_hand_reach_the_feedback_page(
    course: Course, context: BrowserContext
) -> None:
    errors: list[str] = []
    page = course.open_submission(context, errors)
    score = page.locator("#conv_single_step-bias_once")
    expect(score).to_have_attribute("placeholder", "0")
    saved = score.locator("xpath=ancestor::*[contains(@class, 'nbgrader_cell')]")
    score.fill("0.5")
    score.blur()
    expect(saved.locator(".score-saved")).to_be_visible()
    comment = page.locator("#conv_single_step-comment")
    with page.expect_response(
        lambda response: response.request.method == "PUT" and "/api/comment/" in response.url
    ) as put:
        comment.fill("Nearly. See $n_C$.")
        comment.blur()
    assert put.value.ok
    written = run(["proctor", "feedback", LESSON], course.folder)
    assert written.returncode == 0, written.stdout + written.stderr
    page.reload()
    settle(page)
    summary = page.locator("#submission-summary")
    expect(summary).to_contain_text("28.5 of 30 points")
    expect(summary).to_contain_text("overridden by hand: 0.5, by the tests 0")
    with context.expect_page() as opened:
        summary.get_by_role("link", name="Feedback page").click()
    feedback = opened.value
    expect(feedback.locator(".total")).to_contain_text("28.5 of 30 points")
    expect(feedback.locator(".comment")).to_contain_text("Nearly. See")
    expect(feedback.locator(".comment math")).to_be_visible()
    assert errors == []
