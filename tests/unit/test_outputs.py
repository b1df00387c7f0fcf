"""What is kept of a submission's outputs and texts."""

from __future__ import annotations

import time
from typing import Any

import pytest
from nbconvert.filters import markdown2html

from proctor.examine.outputs import clean_output, error, joined_streams
from proctor.sandbox.protocol.messages import Display
from proctor.submission.passive import passive_text
from tests.support.page import Page

ACTIVE = {
    "a script": "<script>alert(1)</script>",
    "an event": "text <img src='x' onerror='alert(1)'> text",
    "an event in a tag that gives form": "<b onclick='alert(1)'>bold</b>",
    "a tag without end": "<svg/onload=alert(1)//",
    "a link": "[click](javascript:alert(1))",
    "a link with entities": "[click](&#106;avascript&colon;alert(1))",
    "a link with a tab": "[click](<java\tscript:alert(1)>)",
    "a reference": "[click][1]\n\n[1]: JavaScript:alert(1)",
    "an address": "<javascript:alert(1)>",
    "a link after a fence": "```\n[click](javascript:alert(1))\n```\n[click](javascript:alert(1))",
}


def test_the_search_for_active_content_finds_it() -> None:
    text = "<script>1</script><img src='http://x' onerror='1'><a href=' Java\nscript:x'>x</a>"
    assert len(Page(text).active) == 4


@pytest.mark.parametrize("text", ACTIVE.values(), ids=ACTIVE)
def test_active_text_becomes_passive(text: str) -> None:
    assert Page(markdown2html(passive_text(text)[0])).active == []


def test_most_of_the_cases_are_active_before() -> None:
    # nbconvert itself stops some of them.
    assert sum(bool(Page(markdown2html(text)).active) for text in ACTIVE.values()) >= 6


@pytest.mark.parametrize(
    "text", ["> a quotation", "$a < b$ and `x<5`", "press <kbd>Enter</kbd>", "1 & 2", "# title"]
)
def test_passive_text_is_left_as_it_is(text: str) -> None:
    assert passive_text(text) == (text, {})


def test_long_text_takes_no_long_time() -> None:
    started = time.process_time()
    for text in ("<b>" * 300_000, "`" * 1_000_000 + "javascript:", "[" * 1_000_000):
        passive_text(text)
    assert time.process_time() - started < 5


def test_streams_are_joined_and_overwritten_as_on_a_terminal() -> None:
    def stream(text: str, name: str = "stdout") -> dict[str, Any]:
        return {"output_type": "stream", "name": name, "text": text}

    outputs = [
        stream("10 %\r20"),
        stream(" %\r30 %\nend\r\n"),
        error("E", ""),
        error("E", ""),
        stream("a", "stderr"),
    ]
    joined = joined_streams(outputs)
    assert [output.get("text") for output in joined] == ["30 %\nend\n", None, None, "a"]


@pytest.mark.parametrize("kind", ["text/html", "image/svg+xml", "text/markdown", "unknown"])
def test_formats_in_which_something_could_run_are_not_kept(kind: str) -> None:
    data = {kind: "<script>alert(1)</script>", "text/plain": "plain"}
    output = clean_output(Display(data, {}))
    assert output is not None and output["data"] == {"text/plain": "plain"}
    assert clean_output(Display({kind: "x"}, {})) is None


def test_a_picture_is_base64() -> None:
    assert clean_output(Display({"image/png": "iVBORw0KGgo=\n"}, {})) is not None
    assert clean_output(Display({"image/png": '"><script>'}, {})) is None


@pytest.mark.parametrize(
    ("side", "kept"), [(1, True), (4_000, True), (4_001, False), (0, False), (True, False)]
)
def test_a_picture_is_shown_in_a_size_that_a_page_has(side: object, kept: bool) -> None:
    sizes = {"width": side, "height": 100, "onerror": "alert(1)"}
    output = clean_output(Display({"image/png": "iVBORw0KGgo="}, {"image/png": sizes}))
    assert output is not None
    expected = {"height": 100, "alt": "", **({"width": side} if kept else {})}
    assert output["metadata"] == {"image/png": expected}
