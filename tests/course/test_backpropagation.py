"""Lesson 2: its figures show right numbers, and what it is given does what lesson 1 builds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure

from proctor.diagnose.misconceptions import read_exercises
from proctor.diagnose.picture import compare
from tests.support import gates
from tests.support.lessons import load_module, solutions
from tests.support.paths import ROOT

SOURCE = ROOT / "source"
figures = load_module("02_backpropagation", "figures")
given = load_module("02_backpropagation", "given")
built = solutions(SOURCE / "01_convolutional_layer" / "convolutional_layer.ipynb")
functions = solutions(SOURCE / "02_backpropagation" / "backpropagation.ipynb")


def as_batch(image: np.ndarray) -> np.ndarray:
    return image.astype(float)[np.newaxis, :, :, np.newaxis]


# ------------------------------------------------------------------------------------- given


@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("pad", [0, 1, 2])
@pytest.mark.parametrize("f", [1, 2, 3])
def test_given_conv_forward_is_that_of_lesson_1(f: int, pad: int, stride: int) -> None:
    rng = np.random.default_rng(f + 10 * pad + 100 * stride)
    A_prev, W = rng.normal(size=(2, 5, 7, 3)), rng.normal(size=(f, f, 3, 4))
    arguments = A_prev, W, rng.normal(size=(1, 1, 1, 4)), {"stride": stride, "pad": pad}
    Z, cache = given.conv_forward(*arguments)
    np.testing.assert_allclose(Z, built["conv_forward"](*arguments)[0], rtol=1e-10, atol=1e-12)
    assert all(kept is argument for kept, argument in zip(cache, arguments, strict=True))


@pytest.mark.parametrize("mode", ["max", "average"])
@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("f", [1, 2, 3])
def test_given_pool_forward_is_that_of_lesson_1(f: int, stride: int, mode: str) -> None:
    A_prev = np.random.default_rng(f + 10 * stride).normal(size=(2, 5, 7, 3))
    hparameters = {"f": f, "stride": stride}
    A, cache = given.pool_forward(A_prev, hparameters, mode=mode)
    expected = built["pool_forward"](A_prev, hparameters, mode=mode)[0]
    np.testing.assert_allclose(A, expected, rtol=1e-12)
    assert cache[0] is A_prev and cache[1] is hparameters


def test_given_gradients_are_what_the_docstrings_say() -> None:
    x = np.random.default_rng(1).normal(size=(2, 3))
    measure = functions["numerical_gradient"]
    np.testing.assert_allclose(measure(given.sum_of_squares, x), 2 * x, atol=1e-8)
    np.testing.assert_allclose(measure(given.sum_of_cubes, x), 3 * x**2, atol=1e-8)
    numbers = np.concatenate([[0], x.ravel(), [0]])
    neighbours = (numbers[:-2] + numbers[2:]).reshape(2, 3)
    np.testing.assert_allclose(measure(given.neighbour_products, x), neighbours, atol=1e-8)
    waves = np.sin(x) + x * np.cos(x)
    np.testing.assert_allclose(measure(given.sum_of_waves, x), waves, atol=1e-8)


def test_a_chain_takes_the_numbers_in_reading_order() -> None:
    first, second, third = x = np.random.default_rng(1).normal(size=3)
    expected = third * np.sin(second * np.sin(first * np.sin(first) + second) + third)
    assert given.chain(x.reshape(3, 1)) == pytest.approx(expected)


# --------------------------------------------------------------------------------- solutions


@pytest.mark.parametrize(
    ("shape", "f", "stride", "pad"),
    [((2, 5, 7, 3), 3, 2, 1), ((3, 4, 6, 2), 2, 3, 2), ((1, 6, 5, 1), 3, 1, 0)],
)
def test_conv_backward_agrees_with_a_measurement(
    shape: tuple[int, ...], f: int, stride: int, pad: int
) -> None:
    rng = np.random.default_rng(f)
    sizes: list[tuple[int, ...]] = [shape, (f, f, shape[3], 2), (1, 1, 1, 2)]
    arrays = [rng.normal(size=size) for size in sizes]
    hparameters = {"stride": stride, "pad": pad}
    Z, cache = given.conv_forward(*arrays, hparameters)
    dZ = rng.normal(size=Z.shape)
    gradients = functions["conv_backward"](dZ, cache)
    for number, gradient in enumerate(gradients):

        def loss(x: np.ndarray, number: int = number) -> float:
            nudged = [x if k == number else array for k, array in enumerate(arrays)]
            return float(np.sum(dZ * given.conv_forward(*nudged, hparameters)[0]))

        measured = functions["numerical_gradient"](loss, arrays[number])
        np.testing.assert_allclose(gradient, measured, atol=1e-7)


@pytest.mark.parametrize("mode", ["max", "average"])
@pytest.mark.parametrize(("f", "stride"), [(2, 2), (3, 1), (2, 3)])
def test_pool_backward_agrees_with_a_measurement(f: int, stride: int, mode: str) -> None:
    rng = np.random.default_rng(f)
    A_prev, hparameters = rng.normal(size=(2, 5, 7, 2)), {"f": f, "stride": stride}
    A, cache = given.pool_forward(A_prev, hparameters, mode=mode)
    dA = rng.normal(size=A.shape)

    def loss(x: np.ndarray) -> float:
        return float(np.sum(dA * given.pool_forward(x, hparameters, mode=mode)[0]))

    measured = functions["numerical_gradient"](loss, A_prev)
    gradient = functions["pool_backward"](dA, cache, mode=mode)
    np.testing.assert_allclose(gradient, measured, atol=1e-7)


def test_at_a_tie_no_gradient_is_lost_or_doubled() -> None:
    dA = np.full((1, 2, 2, 1), 3.0)
    cache = (np.zeros((1, 4, 4, 1)), {"f": 2, "stride": 2})
    dA_prev = functions["pool_backward"](dA, cache, mode="max")
    assert np.array_equal(dA_prev[0, ::2, ::2, 0], dA[0, :, :, 0])
    assert dA_prev.sum() == dA.sum()


# ----------------------------------------------------------------------------------- figures


def conv_backward(dZ: np.ndarray, image: np.ndarray, pad: int) -> tuple[np.ndarray, ...]:
    W = as_batch(figures.FILTER).reshape(2, 2, 1, 1)
    cache = (as_batch(image), W, np.zeros((1, 1, 1, 1)), {"stride": 1, "pad": pad})
    return tuple(functions["conv_backward"](as_batch(dZ), cache))


def test_the_image_and_the_filter_are_those_of_lesson_1() -> None:
    first = load_module("01_convolutional_layer", "figures")
    for name in ("IMAGE", "FILTER", "POOLING_INPUT"):
        assert np.array_equal(getattr(figures, name), getattr(first, name))


def test_weight_figure_multiplies() -> None:
    assert np.array_equal(figures.PIXELS, figures.IMAGE[:2, :2])
    assert np.array_equal(figures.SHARES, figures.PIXELS * figures.DZ)
    assert figures.SHARES.sum() == conv_backward(figures.DZ, figures.IMAGE, 0)[1][0, 0, 0, 0]


def test_slope_figure_has_the_slope_of_a_parabola() -> None:
    slope = figures.SLOPE
    assert slope["left"] == (slope["x"] - slope["h"]) ** 2
    assert slope["right"] == (slope["x"] + slope["h"]) ** 2
    assert slope["slope"] == (slope["right"] - slope["left"]) / (2 * slope["h"]) == 2 * slope["x"]


def test_spread_figure_spreads() -> None:
    step, (h, w) = figures.STEP, (figures.STEP["h"], figures.STEP["w"])
    assert step["dz"] == figures.DZ[h, w]
    assert np.array_equal(step["window"], figures.IMAGE[h : h + 2, w : w + 2])
    assert np.array_equal(step["da_slice"], figures.FILTER * step["dz"])
    assert np.array_equal(step["dW"], step["window"] * step["dz"])


def test_adding_figure_adds() -> None:
    total = np.zeros(figures.IMAGE.shape)
    for (h, w), shown in zip(np.ndindex(2, 2), figures.SUMS, strict=True):
        total[h : h + 2, w : w + 2] += figures.DZ[h, w] * figures.FILTER
        assert np.array_equal(shown, total)
    assert np.array_equal(conv_backward(figures.DZ, figures.IMAGE, 0)[0][0, :, :, 0], total)


def test_cut_figure_cuts() -> None:
    padded = np.pad(figures.IMAGE, 1)
    whole = conv_backward(figures.CUT["dZ"], padded, 0)[0]
    assert np.array_equal(whole[0, :, :, 0], figures.CUT["dA_pad"])
    cut = conv_backward(figures.CUT["dZ"], figures.IMAGE, 1)[0]
    assert np.array_equal(cut[0, :, :, 0], figures.CUT["dA_pad"][1:4, 1:4])


def test_mask_and_share_figures_pass_their_value_on() -> None:
    mask, share = figures.MASK, figures.SHARE
    assert np.array_equal(functions["create_mask_from_window"](mask["window"]), mask["mask"])
    assert np.array_equal(mask["mask"] * mask["dA"], mask["result"])
    shared = functions["distribute_value"](share["dz"], share["result"].shape)
    assert np.array_equal(shared, share["result"])


def test_pooling_figure_goes_back() -> None:
    cache = (as_batch(figures.POOLING_INPUT), {"f": 2, "stride": 2})
    for mode, drawn in (("max", figures.POOLING_MAX), ("average", figures.POOLING_AVERAGE)):
        dA_prev = functions["pool_backward"](as_batch(figures.POOLING_DA), cache, mode=mode)
        assert np.array_equal(dA_prev[0, :, :, 0], drawn)


def texts(figure: Figure) -> list[str]:
    """Return all texts of a figure, with plain minus signs."""
    return [text.get_text().replace(figures.MINUS, "-") for text in figure.axes[0].texts]


@pytest.mark.parametrize(
    ("name", "arrays"),
    [
        ("weight", [figures.IMAGE] * 4),
        ("spread", [figures.DZ, figures.FILTER, *(figures.STEP[k] for k in ("window", "dW"))]),
        ("adding", [*figures.SUMS, *(z * figures.FILTER for z in figures.DZ.flat)]),
        ("cut", [figures.CUT["dA_pad"], figures.CUT["dA_pad"][1:4, 1:4]]),
        ("mask", [figures.MASK["window"], figures.MASK["dA"], figures.MASK["result"]]),
        ("share", [figures.SHARE["dz"], figures.SHARE["result"]]),
        ("pooling", [figures.POOLING_DA, figures.POOLING_MAX, figures.POOLING_AVERAGE]),
    ],
)
def test_figures_show_their_numbers(name: str, arrays: list[Any]) -> None:
    shown = texts(figures.DRAWINGS[name]())
    for array in arrays:
        for number in np.ravel(array):
            shown.remove(f"{number:g}")


RANDOM = np.random.default_rng(0).normal(size=(5, 3))


@pytest.mark.parametrize(
    ("draw", "argument", "described"),
    [
        ("maps", [("before", RANDOM), ("after", RANDOM[1:])], ["before (5, 3), after (4, 3)"]),
        ("losses", [4.0, 0.5, 0.25], ["over 3 steps", "from 4 to 0.25"]),
    ],
)
def test_results_are_shown_with_a_text_alternative(
    draw: str, argument: Any, described: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[Any] = []
    monkeypatch.setitem(figures.show.__globals__, "display", shown.append)
    getattr(figures, draw)(argument)
    (image,) = shown
    _, metadata = image._repr_mimebundle_()
    assert all(text in metadata["image/png"]["alt"] for text in described)
    assert 600 <= metadata["image/png"]["width"] <= 1000


def test_a_wrong_result_is_explained() -> None:
    with pytest.raises(ValueError, match=r"the map 'dZ' should be an array of shape \(n_H, n_W\)"):
        figures.maps([("dZ", None)])


@pytest.mark.parametrize(
    ("function", "misconception", "arguments"),
    [
        (
            "numerical_gradient",
            "upwards_only",
            ["f = sum_of_squares", "x of shape (2,)", "h = 0.3"],
        ),
        (
            "conv_backward",
            "bias_forgotten",
            [
                "dZ of shape (2, 2, 3, 3)",
                "cache = (array of shape (2, 3, 4, 2), array of shape (2, 2, 2, 3), "
                "array of shape (1, 1, 1, 3), {'stride': 1, 'pad': 0})",
            ],
        ),
    ],
)
def test_feedback_describes_functions_and_caches_in_words(
    function: str, misconception: str, arguments: list[str]
) -> None:
    folder = SOURCE / "02_backpropagation"
    tests = gates.all_tests(folder / "backpropagation.ipynb")
    declared = (folder / "misconceptions.py").read_text(encoding="utf-8")
    exercise = read_exercises(declared, folder, tests)[function]
    (variant,) = (v for v in exercise.singles if v.misconceptions[0].name == misconception)
    seen = compare(exercise, variant.outcomes, variant.misconceptions[0].fails)
    assert seen["arguments"] == arguments


def test_the_digits_are_those_of_lesson_1() -> None:
    first, second = (
        (SOURCE / lesson / "digits.h5").read_bytes()
        for lesson in ("01_convolutional_layer", "02_backpropagation")
    )
    assert first == second
