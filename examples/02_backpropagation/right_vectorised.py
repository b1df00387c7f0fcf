# Loops over the window positions only and leaves the rest to tensordot and argmax.
# Its pool_backward calls neither of the two helpers.
#
# numerical_gradient       6/6
# conv_backward            12/12
# create_mask_from_window  3/3
# distribute_value         2/2
# pool_backward            7/7

# %% numerical_gradient
def numerical_gradient(f, x, h=1e-5):
    steps = h * np.eye(x.size).reshape(x.size, *x.shape)
    slopes = [(f(x + step) - f(x - step)) / (2 * h) for step in steps]
    return np.reshape(slopes, x.shape)


# %% conv_backward
def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    stride, pad = hparameters["stride"], hparameters["pad"]
    f = W.shape[0]
    _, H, W_prev, _ = A_prev.shape

    A_pad = np.pad(A_prev, [(0, 0), (pad, pad), (pad, pad), (0, 0)])
    dA_pad = np.zeros_like(A_pad)
    dW = np.zeros_like(W)
    for h, w in np.ndindex(dZ.shape[1:3]):
        y, x = h * stride, w * stride
        g = dZ[:, h, w, :]
        # all images and filters at once
        dA_pad[:, y : y + f, x : x + f, :] += np.tensordot(g, W, axes=([1], [3]))
        dW += np.tensordot(A_pad[:, y : y + f, x : x + f, :], g, axes=([0], [0]))
    db = dZ.sum(axis=(0, 1, 2), keepdims=True)
    return dA_pad[:, pad : H + pad, pad : W_prev + pad], dW, db


# %% create_mask_from_window
def create_mask_from_window(x):
    return (np.arange(x.size) == x.argmax()).reshape(x.shape)


# %% distribute_value
def distribute_value(dz, shape):
    return np.full(shape, dz / np.prod(shape))


# %% pool_backward
def pool_backward(dA, cache, mode="max"):
    A_prev, hparameters = cache
    f, stride = hparameters["f"], hparameters["stride"]
    m, n_H, n_W, n_C = dA.shape
    dA_prev = np.zeros_like(A_prev)
    for h, w in np.ndindex(n_H, n_W):
        y, x = h * stride, w * stride
        g = dA[:, h, w, :][:, None, None, :]
        if mode == "average":
            dA_prev[:, y : y + f, x : x + f, :] += g / f**2
        else:
            windows = A_prev[:, y : y + f, x : x + f, :].reshape(m, f * f, n_C)
            first = windows.argmax(axis=1)[:, None, :]
            mask = np.arange(f * f)[None, :, None] == first
            dA_prev[:, y : y + f, x : x + f, :] += mask.reshape(m, f, f, n_C) * g
    return dA_prev
