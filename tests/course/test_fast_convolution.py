"""Lesson 3: its figures show right numbers, its loops are those of lesson 1, its timing is fair."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from nbformat import NotebookNode

from bench import convolution
from tests.support import gates
from tests.support.cures import cured
from tests.support.lessons import load_module, solutions
from tests.support.notebooks import edit
from tests.support.paths import ROOT

LESSON = "03_fast_convolution"
MASTER = ROOT / "source" / LESSON / "fast_convolution.ipynb"
figures = load_module(LESSON, "figures")
given = load_module(LESSON, "given")
built = solutions(ROOT / "source" / "01_convolutional_layer" / "convolutional_layer.ipynb")
functions = solutions(MASTER)


def layer(f: int, stride: int, pad: int) -> tuple[Any, ...]:
    """Return the arguments of a small layer with random numbers."""
    rng = np.random.default_rng(f + 10 * stride + 100 * pad)
    A_prev, W = rng.normal(size=(2, 5, 7, 3)), rng.normal(size=(f, f, 3, 4))
    return A_prev, W, rng.normal(size=(1, 1, 1, 4)), {"stride": stride, "pad": pad}


LAYERS = [(f, stride, pad) for f in (1, 2, 3) for stride in (1, 2, 3) for pad in (0, 1, 3)]


# ------------------------------------------------------------------------- given and solutions


@pytest.mark.parametrize("sizes", LAYERS)
def test_forward_passes_agree_with_lesson_1(sizes: tuple[int, int, int]) -> None:
    arguments = layer(*sizes)
    expected, _ = built["conv_forward"](*arguments)
    for conv_forward in (given.conv_forward_loops, functions["conv_forward_fast"]):
        Z, cache = conv_forward(*arguments)
        np.testing.assert_allclose(Z, expected, rtol=1e-10, atol=1e-12)
        assert all(kept is argument for kept, argument in zip(cache, arguments, strict=True))


@pytest.mark.parametrize("sizes", LAYERS)
def test_backward_passes_are_the_gradients_of_lesson_1(sizes: tuple[int, int, int]) -> None:
    A_prev, W, b, hparameters = layer(*sizes)
    Z, cache = built["conv_forward"](A_prev, W, b, hparameters)
    rng = np.random.default_rng(0)
    dZ = rng.normal(size=Z.shape)
    # Z is linear in A_prev, in W and in b, so a direction's slope is a plain difference.
    directions = [rng.normal(size=array.shape) for array in (A_prev, W, b)]
    for conv_backward in (given.conv_backward_loops, functions["conv_backward_fast"]):
        gradients = conv_backward(dZ, cache)
        for index, direction in enumerate(directions):
            moved = [A_prev, W, b]
            moved[index] = moved[index] + direction
            slope = np.vdot(dZ, built["conv_forward"](*moved, hparameters)[0] - Z)
            assert gradients[index].shape == direction.shape
            np.testing.assert_allclose(np.vdot(gradients[index], direction), slope, atol=1e-9)


def test_fast_functions_keep_float32() -> None:
    A_prev, W, b, hparameters = layer(3, 1, 1)
    arguments = [array.astype(np.float32) for array in (A_prev, W, b)]
    Z, cache = functions["conv_forward_fast"](*arguments, hparameters)
    gradients = functions["conv_backward_fast"](Z, cache)
    assert {array.dtype for array in (Z, *gradients)} == {np.dtype(np.float32)}


def test_counts_are_those_of_the_arrays() -> None:
    for f, stride, pad in LAYERS:
        A_prev, W, _, hparameters = layer(f, stride, pad)
        rows = functions["im2col"](A_prev, f, stride, pad)
        predicted = functions["im2col_bytes"](A_prev.shape, f, stride, pad, A_prev.itemsize)
        assert predicted == rows.nbytes
        count = functions["count_multiplications"](A_prev.shape, W.shape, hparameters)
        assert count == rows.size * W.shape[3]


# ------------------------------------------------------------------------------------- figures


def as_batch(image: np.ndarray) -> np.ndarray:
    return image.astype(float)[np.newaxis, :, :, np.newaxis]


def test_rows_figure_shows_the_layer() -> None:
    W, b = figures.FILTER[:, :, np.newaxis, np.newaxis], np.full((1, 1, 1, 1), figures.BIAS)
    assert np.array_equal(functions["im2col"](as_batch(figures.IMAGE), 2, 1, 0), figures.ROWS)
    Z, _ = built["conv_forward"](as_batch(figures.IMAGE), W, b, {"stride": 1, "pad": 0})
    assert np.array_equal(Z[0, :, :, 0], figures.OUTPUT)


def test_product_figure_has_the_sizes_of_the_typical_layer() -> None:
    m, n_H_prev, n_W_prev, n_C_prev = figures.LAYER["A_prev"]
    f = figures.LAYER["W"][0]
    n_H, n_W = (n - f + 2 * figures.LAYER["pad"] + 1 for n in (n_H_prev, n_W_prev))
    assert figures.LAYER["rows"] == (m * n_H * n_W, f * f * n_C_prev)
    assert figures.LAYER["A_prev"] == convolution.SHAPE
    assert figures.LAYER["W"] == (convolution.F, convolution.F, n_C_prev, convolution.N_C)


def test_gradient_figures_show_the_backward_pass() -> None:
    drows = np.outer(figures.DZ, figures.FILTER)
    assert np.array_equal(drows, figures.DROWS)
    assert np.array_equal(
        functions["col2im"](drows, (1, 3, 3, 1), 2, 1, 0)[0, :, :, 0], figures.SUMS[-1]
    )
    # One position after the other.
    sums = np.zeros((3, 3))
    for column, (u, v) in enumerate(figures.POSITIONS):
        sums[u : u + 2, v : v + 2] += drows[:, column].reshape(2, 2)
        assert np.array_equal(sums, figures.SUMS[column])


def test_the_middle_pixel_is_marked_where_it_stands() -> None:
    places = np.arange(9).reshape(1, 3, 3, 1)
    middle = places[0, figures.MIDDLE[0], figures.MIDDLE[1], 0]
    rows = functions["im2col"](places, 2, 1, 0)
    assert [list(row).index(middle) for row in rows] == list(figures.MIDDLE_COLUMNS)


@pytest.mark.parametrize(
    ("name", "arrays"),
    [
        ("rows", ["IMAGE", "ROWS", "FILTER", "OUTPUT", "OUTPUT"]),
        ("view", ["IMAGE", "ROWS", "ROWS"]),
        ("back", ["DROWS"]),
        ("positions", ["DROWS", "SUMS"]),
    ],
)
def test_figures_show_their_numbers(name: str, arrays: list[str]) -> None:
    axes = figures.DRAWINGS[name]().axes[0]
    shown = [text.get_text().replace(figures.MINUS, "-") for text in axes.texts]
    for array in arrays:
        for number in np.ravel(getattr(figures, array)):
            shown.remove(f"{number:g}")


def test_speeds_are_shown_with_a_text_alternative(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[Any] = []
    monkeypatch.setitem(figures.show.__globals__, "display", shown.append)
    figures.speeds({"loops": 2.6, "fast": 0.00423, "PyTorch": 0.0000215})
    alt = shown[0]._repr_mimebundle_()[1]["image/png"]["alt"]
    assert "loops 2.6 s; fast 4.23 ms, 610 times as fast; PyTorch 21.5 µs, 120000 times" in alt


# -------------------------------------------------------------------------------------- timing


def test_the_shortest_time_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0.0, 0.05, 1.0, 1.25, 2.0, 2.5])
    monkeypatch.setattr(time, "perf_counter", lambda: next(clock))
    assert given.seconds(list, tries=3) == 0.05


def test_slow_calls_are_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []
    clock = iter([0.0, 1.5, 2.0, 2.5])
    monkeypatch.setattr(time, "perf_counter", lambda: next(clock))
    assert given.seconds(calls.append, 1) == 1.5
    assert calls == [1]


def test_a_function_of_the_grader_says_itself_how_long_it_takes() -> None:
    class Function:
        def timed(self, *arguments: int) -> tuple[int, float]:
            return sum(arguments), 0.25

    assert given.timed(Function(), 1, 2) == (3, 0.25)
    assert given.cpu_seconds(Function()) == 0.25
    result, seconds = given.timed(sum, [1, 2])
    assert result == 3 and 0 < seconds < 1


def test_waiting_is_no_cpu_time() -> None:
    assert given.cpu_seconds(time.sleep, 0.1) < 0.05


def test_cells_with_times_are_tagged() -> None:
    """An output with a time in it differs from run to run: nbval and the gate must ignore it."""
    for cell in gates.read(MASTER).cells:
        is_demonstration = cell.cell_type == "code" and "nbgrader" not in cell.metadata
        if is_demonstration and "given.seconds" in cell.source:
            assert gates.TIMED in cell.metadata.get("tags", []), cell.source


@pytest.mark.parametrize("timed", [True, False])
def test_worked_gate_ignores_times_and_nothing_else(timed: bool, tmp_path: Path) -> None:
    worked = ROOT / "notebooks" / LESSON / MASTER.name
    copy = tmp_path / MASTER.name
    copy.write_bytes(worked.read_bytes())

    def change(notebook: NotebookNode) -> None:
        for cell in notebook.cells:
            tagged = gates.TIMED in cell.metadata.get("tags", [])
            for output in cell.get("outputs", []):
                if tagged == timed and output.output_type == "stream":
                    output.text = f"{output.text} and more"

    edit(copy, change)
    problems = gates.worked_problems(copy, MASTER, worked)
    assert problems == ([] if timed else [cured("outputs are not those that make build makes")])


# --------------------------------------------------------------------------------------- bench


def test_bench_knows_what_was_promised() -> None:
    assert convolution.broken({"loops": 1.0, "fast": 0.01}) is None
    assert "less than 100 times" in str(convolution.broken({"loops": 0.99, "fast": 0.01}))
    times = {"loops": 9.0, "fast": 0.01, "PyTorch": 0.0025}
    assert convolution.broken(times) is None
    assert "more than 4 times" in str(convolution.broken(times | {"PyTorch": 0.002}))


def test_bench_measures_the_worked_solutions() -> None:
    names = {"conv_forward", "conv_forward_fast", "conv_backward_fast"}
    assert names <= set(convolution.solutions())
    assert convolution.table({"forward": {"loops": 2.0, "fast": 0.01}}).row_count == 2


def test_bench_refuses_more_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "2")
    with pytest.raises(SystemExit, match="Run it by `make bench`"):
        convolution.main()
