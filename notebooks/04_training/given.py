"""The layers of this lesson, ready to use: forward and backward, for a batch of examples.

Convolution and pooling are those of the lessons before, with the same arguments, results and
caches; ReLU and the dense layer are new here.

Instead of visiting every place with loops, each function goes through the f * f positions inside
a window. For one such position, a slice with a step picks the number that lies there in all
windows of all examples at once.
"""

import numpy as np


def _slices(f, stride, n_H, n_W):
    """Yield (u, v, slices) for each position (u, v) inside the windows of a batch."""
    for u, v in np.ndindex(f, f):
        rows = slice(u, u + stride * n_H, stride)
        yield u, v, (slice(None), rows, slice(v, v + stride * n_W, stride))


def _pad(A, pad):
    """Return a batch with a border of zeros around each example."""
    return np.pad(A, ((0, 0), (pad, pad), (pad, pad), (0, 0)))


def conv_forward(A_prev, W, b, hparameters):
    """Return Z of shape (m, n_H, n_W, n_C) and the cache (A_prev, W, b, hparameters)."""
    f, stride, pad = len(W), hparameters["stride"], hparameters["pad"]
    n_H, n_W = ((n - f + 2 * pad) // stride + 1 for n in A_prev.shape[1:3])
    padded, Z = _pad(A_prev, pad), b
    for u, v, place in _slices(f, stride, n_H, n_W):
        Z = Z + np.tensordot(padded[place], W[u, v], axes=1)
    return Z, (A_prev, W, b, hparameters)


def conv_backward(dZ, cache):
    """Return dA_prev, dW and db, of the shapes of A_prev, W and b."""
    A_prev, W, b, hparameters = cache
    f, stride, pad = len(W), hparameters["stride"], hparameters["pad"]
    padded = _pad(A_prev, pad)
    dA_padded, dW = np.zeros_like(padded), np.zeros_like(W)
    for u, v, place in _slices(f, stride, *dZ.shape[1:3]):
        dA_padded[place] += np.tensordot(dZ, W[u, v].T, axes=1)
        dW[u, v] = np.tensordot(padded[place], dZ, axes=([0, 1, 2], [0, 1, 2]))
    n_H_prev, n_W_prev = A_prev.shape[1:3]
    dA_prev = dA_padded[:, pad : pad + n_H_prev, pad : pad + n_W_prev]
    return dA_prev, dW, dZ.sum(axis=(0, 1, 2)).reshape(b.shape)


def pool_forward(A_prev, hparameters, mode="max"):
    """Return A of shape (m, n_H, n_W, n_C) and the cache (A_prev, hparameters)."""
    f, stride = hparameters["f"], hparameters["stride"]
    n_H, n_W = ((n - f) // stride + 1 for n in A_prev.shape[1:3])
    parts = [A_prev[place] for _, _, place in _slices(f, stride, n_H, n_W)]
    A = np.max(parts, axis=0) if mode == "max" else np.mean(parts, axis=0)
    return A, (A_prev, hparameters)


def pool_backward(dA, cache, mode="max"):
    """Return dA_prev, of the shape of A_prev.

    The gradient of a window goes to its largest number, to the first of them in reading order if
    there are several, or is shared by all numbers of the window if mode is "average".
    """
    A_prev, hparameters = cache
    A, _ = pool_forward(A_prev, hparameters, mode)
    dA_prev, f, free = np.zeros_like(A_prev), hparameters["f"], np.ones(A.shape, bool)
    for _, _, place in _slices(f, hparameters["stride"], *dA.shape[1:3]):
        first = free & (A_prev[place] == A)
        dA_prev[place] += dA * first if mode == "max" else dA / f**2
        free &= ~first
    return dA_prev


def relu_forward(Z):
    """Return max(0, Z), number by number, and the cache Z."""
    return np.maximum(0, Z), Z


def relu_backward(dA, cache):
    """Return dZ: the gradient passes where Z was positive and stops elsewhere."""
    return dA * (cache > 0)


def dense_forward(A_prev, W, b):
    """Lay the numbers of each example in a row and return Z = rows W + b and the cache.

    A_prev has shape (m, ...), W (n_prev, n), b (1, n) and Z (m, n). The cache is (A_prev, W, b).
    """
    return A_prev.reshape(len(A_prev), -1) @ W + b, (A_prev, W, b)


def dense_backward(dZ, cache):
    """Return dA_prev, dW and db, of the shapes of A_prev, W and b."""
    A_prev, W, _ = cache
    rows = A_prev.reshape(len(A_prev), -1)
    return (dZ @ W.T).reshape(A_prev.shape), rows.T @ dZ, dZ.sum(axis=0, keepdims=True)
