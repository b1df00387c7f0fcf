"""A student at work in JupyterLab makes ten common mistakes, and reads what `check` says."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import SETTINGS, WAIT_MS, serve
from tests.course.cases import CASES, RIGHT
from tests.support.exercises import EXERCISES
from tests.support.notebooks import LESSON, NAME, cell
from tests.support.paths import MASTERS, ROOT

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
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("check") / LESSON
    shutil.copytree(ROOT / "release" / LESSON, folder)
    nbformat.write(worked_at(nbformat.read(folder / NAME, as_version=4)), folder / NAME)
    return folder


@pytest.fixture
def page(folder: Path, context: BrowserContext, monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    """JupyterLab, which notes when the kernel began with a cell and when it replied."""
    timing = {"windowingMode": "none", "recordTiming": True}
    monkeypatch.setitem(SETTINGS, "notebook-extension/tracker", timing)
    with serve(folder, folder.parent / "home") as jupyter:
        page = jupyter.enter(context)
        page.goto(f"{jupyter.address}/lab/tree/{NAME}")
        yield page


def test_ten_common_mistakes_are_named_while_working(folder: Path, page: Page) -> None:
    cells = page.locator(".jp-Notebook .jp-CodeCell")
    expect(cells).to_have_count(len(nbformat.read(folder / NAME, as_version=4).cells))
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
    seconds = timed(folder, page)
    print(f"check takes {min(seconds):.2f} to {max(seconds):.2f} s of the kernel's time")
    assert max(seconds) < LONGEST


def timed(folder: Path, page: Page) -> list[float]:
    """Return how long the kernel worked on each check, as JupyterLab has saved it."""
    for _ in range(WAIT_MS // 500):
        cells = []
        with suppress(ValueError):  # it is being written at this moment
            cells = json.loads((folder / NAME).read_text())["cells"]
        checks = [one for one in cells if "".join(one["source"]).startswith("check(")]
        times = [one["metadata"].get("execution", {}) for one in checks]
        if times and all("shell.execute_reply" in each for each in times):
            return [
                (_time(each["shell.execute_reply"]) - _time(each["iopub.status.busy"]))
                for each in times
            ]
        page.wait_for_timeout(500)
    raise AssertionError("JupyterLab has saved no times")


def _time(text: str) -> float:
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()
