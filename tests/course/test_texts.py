"""The numbers in the texts of lessons 1 to 4: quizzes, further exercises, what is beyond."""

from __future__ import annotations

import re
from typing import Any

import h5py
import numpy as np
import pytest

from tests.support.lessons import load_module, solutions
from tests.support.paths import MASTERS, SOURCE

from .test_lessons import answers_in, sections, text_of

LESSONS = {str(int(master.parent.name[:2])): master for master in MASTERS}
TEXTS = {number: text_of(master) for number, master in LESSONS.items()}
IMAGE = np.array([[1.0, 2, 0], [0, 1, 3], [2, 0, 1]]).reshape(1, 3, 3, 1)
WEIGHTS = np.array([[1.0, -1], [2, 0]]).reshape(2, 2, 1, 1)
SMALL_DZ = np.array([[1.0, 2], [0, -1]]).reshape(1, 2, 2, 1)
NO_BIAS = np.zeros((1, 1, 1, 1))


def functions(number: str) -> dict[str, Any]:
    """Return the worked solutions of a lesson, with what its file given.py brings."""
    master = LESSONS[number]
    given = vars(load_module(master.parent.name, "given")) if number != "1" else {}
    names: dict[str, Any] = {**given, **solutions(master)}
    return names


ONE, TWO, THREE = functions("1"), functions("2"), functions("3")


def section(number: str, heading: str) -> str:
    """Return the text below a heading of the second level."""
    return sections(TEXTS[number])[heading]


def answers(number: str, heading: str) -> list[str]:
    """Return the folded answers of a section."""
    return answers_in(section(number, heading))


def code(number: str, language: str = "python") -> list[str]:
    """Return the blocks of code of the section Beyond."""
    return re.findall(rf"```{language}\n(.*?)```", section(number, "Beyond"), re.S)


def test_sizes_of_lesson_1() -> None:
    quiz, more = answers("1", "Quiz"), answers("1", "Five more exercises")
    assert str(ONE["zero_pad"](np.zeros((2, 5, 4, 1)), 3).shape) in quiz[1]
    Z, _ = ONE["conv_forward"](
        np.zeros((1, 12, 9, 1)), np.zeros((5, 5, 1, 1)), NO_BIAS, {"stride": 2, "pad": 1}
    )
    assert quiz[2].startswith(f"{Z.shape[1]} \N{MULTIPLICATION SIGN} {Z.shape[2]},")
    assert quiz[3].startswith(f"{16 * (3 * 3 * 8 + 1)}:")
    A, _ = ONE["pool_forward"](np.zeros((10, 7, 7, 6)), {"f": 2, "stride": 2})
    assert quiz[6].startswith(str(A.shape))
    filter_ = np.array([[0.0, 1], [1, 0]]).reshape(2, 2, 1, 1)
    Z, _ = ONE["conv_forward"](IMAGE, filter_, NO_BIAS - 1, {"stride": 1, "pad": 0})
    assert more[0].startswith(str(Z[0, :, :, 0].astype(int).tolist()))
    assert f"= {2 * (9 + 1)}$ parameters" in more[4] and f"= {25 + 1}$." in more[4]
    assert f"= {64 * 16 + 16}$ parameters" in section("1", "Beyond")


def test_a_filter_moves_and_a_filter_sharpens() -> None:
    left = np.zeros((3, 3, 1, 1))
    left[1, 0] = 1
    moved, _ = ONE["conv_forward"](IMAGE, left, NO_BIAS, {"stride": 1, "pad": 1})
    assert np.array_equal(moved[:, :, 1:], IMAGE[:, :, :-1])
    sharpen = np.array([[0, -1, 0], [-1, 5, -1], [0, -1, 0]])
    assert sharpen.sum() == 1


def test_receptive_field_of_lesson_4() -> None:
    field, step, fields = 1, 1, []
    for f, stride in ((3, 1), (2, 2), (3, 1)):
        field, step = field + (f - 1) * step, step * stride
        fields.append(field)
    assert fields == [3, 4, 8] and "3, then 4, then 8" in section("1", "Beyond")


def test_numbers_of_lesson_2() -> None:
    quiz = answers("2", "Quiz")
    dZ = np.ones((4, 6, 6, 2))
    cache = np.ones((4, 6, 6, 1)), np.ones((1, 1, 1, 2)), np.zeros((1, 1, 1, 2))
    _, _, db = TWO["conv_backward"](dZ, (*cache, {"stride": 1, "pad": 0}))
    assert np.all(db == 144) and quiz[3].startswith("144 ")
    window = np.array([[3.0, 3], [1, 2]]).reshape(1, 2, 2, 1)
    dA = np.full((1, 1, 1, 1), 4.0)
    share = TWO["pool_backward"](dA, (window, {"f": 2, "stride": 1}))
    assert np.array_equal(share[0, :, :, 0], [[4, 0], [0, 0]])
    both = TWO["numerical_gradient"](lambda x: np.sum(x**3), np.array([2.0]), 0.1)
    assert np.isclose(both[0], 12.01) and np.isclose((2.1**3 - 8) / 0.1, 12.61)
    padded = np.pad(np.zeros((1, 6, 5, 1)), ((0, 0), (2, 2), (2, 2), (0, 0)))
    assert padded.shape[1:3] == (10, 9) and padded[:, 2:8, 2:7].shape[1:3] == (6, 5)
    dA_prev, _, _ = TWO["conv_backward"](
        np.ones((1, 2, 2, 1)), (IMAGE, WEIGHTS, NO_BIAS, {"stride": 1, "pad": 0})
    )
    assert dA_prev[0, 1, 1, 0] == 2


def test_the_way_back_is_a_convolution() -> None:
    names = {**TWO, "np": np, "weights": WEIGHTS, "small_dZ": SMALL_DZ}
    exec(code("2")[0], names)
    assert np.array_equal(names["Z"][0, :, :, 0], [[1, 1, -2], [2, 3, 1], [0, -2, 0]])


def test_limit_of_the_learning_rate() -> None:
    with h5py.File(SOURCE / "02_backpropagation" / "digits.h5") as file:
        images = file["images"][:] / 16
    columns = []
    for unit in np.eye(10):
        W, b = unit[:9].reshape(3, 3, 1, 1), unit[9:].reshape(1, 1, 1, 1)
        columns.append(TWO["conv_forward"](images, W, b, {"stride": 1, "pad": 1})[0].ravel())
    layer = np.stack(columns, axis=1)
    # The loss is a parabola; steps beyond 2 / curvature overshoot more and more.
    limit = 2 / np.linalg.eigvalsh(2 / len(layer) * layer.T @ layer).max()
    assert 0.505 < limit < 0.515 and "the limit is 0.51" in TEXTS["2"]


@pytest.mark.parametrize(("number", "block"), [("2", 1), ("4", 1)])
def test_pytorch_gives_the_same(number: str, block: int) -> None:
    torch = pytest.importorskip("torch")
    if number == "2":
        names: dict[str, Any] = {}
        exec(code("2")[block], names)
        assert torch.equal(names["weights"].grad[0, 0], torch.tensor([[4.0, -1], [2, 6]]))
        assert names["image"].grad[0, 0].tolist() == [[1, 1, -2], [2, 3, 1], [0, -2, 0]]
        assert names["bias"].grad.tolist() == [2]
    else:
        X, y = np.zeros((4, 8, 8, 1), np.float32), np.arange(4)
        names = {"X": X, "y": y, "minibatches": solutions(LESSONS["4"])["minibatches"]}
        exec(code("4")[block].replace("range(30)", "range(1)"), names)
        assert sum(p.numel() for p in names["network"].parameters()) == 9930


def test_numbers_of_lesson_3() -> None:
    quiz, more = answers("3", "Quiz"), answers("3", "Five more exercises")
    count = THREE["count_multiplications"]
    stay = {"stride": 1, "pad": 0}
    assert quiz[0].startswith(f"{count((1, 10, 10, 3), (3, 3, 3, 8), stay):,}:")
    rows = THREE["im2col"](np.zeros((4, 6, 6, 2)), 2, 2, 0)
    assert quiz[1].startswith(f"{rows.shape}:")
    assert quiz[2].startswith(f"{7 * 7} times")
    shape = (1, 28, 28, 64)
    large = count(shape, (5, 5, 64, 64), {"stride": 1, "pad": 2})
    small = count(shape, (3, 3, 64, 64), {"stride": 1, "pad": 1})
    numbers = [
        int(n.replace("{,}", "").replace(",", "")) for n in re.findall(r"[\d{},]{6,}", more[0])
    ]
    assert numbers == [large, small, 2 * small]
    depthwise, pointwise = 28 * 28 * 64 * 9, count(shape, (1, 1, 64, 64), stay)
    assert f"{depthwise + pointwise:,}" in more[3] and round(small / (depthwise + pointwise)) == 8
    random = np.random.default_rng(1)
    A_prev, W = random.normal(size=(2, 5, 6, 3)), random.normal(size=(3, 3, 3, 4))
    b = random.normal(size=(1, 1, 1, 4))
    slide: Any = np.lib.stride_tricks.sliding_window_view  # NumPy's types know one axis only
    windows = slide(A_prev, (3, 3), axis=(1, 2))
    (line,) = re.findall(r"`(np\.einsum.*?)`", more[4])
    Z = eval(line, {"np": np, "windows": windows, "W": W, "b": b})
    assert np.allclose(Z, THREE["conv_forward_fast"](A_prev, W, b, stay)[0])
    ones = np.ones((1, 9, 9, 1))
    held = THREE["col2im"](THREE["im2col"](ones, 3, 1, 0), ones.shape, 3, 1, 0)[0, :, :, 0]
    assert (held[0, 0], held[4, 4]) == (1, 9)


def test_numbers_of_lesson_4() -> None:
    four = functions("4")
    loss, _ = four["cross_entropy"](np.zeros((1, 10)), np.array([3]))
    assert f"{loss:.3f}" in answers("4", "Quiz")[0]
    assert np.allclose(four["softmax"](np.log([[1.0, 3.0]])), [[0.25, 0.75]])
    _, dZ = four["cross_entropy"](np.log([[0.7, 0.2, 0.1]]), np.array([1]))
    assert np.allclose(dZ, [[0.7, -0.8, 0.1]])
    batches = four["minibatches"](np.zeros((1000, 1, 1, 1)), np.zeros(1000, int), 64, 0)
    assert (len(batches), len(batches[-1][1])) == (16, 40)
    w, _, _ = four["adam_step"](*np.array([[0.0], [-0.001], [0.0], [0.0]]), 1, learning_rate=0.01)
    assert np.allclose(w, 0.01, atol=1e-6)
    loss, _ = four["cross_entropy"](np.log([[0.5, 0.5], [0.25, 0.75]]), np.array([0, 0]))
    assert f"= {loss:.3f}$" in answers("4", "Five more exercises")[0]
    assert f"{3 * 3 * 32 * 64 + 64:,}".replace(",", "{,}") in answers("4", "Five more exercises")[1]
    assert 160 + 4640 + 5130 == 9930 and f"{6**0.5 / 400:.1%}" == "0.6%"
