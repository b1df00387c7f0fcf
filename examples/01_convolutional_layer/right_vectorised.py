# Loops over the window positions only and leaves the rest to tensordot. Its
# conv_forward does not call conv_single_step.
#
# zero_pad          5/5
# conv_single_step  5/5
# conv_forward      12/12
# pool_forward      8/8

# %% zero_pad
def zero_pad(X, pad):
    m, n_H, n_W, n_C = X.shape
    X_pad = np.zeros((m, n_H + 2 * pad, n_W + 2 * pad, n_C))
    X_pad[:, pad : pad + n_H, pad : pad + n_W, :] = X
    return X_pad


# %% conv_single_step
def conv_single_step(a_slice_prev, W, b):
    return np.tensordot(a_slice_prev, W, axes=3) + b[0, 0, 0]


# %% conv_forward
def conv_forward(A_prev, W, b, hparameters):
    stride, pad = hparameters["stride"], hparameters["pad"]
    f, n_C = W.shape[0], W.shape[-1]
    A_pad = zero_pad(A_prev, pad)
    m, H, W_pad, _ = A_pad.shape
    n_H = (H - f) // stride + 1
    n_W = (W_pad - f) // stride + 1

    Z = np.zeros((m, n_H, n_W, n_C))
    for h in range(n_H):
        for w in range(n_W):
            y, x = h * stride, w * stride
            window = A_pad[:, y : y + f, x : x + f, :]
            # sums over height, width and channels, for all images and filters
            Z[:, h, w, :] = np.tensordot(window, W, axes=([1, 2, 3], [0, 1, 2]))
    return Z + b, (A_prev, W, b, hparameters)


# %% pool_forward
def pool_forward(A_prev, hparameters, mode="max"):
    f, stride = hparameters["f"], hparameters["stride"]
    m, n_H_prev, n_W_prev, n_C = A_prev.shape
    n_H = 1 + (n_H_prev - f) // stride
    n_W = 1 + (n_W_prev - f) // stride
    reduce = {"max": np.max, "average": np.mean}[mode]

    A = np.zeros((m, n_H, n_W, n_C))
    for h, w in np.ndindex(n_H, n_W):
        y, x = h * stride, w * stride
        A[:, h, w, :] = reduce(A_prev[:, y : y + f, x : x + f, :], axis=(1, 2))
    return A, (A_prev, hparameters)
