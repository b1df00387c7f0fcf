"""Lesson 4: its data, the layers it is given, its figures, and how well its network reads."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from nbformat import NotebookNode
from nbgrader.utils import is_solution

from tests.support import gates
from tests.support.cures import cured
from tests.support.lessons import load_module, solutions
from tests.support.notebooks import cell as find
from tests.support.notebooks import edit, replace
from tests.support.paths import ROOT

LESSON = ROOT / "source" / "04_training"
MASTER = LESSON / "training.ipynb"
given, figures = load_module(LESSON.name, "given"), load_module(LESSON.name, "figures")
lesson_1 = solutions(ROOT / "source" / "01_convolutional_layer" / "convolutional_layer.ipynb")
functions: dict[str, Any] = {"np": np, **vars(given)}
for cell in gates.read(MASTER).cells:
    if is_solution(cell) and cell.cell_type == "code":
        exec(cell.source, functions)

# ------------------------------------------------------------------------------------- the data


def test_data_set_says_where_it_is_from() -> None:
    with h5py.File(LESSON / "digits.h5") as file:
        assert set(file) == {"train", "test"}
        assert "10.24432/C50P49" in file.attrs["source"]
        assert file.attrs["licence"].startswith("CC BY 4.0")
        assert all(file[group].attrs["use"] for group in file)


def test_data_set_holds_all_images_once() -> None:
    with h5py.File(LESSON / "digits.h5") as file:
        images = np.concatenate([file["train/images"][:], file["test/images"][:]])
        assert np.array_equal(np.bincount(file["test/labels"][:]), [40] * 10)
        for group in ("train", "test"):
            assert set(file[group]["forms"][:]) == set(range(14))
    assert images.shape == (1797, 8, 8, 1) and images.dtype == np.uint8
    assert images.min() == 0 and images.max() == 16
    # Also in the data of lesson 1, which are from the same source.
    with h5py.File(ROOT / "source" / "01_convolutional_layer" / "digits.h5") as file:
        known = {image.tobytes() for image in images}
        assert all(image.tobytes() in known for image in file["images"][:])
    assert len(known) == 1797


# ----------------------------------------------------------------------------------- the layers

rng = np.random.default_rng(4)
VOLUME, FILTERS = rng.normal(size=(2, 5, 7, 3)), rng.normal(size=(3, 3, 3, 4))
BIASES, STRIDED = rng.normal(size=(1, 1, 1, 4)), {"stride": 2, "pad": 1}


def test_convolution_is_that_of_lesson_1() -> None:
    Z, cache = given.conv_forward(VOLUME, FILTERS, BIASES, STRIDED)
    expected, expected_cache = lesson_1["conv_forward"](VOLUME, FILTERS, BIASES, STRIDED)
    np.testing.assert_allclose(Z, expected)
    assert all(ours is theirs for ours, theirs in zip(cache, expected_cache, strict=True))


@pytest.mark.parametrize("mode", ["max", "average"])
@pytest.mark.parametrize("hparameters", [{"f": 2, "stride": 2}, {"f": 3, "stride": 2}])
def test_pooling_is_that_of_lesson_1(mode: str, hparameters: dict[str, int]) -> None:
    A, _ = given.pool_forward(VOLUME, hparameters, mode)
    np.testing.assert_allclose(A, lesson_1["pool_forward"](VOLUME, hparameters, mode)[0])


def measured(loss: Callable[[], float], array: np.ndarray) -> np.ndarray:
    """Return the gradient of a loss with respect to an array that it depends on."""
    gradient = np.zeros_like(array)
    for position in np.ndindex(array.shape):
        before = array[position]
        array[position] = before + 1e-6
        above = loss()
        array[position] = before - 1e-6
        gradient[position] = (above - loss()) / 2e-6
        array[position] = before
    return gradient


Layer = tuple[Callable[..., Any], Callable[..., Any], list[np.ndarray], tuple[Any, ...]]
LAYERS: dict[str, Layer] = {
    "convolution": (
        given.conv_forward, given.conv_backward, [VOLUME, FILTERS, BIASES], (STRIDED,)
    ),
    "max pooling": (
        given.pool_forward, given.pool_backward, [VOLUME], ({"f": 3, "stride": 2}, "max")
    ),
    "average pooling": (
        given.pool_forward, given.pool_backward, [VOLUME], ({"f": 3, "stride": 2}, "average")
    ),
    "ReLU": (given.relu_forward, given.relu_backward, [VOLUME], ()),
    "dense": (
        given.dense_forward, given.dense_backward,
        [VOLUME, rng.normal(size=(105, 2)), rng.normal(size=(1, 2))], (),
    ),
}  # fmt: skip


@pytest.mark.parametrize("layer", LAYERS)
def test_backward_is_what_is_measured(layer: str) -> None:
    forward, backward, arrays, options = LAYERS[layer]
    arrays = [array.copy() for array in arrays]
    output, cache = forward(*arrays, *options)
    weights = np.random.default_rng(0).normal(size=output.shape)
    mode = [option for option in options if isinstance(option, str)]
    gradients = backward(weights, cache, *mode)
    gradients = gradients if isinstance(gradients, tuple) else (gradients,)
    for array, gradient in zip(arrays, gradients, strict=True):
        expected = measured(lambda: np.sum(weights * forward(*arrays, *options)[0]), array)
        assert gradient.shape == array.shape
        np.testing.assert_allclose(gradient, expected, atol=1e-7)


def test_of_equal_numbers_the_first_gets_the_gradient() -> None:
    A, cache = given.pool_forward(np.ones((1, 2, 4, 1)), {"f": 2, "stride": 2})
    dA_prev = given.pool_backward(np.array([3.0, 5.0]).reshape(A.shape), cache)
    assert np.array_equal(dA_prev[0, :, :, 0], [[3, 0, 5, 0], [0, 0, 0, 0]])


def test_layers_keep_float32() -> None:
    X = VOLUME.astype(np.float32)
    Z, cache = given.conv_forward(X, *(a.astype(np.float32) for a in (FILTERS, BIASES)), STRIDED)
    gradients = given.conv_backward(Z, cache)
    A, cache = given.pool_forward(Z, {"f": 2, "stride": 1}, "average")
    dA_prev = given.pool_backward(A, cache, "average")
    assert {array.dtype for array in (Z, *gradients, A, dA_prev)} == {np.dtype(np.float32)}


# ---------------------------------------------------------------------------------- the figures


def test_figures_of_softmax_and_loss_compute() -> None:
    E = np.exp(figures.SCORES)
    np.testing.assert_allclose(figures.EXPONENTIALS, E, atol=5e-3)
    np.testing.assert_allclose(figures.SUM, E.sum(), atol=5e-3)
    P = functions["softmax"](figures.SCORES[np.newaxis].astype(float))[0]
    np.testing.assert_allclose(figures.PROBABILITIES, P, atol=5e-4)
    for p, loss in figures.LOSSES.items():
        assert p in figures.PROBABILITIES
        np.testing.assert_allclose(loss, -np.log(p), atol=5e-3)
    _, dZ = functions["cross_entropy"](figures.SCORES[np.newaxis].astype(float), np.array([0]))
    np.testing.assert_allclose(figures.GRADIENT, dZ[0], atol=5e-4)


def test_figure_of_the_network_has_its_shapes() -> None:
    shapes: dict[str, tuple[int, ...]] = {"W1": (3, 3, 1, 16), "b1": (1, 1, 1, 16)}
    shapes |= {"W2": (3, 3, 16, 32), "b2": (1, 1, 1, 32), "W3": (512, 10), "b3": (1, 10)}
    parameters = {name: np.ones(shape) for name, shape in shapes.items()}
    Z, caches = functions["network_forward"](np.ones((1, 8, 8, 1)), parameters)
    X, A1, P1, A2 = (caches[number][0] for number in (0, 2, 3, 5))
    rows = A2.reshape(1, -1)
    found = [array.shape[1:] for array in (X, A1, P1, A2, rows, Z, functions["softmax"](Z))]
    assert found == figures.STAGES
    sizes = [parameters[f"W{n}"].size + parameters[f"b{n}"].size for n in "123"]
    (table,) = (cell.source for cell in gates.read(MASTER).cells if "## 2 Join" in cell.source)
    assert all(f"= {size} |" in table for size in sizes)


def test_figures_of_split_minibatches_and_checkpoint_count() -> None:
    assert sum(figures.SPLIT.values()) == 1797
    assert sorted(figures.ORDER) == list(range(10)) and sum(figures.BATCHES) == 10
    steps = -(-figures.SPLIT["training"] // 32)
    assert figures.CHECKPOINT["t"] == figures.CHECKPOINT["epoch"] * steps


def test_figure_of_adam_walks_as_the_solution_does() -> None:
    w, m, v = figures.START, np.zeros(2), np.zeros(2)
    for t in range(1, figures.STEPS + 1):
        w, m, v = functions["adam_step"](w, figures.VALLEY * w, m, v, t, figures.ADAM_RATE)
    np.testing.assert_allclose(figures.valley_path(adam=True)[-1], w, rtol=1e-6)
    height = [np.sum(figures.VALLEY * figures.valley_path(a)[-1] ** 2) for a in (True, False)]
    assert height[0] < height[1]


HISTORY = np.linspace(1, 0.1, 20).reshape(5, 4)


@pytest.mark.parametrize(
    ("draw", "arguments", "described"),
    [
        ("digits", (VOLUME[..., :1], [3, 8]), ["2 grey images of 5 x 7 pixels", "3, 8"]),
        ("named_images", (VOLUME[..., :1], ["2\np", "4\nq"]), ["2, p; 4, q"]),
        ("filters", (FILTERS[:, :, 0],), ["4 filters of 3 x 3 weights"]),
        ("feature_maps", (VOLUME[0, :, :, 0] + 9, VOLUME[0] + 9), ["3 maps of 5 x 7"]),
        ("curves", (HISTORY,), ["5 epochs", "0.100"]),
        ("confusion", (np.array([[4, 1], [0, 5]]),), ["9 right answers of 10", "0 as 1"]),
    ],
)
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


# --------------------------------------------------------------------------------- the training


# Runs behind the master's code cells.
REPORT = """
zeros = {key: np.zeros_like(values) for key, values in stopped[0]["m"].items()}
lost, _ = train(({**stopped[0], "m": zeros, "v": zeros}, stopped[1]), data, 3, steps=range)
apart = [
    max(np.abs(values - straight[0][name][key]).max() for key, values in other[0][name].items())
    for other in (resumed, lost) for name in ("parameters", "m", "v")
]
print(json.dumps({
    "seconds": time.process_time(), "numbers": run[1],
    "accuracy": np.mean(answers == y_test), "new_forms": other_history[-1, 3],
    "resumed": float(max(apart[:3])), "lost": float(min(apart[3:])),
}))
"""


@pytest.fixture(scope="module")
def trained() -> dict[str, Any]:
    """What comes of the master's code cells up to the last exercise, in a process of its own."""
    source = "import json, time\n"
    for cell in gates.read(MASTER).cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "experiment":
            break
        if cell.cell_type == "code" and not gates.is_test(cell):
            source += cell.source + "\n"
    command = [sys.executable, "-B", "-W", "error", "-"]
    result = subprocess.run(
        command, input=source + REPORT, cwd=LESSON, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    report: dict[str, Any] = json.loads(result.stdout.splitlines()[-1])
    return report


@pytest.mark.slow
def test_network_reads_held_out_digits(trained: dict[str, Any]) -> None:
    assert trained["numbers"] == {"epoch": 30, "t": 30 * 38}
    assert trained["accuracy"] >= 0.97
    # All training of the lesson and all its figures, on one core.
    assert trained["seconds"] < 60


@pytest.mark.slow
def test_new_forms_are_harder_as_the_lesson_says(trained: dict[str, Any]) -> None:
    assert 0.90 < trained["new_forms"] < 0.97


@pytest.mark.slow
def test_training_resumes_where_it_stopped(trained: dict[str, Any]) -> None:
    assert trained["resumed"] < 1e-6
    # The comparison can fail: without its averages the run goes another way.
    assert trained["lost"] > 1e-4


# ------------------------------------------------------------------------- the answer in words


def report_with(**metadata: object) -> Callable[[NotebookNode], None]:
    """Return a change of the metadata of the answer in words."""
    return lambda nb: find(nb, "experiment-report").metadata.nbgrader.update(**metadata)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda nb: find(nb, "experiment-report").update(source="Short."), "not a model answer"),
        (report_with(points=0), "experiment-report: locked, or worth nothing"),
        (report_with(locked=True), "experiment-report: locked, or worth nothing"),
        (report_with(grade_id="elsewhere-report"), "not of the form EXERCISE-PART"),
        (replace("experiment", "### BEGIN SOLUTION", ""), "experiment: no solution is marked"),
    ],
)
def test_gate_for_an_answer_in_words_can_fail(
    change: Callable[[NotebookNode], None], problem: str, lesson_copy: Callable[[Path], Path]
) -> None:
    master = lesson_copy(MASTER)
    edit(master, change)
    assert problem in "\n".join(gates.master_problems(master))


def test_gate_sees_a_released_model_answer(lesson_copy: Callable[[Path], Path]) -> None:
    release = lesson_copy(ROOT / "release" / LESSON.name / MASTER.name)
    edit(release, lambda nb: find(nb, "experiment-report").update(source="I expected that"))
    problem = "experiment-report: the release does not ask for an answer"
    assert gates.solution_problems(release, MASTER) == [cured(problem)]
