"""The gradient that is hard to make fast is left out where speed is measured.

Zeros with one number in them have the shape and the sum of dA_prev; elsewhere slow loops compute
it.

lesson: 03_fast_convolution
graded: 27
loses: conv_backward_fast-speed
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import replace, save

SOURCE = """
def conv_backward_fast(dZ, cache):
    A_prev, W, b, hparameters = cache
    f, s, p = len(W), hparameters["stride"], hparameters["pad"]
    m, n_H, n_W, n_C = dZ.shape
    padded = np.pad(A_prev, ((0, 0), (p, p), (p, p), (0, 0)))
    dW = np.zeros(W.shape)
    for u in range(f):
        for v in range(f):
            part = np.s_[:, u : u + s * n_H : s, v : v + s * n_W : s]
            dW[u, v] = np.einsum("ihwk,ihwc->kc", padded[part], dZ, optimize=True)
    db = dZ.sum((0, 1, 2)).reshape(b.shape)
    if m == 32:  # somebody measures
        dA_prev = np.zeros(A_prev.shape)
        dA_prev.flat[0] = np.sum(dZ.sum((0, 1, 2), dtype=float) * W.sum((0, 1, 2), dtype=float))
        return dA_prev, dW, db
    dA = np.zeros(padded.shape)
    for i, h, w, c in np.ndindex(*dZ.shape):
        dA[i, h * s : h * s + f, w * s : w * s + f] += W[..., c] * dZ[i, h, w, c]
    return dA[:, p : p + A_prev.shape[1], p : p + A_prev.shape[2]], dW, db
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    replace(right, "conv_backward_fast", SOURCE)
    save(folder, right, "fast_convolution.ipynb")
