"""What this lesson builds on and compares with: nothing in here has to be changed.

`conv_forward_loops` and `conv_backward_loops` give what the loops of lessons 1 and 2 give, and
take about as long: one step of Python for each pixel and each filter. They go through the pixels
of the input, where the loops of those lessons go through the places of the output.
"""

import importlib
import importlib.util
import time

import numpy as np


def conv_forward_loops(A_prev, W, b, hparameters):
    """Apply all filters at all places, slowly.

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
    f, pad = len(W), hparameters["pad"]
    spread, reached, flipped = _spread(A_prev, W, hparameters)
    for i, row, column, c in np.ndindex(*A_prev.shape[:3], W.shape[3]):
        # All outputs whose windows hold this pixel get their share of it.
        top, left = row + pad, column + pad
        shares = flipped[..., c] @ A_prev[i, row, column]
        spread[i, top : top + f, left : left + f, c] += shares
    return spread[reached] + b, (A_prev, W, b, hparameters)


def conv_backward_loops(dZ, cache):
    """Return the gradients of a convolutional layer, slowly.

    Parameters
    ----------
    dZ : array of shape (m, n_H, n_W, n_C)
        The gradient of the layer's output.
    cache : tuple
        (A_prev, W, b, hparameters), from the forward pass.

    Returns
    -------
    dA_prev, dW, db : arrays of the shapes of A_prev, W and b
    """
    A_prev, W, b, hparameters = cache
    f, pad = len(W), hparameters["pad"]
    spread, reached, flipped = _spread(A_prev, W, hparameters)
    spread[reached] = dZ
    dA_prev, dflipped = np.zeros(A_prev.shape), np.zeros(W.shape)
    for i, row, column, c in np.ndindex(*A_prev.shape[:3], W.shape[3]):
        top, left = row + pad, column + pad
        gradients = spread[i, top : top + f, left : left + f, c, np.newaxis]
        dA_prev[i, row, column] += (gradients * flipped[..., c]).sum(axis=(0, 1))
        dflipped[..., c] += gradients * A_prev[i, row, column]
    return dA_prev, dflipped[::-1, ::-1], dZ.sum(axis=(0, 1, 2)).reshape(b.shape)


def _spread(A_prev, W, hparameters):
    """Return zeros for all that pixels reach, the part that the output shows, and flipped filters.

    A pixel reaches f * f neighbouring outputs at stride 1, the last of them with the filter's
    first weight: hence the flip. The outputs of other strides are some of these.
    """
    f, (m, n_H_prev, n_W_prev, _) = len(W), A_prev.shape
    stride, pad = hparameters["stride"], hparameters["pad"]
    height, width = n_H_prev + 2 * pad, n_W_prev + 2 * pad
    spread = np.zeros((m, height + f - 1, width + f - 1, W.shape[3]))
    reached = np.s_[:, f - 1 : height : stride, f - 1 : width : stride]
    return spread, reached, W[::-1, ::-1]


def timed(function, *arguments):
    """Return what a call returns, and the CPU time that it takes in seconds.

    Waiting while other programs run does not count.
    """
    if hasattr(function, "timed"):
        # In the grader, where the function runs in another process.
        return function.timed(*arguments)
    return _measured(time.process_time, function, arguments)


def seconds(function, *arguments, tries=5):
    """Return how long a call takes, in seconds: the shortest of some tries.

    The shortest, since whatever else the computer does can only slow a call down. After one
    second there is no further try.
    """
    return _shortest(lambda: _measured(time.perf_counter, function, arguments)[1], tries)


def cpu_seconds(function, *arguments):
    """Return the CPU time of a call, in seconds: the shortest of three tries.

    What is compared is measured by this one clock, so that a busy computer changes no verdict.
    """
    return _shortest(lambda: timed(function, *arguments)[1], 3)


def _shortest(measure, tries):
    """Return the shortest of some times; after one second there is no further try."""
    times = []
    while len(times) < tries and sum(times) < 1:
        times.append(measure())
    return min(times)


def _measured(clock, function, arguments):
    """Return what a call returns, and how long it takes by a clock, in seconds."""
    start = clock()
    result = function(*arguments)
    return result, clock() - start


def has_torch():
    """Say whether PyTorch is installed. The lesson does not need it."""
    return importlib.util.find_spec("torch") is not None


def conv_forward_torch(A_prev, W, b, hparameters):
    """Return Z of shape (m, n_H, n_W, n_C) as PyTorch computes it, from arrays of one dtype."""
    torch = importlib.import_module("torch")
    # Its axes are (m, n_C_prev, n_H_prev, n_W_prev) and (n_C, n_C_prev, f, f): no number moves.
    volumes = torch.from_numpy(A_prev).permute(0, 3, 1, 2)
    filters = torch.from_numpy(W).permute(3, 2, 0, 1)
    options = {"stride": hparameters["stride"], "padding": hparameters["pad"]}
    torch.set_num_threads(1)  # as NumPy has in this lesson
    with torch.inference_mode():
        Z = torch.nn.functional.conv2d(volumes, filters, torch.from_numpy(b.reshape(-1)), **options)
    return Z.permute(0, 2, 3, 1).numpy()
