"""What a student does in JupyterLab, without a network: solve, run, press Validate, and check."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import WAIT_MS, Jupyter, serve
from tests.course.cases import CASES, RIGHT
from tests.support.exercises import EXERCISES
from tests.support.notebooks import (
    LESSON,
    NAME,
    answered,
    cell,
    leave_out_demonstrations,
    save,
    unsolve,
)
from tests.support.paths import MASTERS, ROOT

EXERCISE = "zero_pad"
# Ten mistakes in three functions, by the names that they have among the cases.
MISTAKES = [
    ("zero_pad", "three pairs"),
    ("conv_forward", "swap"),
    ("conv_forward", "before c"),
    ("conv_forward", "channels first"),
    ("conv_forward", "whole batch"),
    ("conv_forward", "rows"),
    ("conv_forward", "W for w"),
    ("pool_forward", "floor"),
    ("pool_forward", "max over mean"),
    ("pool_forward", "cache"),
]
# A student may wait for two seconds; a busy machine takes its time.
LONGEST = 20.0


def mistake(function: str, name: str) -> tuple[str, str]:
    """Return a wrong function, and what the student has to read about it."""
    case = next(c for c in CASES[LESSON] if (c.function, c.name) == (function, name))
    sentences = {e.name: e.sentence for e in EXERCISES[MASTERS[0]][0][function].declared.edits}
    return case.source(LESSON), sentences[case.named[0]] if case.named else case.words


def worked_at(release: NotebookNode) -> NotebookNode:
    """Return a notebook: the right functions, then each mistake, its check and its correction."""
    right = RIGHT[LESSON]
    sources = [cell(release, "imports").source, *right.values(), "check(conv_forward)"]
    for function, name in MISTAKES:
        sources += [mistake(function, name)[0], f"check({function})", right[function]]
    notebook: NotebookNode = nbformat.v4.new_notebook(metadata=release.metadata)
    notebook.cells = [nbformat.v4.new_code_cell(source) for source in sources]
    return notebook


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which a student works."""
    return tmp_path_factory.mktemp("work")


@pytest.fixture(scope="module")
def jupyter(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Jupyter]:
    """The student's server."""
    with serve(home, tmp_path_factory.mktemp("home")) as jupyter:
        yield jupyter


@pytest.fixture
def solving(home: Path, built_course: Path) -> str:
    """The release, in which all is solved but one exercise."""
    work = home / "solving"
    shutil.copytree(built_course / "release" / LESSON, work)
    notebook = answered(built_course, "right_loops")
    unsolve(notebook, nbformat.read(work / NAME, as_version=4), EXERCISE)
    leave_out_demonstrations(notebook)
    save(work, notebook)
    return f"solving/{NAME}"


@pytest.fixture
def checking(home: Path) -> Path:
    """A notebook in which ten mistakes are made, beside the release's files."""
    folder = home / "checking"
    shutil.copytree(ROOT / "release" / LESSON, folder)
    nbformat.write(worked_at(nbformat.read(folder / NAME, as_version=4)), folder / NAME)
    return folder


def test_validate_says_what_fails_and_when_all_is_right(
    jupyter: Jupyter, built_course: Path, solving: str, context: BrowserContext
) -> None:
    solution = cell(answered(built_course, "right_loops"), EXERCISE).source
    page = jupyter.enter(context)
    page.goto(f"{jupyter.address}/lab/tree/{solving}")
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


def test_ten_common_mistakes_are_named_while_working(
    jupyter: Jupyter, checking: Path, context: BrowserContext
) -> None:
    page = jupyter.enter(context)
    page.goto(f"{jupyter.address}/lab/tree/checking/{NAME}")
    cells = page.locator(".jp-Notebook .jp-CodeCell")
    expect(cells).to_have_count(len(nbformat.read(checking / NAME, as_version=4).cells))
    expect(page.locator("#jp-main-statusbar")).to_contain_text("Idle")
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    checks = page.locator(".jp-OutputArea-output").filter(has_text=re.compile("[0-9] behaviours"))
    expect(checks).to_have_count(1 + len(MISTAKES))
    right, *said = [" ".join(text.split()) for text in checks.all_inner_texts()]
    assert right.startswith("conv_forward: all 5 behaviours are right here.")
    for (function, name), text in zip(MISTAKES, said, strict=True):
        _, sentence = mistake(function, name)
        assert sentence in text, f"{function}, {name}: {text}"
    page.keyboard.press("Control+s")
    seconds = timed(checking, page)
    print(f"check takes {min(seconds):.2f} to {max(seconds):.2f} s of the kernel's time")
    assert max(seconds) < LONGEST


def timed(folder: Path, page: Page) -> list[float]:
    """Return how long the kernel worked on each check, as JupyterLab has saved it."""
    for _ in range(WAIT_MS // 500):
        cells = json.loads((folder / NAME).read_text())["cells"]
        checks = [one for one in cells if "".join(one["source"]).startswith("check(")]
        times = [one["metadata"].get("execution", {}) for one in checks]
        if all("shell.execute_reply" in each for each in times):
            return [
                (_time(each["shell.execute_reply"]) - _time(each["iopub.status.busy"]))
                for each in times
            ]
        page.wait_for_timeout(500)
    raise AssertionError("JupyterLab has saved no times")


def _time(text: str) -> float:
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()
