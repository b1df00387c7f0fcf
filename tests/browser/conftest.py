"""Chromium, which reaches nothing but this machine."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Route, sync_playwright

WAIT_MS = 120_000
"""How long a page may take to show something; long, for a busy machine."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return the system's Chromium.

    Playwright's own browsers are downloads, and nothing is downloaded while tests run.
    """
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("Chromium is not installed (Debian and Ubuntu: apt-get install chromium)")
    with sync_playwright() as playwright:
        # The system's sandbox of Chromium refuses to run as root.
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
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
    context.route(lambda url: urlsplit(url).scheme in ("http", "https", "ws", "wss"), answer)
    yield context
    context.close()
    assert asked == []
