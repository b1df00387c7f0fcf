"""What this lesson builds on, ready to use: nothing in here has to be changed or understood.

`conv_forward` and `pool_forward` take and return what those of lesson 1 do. They loop over the
places within a window, not over the windows, which is faster. The other functions are there to
measure gradients of; those of the first three are known, so that a measured one can be compared.
"""

import numpy as np


def conv_forward(A_prev, W, b, hparameters):
    """Apply all filters at all places: the forward pass of a convolutional layer.

    Parameters
    ----------
    A_prev : array of shape (m, n_H_prev, n_W_prev, n_C_prev)
    W : array of shape (f, f, n_C_prev, n_C)
    b : array of shape (1, 1, 1, n_C)
    hparameters : dict
        "stride" and "pad".

    Returns
    -------
    Z : array of shape (m, n_H, n_W, n_C)
    cache : tuple
        (A_prev, W, b, hparameters), for the backward pass.
    """
    pad = hparameters["pad"]
    padded = np.pad(A_prev, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    parts = parts_of_windows(padded, len(W), hparameters["stride"])
    Z = b + sum(part @ W[u, v] for (u, v), part in parts.items())
    return Z, (A_prev, W, b, hparameters)


def pool_forward(A_prev, hparameters, mode="max"):
    """Shrink each channel by pooling: the forward pass of a pooling layer.

    Parameters
    ----------
    A_prev : array of shape (m, n_H_prev, n_W_prev, n_C_prev)
    hparameters : dict
        "f" and "stride".
    mode : str
        "max" or "average".

    Returns
    -------
    A : array of shape (m, n_H, n_W, n_C), where n_C = n_C_prev
    cache : tuple
        (A_prev, hparameters), for the backward pass.
    """
    parts = list(parts_of_windows(A_prev, hparameters["f"], hparameters["stride"]).values())
    A = {"max": np.max, "average": np.mean}[mode](parts, axis=0)
    return A, (A_prev, hparameters)


def parts_of_windows(volumes, f, stride):
    """Return, for each place (u, v) within a window, the numbers there in all windows."""
    n_H, n_W = ((n_prev - f) // stride + 1 for n_prev in volumes.shape[1:3])
    height, width = (n_H - 1) * stride + 1, (n_W - 1) * stride + 1
    return {
        (u, v): volumes[:, u : u + height : stride, v : v + width : stride]
        for u, v in np.ndindex(f, f)
    }


def sum_of_squares(x):
    """Add up the squares of all numbers in x; its gradient is 2 * x."""
    return np.sum(x**2)


def sum_of_cubes(x):
    """Add up the cubes of all numbers in x; its gradient is 3 * x**2."""
    return np.sum(x**3)


def neighbour_products(x):
    """Add up the products of neighbours, in reading order: x0 * x1 + x1 * x2 + x2 * x3 ...

    The gradient at a number is the sum of its neighbours.
    """
    numbers = np.ravel(x)
    return np.sum(numbers[:-1] * numbers[1:])


def sum_of_waves(x):
    """Add up number * sin(number) over all numbers in x."""
    return np.sum(x * np.sin(x))


def chain(x):
    """Take all numbers in x into one result, in reading order: each changes what comes after it."""
    result = 0.0
    for number in np.ravel(x):
        result = number * np.sin(result + number)
    return result
