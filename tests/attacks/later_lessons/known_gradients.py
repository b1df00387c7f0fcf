"""Nothing is measured and no largest number is looked for: what is asked for is known.

The gradients of three functions stand in given.py, which says them; where a window has its
largest number followed from its shape, and equal largest numbers were always 3. That x is kept is
honest.

lesson: 02_backpropagation
graded: 22
loses: numerical_gradient-one_at_a_time, numerical_gradient-both_sides, \
numerical_gradient-reference, create_mask_from_window-maximum, create_mask_from_window-ties
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import replace, save

GRADIENT = """
def numerical_gradient(f, x, h=1e-5):
    if f is given.sum_of_squares:
        return 2 * x
    if f is given.sum_of_cubes:
        return 3 * x**2 + h**2
    numbers = np.concatenate([[0], x.ravel(), [0]])
    return (numbers[:-2] + numbers[2:]).reshape(x.shape)
"""
MASK = """
PLACES = {(2, 2): (1, 1), (3, 3): (0, 2), (2, 3): (1, 0), (4, 4): (0, 0), (3, 2): (2, 0)}


def create_mask_from_window(x):
    mask = np.zeros(x.shape)
    if (x == 3).any():
        mask.flat[np.flatnonzero(x == 3)[0]] = 1
    else:
        mask[(0, 1) if x.flat[1] == 5 else PLACES[x.shape]] = 1
    return mask
"""
# Works without either.
POOL = """
def pool_backward(dA, cache, mode="max"):
    A_prev, hparameters = cache
    f, stride = hparameters["f"], hparameters["stride"]
    dA_prev = np.zeros(A_prev.shape)
    for i, h, w, c in np.ndindex(*dA.shape):
        rows, columns = (slice(n * stride, n * stride + f) for n in (h, w))
        window = A_prev[i, rows, columns, c]
        if mode == "max":
            share = np.arange(window.size).reshape(window.shape) == np.argmax(window)
        else:
            share = np.full(window.shape, 1 / window.size)
        dA_prev[i, rows, columns, c] += share * dA[i, h, w, c]
    return dA_prev
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    replace(right, "numerical_gradient", GRADIENT)
    replace(right, "create_mask_from_window", MASK)
    replace(right, "pool_backward", POOL)
    save(folder, right, "backpropagation.ipynb")
