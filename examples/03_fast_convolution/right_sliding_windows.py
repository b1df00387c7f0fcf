# Sliding windows and tensordot, without a matrix of rows in the forward pass.
#
# count_multiplications 3/3
# im2col                5/5
# im2col_bytes          3/3
# conv_forward_fast     8/8
# col2im                4/4
# conv_backward_fast    7/7

# %% count_multiplications
def count_multiplications(A_prev_shape, W_shape, hparameters):
    m, n_H_prev, n_W_prev, n_C_prev = A_prev_shape
    f, _, _, n_C = W_shape
    n_H = (n_H_prev - f + 2 * hparameters["pad"]) // hparameters["stride"] + 1
    n_W = (n_W_prev - f + 2 * hparameters["pad"]) // hparameters["stride"] + 1
    per_window = f * f * n_C_prev
    return per_window * n_C * n_H * n_W * m


# %% im2col
def im2col(A_prev, f, stride, pad):
    padded = np.pad(A_prev, [(0, 0), (pad, pad), (pad, pad), (0, 0)])
    n_C_prev = padded.shape[-1]
    windows = np.lib.stride_tricks.sliding_window_view(padded, (f, f, n_C_prev), axis=(1, 2, 3))
    # places first, then (1, f, f, n_C_prev), already in the order of W
    return windows[:, ::stride, ::stride].reshape(-1, f * f * n_C_prev)


# %% im2col_bytes
def im2col_bytes(A_prev_shape, f, stride, pad, itemsize):
    m, n_H_prev, n_W_prev, n_C_prev = A_prev_shape
    windows = m
    for n_prev in (n_H_prev, n_W_prev):
        windows *= (n_prev - f + 2 * pad) // stride + 1
    return windows * (f * f * n_C_prev) * itemsize


# %% conv_forward_fast
def conv_forward_fast(A_prev, W, b, hparameters):
    stride, pad = hparameters["stride"], hparameters["pad"]
    padded = np.pad(A_prev, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, W.shape[:2], axis=(1, 2))
    Z = np.tensordot(windows[:, ::stride, ::stride], W, axes=([4, 5, 3], [0, 1, 2])) + b
    return Z, (A_prev, W, b, hparameters)


# %% col2im
def col2im(rows, A_prev_shape, f, stride, pad):
    m, H, W, C = A_prev_shape
    n_H, n_W = [(n - f + 2 * pad) // stride + 1 for n in (H, W)]
    result = np.zeros((m, H + 2 * pad, W + 2 * pad, C), rows.dtype)
    parts = np.moveaxis(rows.reshape(m, n_H, n_W, f * f, C), 3, 0)
    for k in range(f * f):
        u, v = divmod(k, f)
        result[:, u : u + n_H * stride : stride, v : v + n_W * stride : stride] += parts[k]
    return result[:, pad : pad + H, pad : pad + W]


# %% conv_backward_fast
def conv_backward_fast(dZ, cache):
    A_prev, W, b, hparameters = cache
    f, stride, pad = W.shape[0], hparameters["stride"], hparameters["pad"]
    padded = np.pad(A_prev, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (f, f), axis=(1, 2))
    dW = np.tensordot(windows[:, ::stride, ::stride], dZ, axes=([0, 1, 2], [0, 1, 2]))
    drows = np.tensordot(dZ, W, axes=([3], [3]))
    drows = drows.reshape(-1, f * f * A_prev.shape[3])
    db = dZ.sum(axis=(0, 1, 2), keepdims=True)
    return col2im(drows, A_prev.shape, f, stride, pad), dW.transpose(1, 2, 0, 3), db
