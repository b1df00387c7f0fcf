"""The window to move: by keyboard alone, with the numbers that NumPy gives."""

from __future__ import annotations

import re
from html import unescape

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import BrowserContext, Page

from tests.support import gates
from tests.support.paths import MASTERS, edition

from .conftest import is_too_wide, problems_of

FRAME = re.compile(r'srcdoc="([^"]+)"')
IMAGE = np.array(
    [
        [[1, 2, 0, 1, 0], [0, 1, 3, 0, 2], [2, 0, 1, 1, 0], [0, 1, 0, 2, 1]],
        [[0, 1, 1, 0, 2], [1, 0, 2, 1, 0], [0, 2, 0, 0, 1], [1, 0, 1, 0, 3]],
    ]
)
LESSON_FILTER = np.array([[[1, -1], [2, 0]], [[0, 1], [1, 0]]])
EDGES = np.array([[[-1, 0, 1]] * 3] * 2)
# The choices on the page, and what they mean: filter, bias, channels, stride, pad.
CHOICES = [(0, LESSON_FILTER, 3, 1, 1, 0), (0, LESSON_FILTER, 3, 2, 2, 1), (1, EDGES, 0, 2, 1, 2)]


def frame_of(lesson: int) -> str:
    """Return the page in the frame of a worked lesson."""
    notebook = gates.read(edition("notebooks", MASTERS[lesson - 1]))
    cell = next(c for c in notebook.cells if c.source.startswith("figures.play("))
    found = FRAME.search(cell.outputs[0].data["text/html"])
    assert found
    return unescape(found[1])


def choose(page: Page, number: int, channels: int, stride: int, pad: int) -> None:
    """Make the choices, then go to the last step with the keyboard."""
    page.get_by_label("Filter").select_option(str(number))
    page.get_by_label("Channels").select_option(str(channels))
    page.get_by_label("stride").select_option(str(stride))
    page.get_by_label("pad").select_option(str(pad))
    page.get_by_role("button", name="To the end").focus()
    page.keyboard.press("Enter")


def grid(page: Page, caption: str) -> NDArray[np.int_]:
    """Return the numbers of a table, by its caption."""
    table = page.locator("table", has=page.locator(f"caption:text-is('{caption}')"))
    rows = [row.locator("td").all_inner_texts() for row in table.locator("tr").all()]
    return np.array([[int(text.replace("\N{MINUS SIGN}", "-")) for text in row] for row in rows])


@pytest.mark.parametrize(("number", "weights", "bias", "channels", "stride", "pad"), CHOICES)
def test_window_gives_what_a_convolution_gives(
    context: BrowserContext,
    number: int,
    weights: NDArray[np.int_],
    bias: int,
    channels: int,
    stride: int,
    pad: int,
) -> None:
    page = context.new_page()
    page.set_content(frame_of(1))
    choose(page, number, channels, stride, pad)
    padded = np.pad(IMAGE[:channels], ((0, 0), (pad, pad), (pad, pad)))
    output, f = grid(page, "Output Z"), weights.shape[-1]
    n_H, n_W = ((n - f) // stride + 1 for n in padded.shape[1:])
    expected = np.zeros((n_H, n_W), int)
    for h, w in np.ndindex(n_H, n_W):
        place = np.s_[:, h * stride : h * stride + f, w * stride : w * stride + f]
        expected[h, w] = (padded[place] * weights[:channels]).sum() + bias
    assert np.array_equal(output, expected)
    assert f"give {expected[-1, -1]}.".replace("-", "\N{MINUS SIGN}") in page.inner_text("#says")


@pytest.mark.parametrize("lesson", [2, 3])
@pytest.mark.parametrize(("number", "weights", "bias", "channels", "stride", "pad"), CHOICES)
def test_gradients_go_back(
    context: BrowserContext,
    lesson: int,
    number: int,
    weights: NDArray[np.int_],
    bias: int,
    channels: int,
    stride: int,
    pad: int,
) -> None:
    page = context.new_page()
    page.set_content(frame_of(lesson))
    choose(page, number, channels, stride, pad)
    dZ, f = grid(page, "dZ"), weights.shape[-1]
    for channel in range(channels):
        expected = np.zeros((IMAGE.shape[1] + 2 * pad, IMAGE.shape[2] + 2 * pad), int)
        for h, w in np.ndindex(dZ.shape):
            place = np.s_[h * stride : h * stride + f, w * stride : w * stride + f]
            expected[place] += dZ[h, w] * weights[channel]
        name = f", channel {channel}" if channels > 1 else ""
        assert np.array_equal(grid(page, f"dA_prev_pad so far{name}"), expected)


@pytest.mark.parametrize("lesson", [1, 2, 3])
def test_it_is_accessible_and_says_each_step(context: BrowserContext, lesson: int) -> None:
    page = context.new_page()
    page.set_content(frame_of(lesson))
    assert problems_of(page) == []
    page.get_by_role("button", name="Step").focus()
    page.keyboard.press("Enter")
    assert page.get_by_role("status").inner_text().startswith("Step 2 of ")
    page.set_viewport_size({"width": 390, "height": 800})
    assert not is_too_wide(page)
