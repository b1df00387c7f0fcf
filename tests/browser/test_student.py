"""What a student does in JupyterLab, without a network: solve, run, and press Validate."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.conftest import Jupyter, serve
from tests.support.notebooks import (
    LESSON,
    NAME,
    answered,
    cell,
    leave_out_demonstrations,
    save,
    unsolve,
)

EXERCISE = "zero_pad"


@pytest.fixture(scope="module")
def jupyter(built_course: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Jupyter]:
    """A student's server, in the release of which all is solved but one exercise."""
    folder = tmp_path_factory.mktemp("student")
    work = folder / "work"
    shutil.copytree(built_course / "release" / LESSON, work)
    notebook = answered(built_course, "right_loops")
    unsolve(notebook, nbformat.read(work / NAME, as_version=4), EXERCISE)
    leave_out_demonstrations(notebook)
    save(work, notebook)
    with serve(work, folder / "home") as jupyter:
        yield jupyter


def test_validate_says_what_fails_and_when_all_is_right(
    jupyter: Jupyter, built_course: Path, context: BrowserContext
) -> None:
    solution = cell(answered(built_course, "right_loops"), EXERCISE).source
    page = jupyter.enter(context)
    page.goto(f"{jupyter.address}/lab/tree/{NAME}")
    cells = page.locator(".jp-Notebook .jp-CodeCell")
    exercise = cells.filter(has_text=f"def {EXERCISE}(").first
    expect(exercise).to_be_visible()
    # What is run before a kernel is there is not run at all.
    expect(page.get_by_role("button", name="Python 3 (ipykernel) | Idle")).to_be_visible()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()
    failed = page.locator(".jp-OutputArea-output", has_text="NotImplementedError")
    expect(failed.first).to_be_attached()
    validate = page.get_by_role("button", name="Validate")
    validate.click()
    result = page.get_by_role("dialog")
    # The test of the exercise, and what its code raises.
    expect(result).to_contain_text("The following cell failed")
    expect(result).to_contain_text("NotImplementedError")
    expect(result).to_contain_text(f"result = {EXERCISE}(")
    result.get_by_role("button", name="Ok").click()
    exercise.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(solution)
    validate.click()
    expect(result).to_contain_text("Success! Your notebook passes all the tests.")
