"""The worked solutions of lesson 1 give every number that the course's first document prints."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.support.lessons import solutions
from tests.support.paths import ROOT

REFERENCE = json.loads(Path(__file__).with_name("reference.json").read_text(encoding="utf-8"))
functions = solutions(ROOT / "source" / "01_convolutional_layer" / "convolutional_layer.ipynb")
# What is printed has eight decimals, or nine significant digits.
PRINTED: dict[str, Any] = {"rtol": 1e-8, "atol": 5.1e-9}


@pytest.fixture
def random() -> np.random.RandomState:
    """What np.random.seed(1) sets up."""
    return np.random.RandomState(1)


def test_zero_pad(random: np.random.RandomState) -> None:
    expected = REFERENCE["zero_pad"]
    x = random.randn(*expected["x.shape"])
    x_pad = functions["zero_pad"](x, 2)
    assert list(x_pad.shape) == expected["x_pad.shape"]
    np.testing.assert_allclose(x[1, 1], expected["x[1,1]"], **PRINTED)
    np.testing.assert_array_equal(x_pad[1, 1], expected["x_pad[1,1]"])


def test_conv_single_step(random: np.random.RandomState) -> None:
    arguments = random.randn(4, 4, 3), random.randn(4, 4, 3), random.randn(1, 1, 1)
    Z = functions["conv_single_step"](*arguments)
    np.testing.assert_allclose(Z, REFERENCE["conv_single_step"]["Z"], rtol=1e-14)


def test_conv_forward(random: np.random.RandomState) -> None:
    expected = REFERENCE["conv_forward"]
    A_prev, W, b = random.randn(10, 5, 7, 4), random.randn(3, 3, 4, 8), random.randn(1, 1, 1, 8)
    Z, cache = functions["conv_forward"](A_prev, W, b, {"pad": 1, "stride": 2})
    np.testing.assert_allclose(Z.mean(), expected["Z.mean()"], rtol=1e-13)
    np.testing.assert_allclose(Z[3, 2, 1], expected["Z[3,2,1]"], **PRINTED)
    np.testing.assert_allclose(cache[0][1][2][3], expected["cache_conv[0][1][2][3]"], **PRINTED)


@pytest.mark.parametrize(("case", "stride"), [("case 1", 1), ("case 2", 2)])
@pytest.mark.parametrize("mode", ["max", "average"])
def test_pool_forward(random: np.random.RandomState, case: str, stride: int, mode: str) -> None:
    expected: dict[str, Any] = REFERENCE["pool_forward"][f"{case} (stride {stride}, f 3)"]
    A, _ = functions["pool_forward"](
        random.randn(2, 5, 5, 3), {"f": 3, "stride": stride}, mode=mode
    )
    if mode in expected:
        np.testing.assert_allclose(A, expected[mode], **PRINTED)
    else:
        # The document's last page lost one of the eight rows.
        numbers = expected["average, the numbers that are legible in print order"]
        rows = np.delete(A.reshape(8, 3), 6, axis=0)
        np.testing.assert_allclose(rows, np.reshape(numbers, (7, 3)), **PRINTED)
