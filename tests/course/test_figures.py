"""Figures: the images of all lessons, what those of lesson 1 draw, and that all can read them."""

from __future__ import annotations

from typing import Any

import h5py
import numpy as np
import pytest
from matplotlib.figure import Figure

from tests.support.lessons import load_module, solutions
from tests.support.paths import LESSONS, ROOT

LESSON = ROOT / "source" / "01_convolutional_layer"
FIGURES = {lesson: load_module(lesson, "figures") for lesson in LESSONS}
figures = FIGURES[LESSON.name]
drawing = load_module(LESSON.name, "drawing")
functions = solutions(LESSON / "convolutional_layer.ipynb")


def as_batch(image: np.ndarray) -> np.ndarray:
    return image.astype(float)[np.newaxis, :, :, np.newaxis]


def test_padding_figure_pads() -> None:
    assert np.array_equal(
        functions["zero_pad"](as_batch(figures.IMAGE), 1)[0, :, :, 0], figures.PADDED
    )


def test_step_figure_steps() -> None:
    assert np.array_equal(figures.WINDOW, figures.IMAGE[:2, :2])
    assert np.array_equal(figures.PRODUCTS, figures.WINDOW * figures.FILTER)
    assert figures.PRODUCTS.sum() == figures.SUM
    assert figures.SUM + figures.BIAS == figures.Z


def test_sliding_figure_slides() -> None:
    W, b = figures.FILTER[:, :, np.newaxis, np.newaxis], np.full((1, 1, 1, 1), figures.BIAS)
    Z, _ = functions["conv_forward"](as_batch(figures.IMAGE), W, b, {"stride": 1, "pad": 0})
    assert np.array_equal(Z[0, :, :, 0], figures.OUTPUT)


def test_pooling_figure_pools() -> None:
    A_prev, hparameters = as_batch(figures.POOLING_INPUT), {"f": 2, "stride": 2}
    for mode, drawn in (("max", figures.POOLING_MAX), ("average", figures.POOLING_AVERAGE)):
        A, _ = functions["pool_forward"](A_prev, hparameters, mode=mode)
        assert np.array_equal(A[0, :, :, 0], drawn)


def test_a_photograph_goes_through_three_filters(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a uniform wall the first two leave everything as it is, and the third finds nothing."""
    path = LESSON / "photo.h5"
    drawn: list[tuple[Figure, str]] = []
    with h5py.File(path) as file:
        photo = file["image"][:] / 255
        assert photo.shape == (80, 80, 3) and "public domain" in file.attrs["licence"]
    assert path.stat().st_size < 40_000
    filters = {
        "blur": np.full((3, 3), 1 / 9),
        "sharpen": np.array([[0, -1, 0], [-1, 5, -1], [0, -1, 0]]),
        "vertical edges": np.array([[-1, 0, 1]] * 3),
    }
    wall = np.full((5, 4, 3), (0.2, 0.4, 0.6))
    blurred, sharp, edges = figures._apart(functions["conv_forward"], wall, [*filters.values()])
    assert np.allclose(blurred[1:-1, 1:-1], wall[1:-1, 1:-1])
    assert np.allclose(sharp[1:-1, 1:-1], wall[1:-1, 1:-1])
    assert np.allclose(edges[1:-1, 1:-1], 0)
    monkeypatch.setattr(figures, "show", lambda figure, text: drawn.append((figure, text)))
    figures.filtered(functions["conv_forward"], [np.eye(8)[..., np.newaxis], photo], filters)
    ((figure, text),) = drawn
    assert len(figure.axes[0].images) == 8 and ", ".join(filters) in text
    with pytest.raises(ValueError, match="Z should have shape"):
        figures.filtered(lambda *_: (np.zeros(3), None), [photo], filters)


def test_sizes_in_the_figures_follow_the_formula() -> None:
    def size(n_prev: int, f: int, stride: int) -> int:
        return (n_prev - f) // stride + 1

    layer, floor, corners = figures.LAYER, figures.FLOOR, figures.CORNERS
    assert layer["output"][:2] == tuple(size(n, layer["f"], 1) for n in layer["input"][:2])
    assert floor["n_W"] == size(floor["n_W_prev"], floor["f"], floor["stride"])
    assert floor["starts"] == tuple(w * floor["stride"] for w in range(floor["n_W"] + 1))
    assert corners["output"] == tuple(
        size(n, corners["f"], corners["stride"]) for n in corners["input"]
    )
    for axis, index in (("vert", "h"), ("horiz", "w")):
        assert corners[f"{axis}_start"] == corners[index] * corners["stride"]
        assert corners[f"{axis}_end"] == corners[f"{axis}_start"] + corners["f"]


def texts(figure: Figure) -> list[str]:
    """Return all texts of a figure, with plain minus signs."""
    return [text.get_text().replace(drawing.MINUS, "-") for text in figure.axes[0].texts]


@pytest.mark.parametrize(
    ("name", "arrays"),
    [
        ("padding", ["IMAGE", "PADDED"]),
        ("step", ["WINDOW", "FILTER", "PRODUCTS", "SUM", "BIAS", "Z"]),
        ("sliding", ["IMAGE", "OUTPUT"]),
        ("pooling", ["POOLING_INPUT", "POOLING_MAX", "POOLING_AVERAGE"]),
    ],
)
def test_figures_show_their_numbers(name: str, arrays: list[str]) -> None:
    shown = texts(figures.DRAWINGS[name]())
    for array in arrays:
        for number in np.ravel(getattr(figures, array)):
            shown.remove(f"{number:g}")


RANDOM = np.random.default_rng(0).normal(size=(2, 6, 4, 3))


@pytest.mark.parametrize(
    ("draw", "arguments", "described"),
    [
        ("digits", (RANDOM[..., :1], [3, 8]), ["2 grey images of 6 x 4 pixels", "3, 8"]),
        ("before_and_after_padding", (RANDOM, RANDOM[:, 1:]), ["(2, 6, 4, 3)", "(2, 5, 4, 3)"]),
        ("feature_maps", (RANDOM[0, :, :, 0], RANDOM[0, 1:], ["a", "b", "c"]), ["(5, 4)", "a, b"]),
        ("pooled_maps", (RANDOM[0, :, :, 0],) * 3, ["max (6, 4)"]),
        ("pipeline", ([("image", RANDOM[0, :, :, 0]), ("next", RANDOM[0, 2:, :, 0])],),
         ["image (6, 4), then next (4, 4)"]),
    ],
)  # fmt: skip
def test_results_are_shown_with_a_text_alternative(
    draw: str, arguments: tuple[Any, ...], described: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[Any] = []
    monkeypatch.setitem(figures.show.__globals__, "display", shown.append)
    getattr(figures, draw)(*arguments)
    (image,) = shown
    _, metadata = image._repr_mimebundle_()
    assert all(text in metadata["image/png"]["alt"] for text in described)
    assert 600 <= metadata["image/png"]["width"] <= 1000


@pytest.mark.parametrize("wrong", [None, 3.0, RANDOM[0], np.zeros((2, 0, 4, 3))])
def test_a_wrong_result_is_explained(wrong: Any) -> None:
    with pytest.raises(ValueError, match=r"x_pad should be an array of shape \(m, n_H, n_W, n_C\)"):
        figures.before_and_after_padding(RANDOM, wrong)
