"""Chromium, which reaches nothing but this machine, and a Jupyter server that it looks at."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    Browser,
    BrowserContext,
    BrowserType,
    Page,
    Route,
    expect,
    sync_playwright,
)

from tests.support.commands import search_path
from tests.support.paths import PROGRAMS

WAIT_MS = 120_000
"""How long a page may take to show something; long, for a busy machine."""
SETTINGS = {
    # All cells are in the page, not only those on the screen.
    "notebook-extension/tracker": {"windowingMode": "none"},
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
}
"""Of JupyterLab."""


def launch(chromium: BrowserType, *arguments: str) -> Browser:
    """Start the system's Chromium.

    Playwright's own browsers are downloads, and nothing is downloaded while tests run.
    """
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("Chromium is not installed (Debian and Ubuntu: apt-get install chromium)")
    # Chromium's own sandbox refuses to run as root.
    return chromium.launch(executable_path=program, args=["--no-sandbox", *arguments])


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return the system's Chromium.

    Playwright runs an event loop in this thread meanwhile, which asyncio.run in tests of other
    modules would find.
    """
    with sync_playwright() as playwright:
        browser = launch(playwright.chromium)
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """Return a new profile, in which each request to another machine fails.

    Whatever asked for one fails the test at its end.
    """
    asked: list[str] = []

    def answer(route: Route) -> None:
        if urlsplit(route.request.url).hostname in ("127.0.0.1", "localhost"):
            route.continue_()
        else:
            asked.append(route.request.url)
            route.abort()

    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(WAIT_MS)
    expect.set_options(timeout=WAIT_MS)
    context.route(lambda url: urlsplit(url).scheme in ("http", "https", "ws", "wss"), answer)
    yield context
    context.close()
    assert asked == []


def problems_of(page: Page) -> list[str]:
    """Return what is wrong with a page that is shown: what axe finds, and what is too wide."""
    found = Axe().run(page).response["violations"]
    problems = [f"{each['id']}: {each['nodes'][0]['html']}" for each in found]
    if is_too_wide(page):
        problems.append("the page is wider than the screen")
    return problems


def is_too_wide(page: Page) -> bool:
    """Whether a page has to be scrolled to the side."""
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


@dataclass(frozen=True)
class Jupyter:
    """A Jupyter server of one user.

    Attributes
    ----------
    address, token : str
    """

    address: str
    token: str

    def enter(self, context: BrowserContext) -> Page:
        """Return a new tab of a browser that has given the token."""
        assert context.request.get(f"{self.address}/tree?token={self.token}").ok
        return context.new_page()


@contextmanager
def serve(folder: Path, home: Path) -> Iterator[Jupyter]:
    """Run JupyterLab in a folder, on a free port of this machine, for a user with a new home."""
    for name, values in SETTINGS.items():
        path = home / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(values))
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("JUPYTER")},
        "PATH": search_path(),
        "HOME": str(home),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
    }
    token = secrets.token_hex(16)
    options = ["--no-browser", "--ip=127.0.0.1", "--port=0", f"--IdentityProvider.token={token}"]
    options += ["--allow-root"] if os.geteuid() == 0 else []
    log = home / "jupyter.log"
    with (
        log.open("w") as output,
        subprocess.Popen(
            [str(PROGRAMS / "jupyter"), "lab", *options],
            cwd=folder,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        try:
            yield Jupyter(_address(process, home / "runtime", log), token)
        finally:
            process.terminate()


def _address(process: subprocess.Popen[bytes], runtime: Path, log: Path) -> str:
    """Wait until a server has written down where it listens, and return that."""
    until = time.monotonic() + WAIT_MS / 1000
    while time.monotonic() < until and process.poll() is None:
        for path in runtime.glob("jpserver-*.json"):
            # It is written in one go, but may be seen before.
            if text := path.read_text():
                return str(json.loads(text)["url"]).rstrip("/")
        time.sleep(0.1)
    raise AssertionError(log.read_text())
