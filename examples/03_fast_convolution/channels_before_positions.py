# Forgets to move the channels to the end before the reshape, so that they do not lie
# as the weights do. What builds on it keeps its points.
#
# count_multiplications 3/3
# im2col                2/5  loses order, reference
# im2col_bytes          3/3
# conv_forward_fast     8/8
# col2im                4/4
# conv_backward_fast    7/7
#
# The rest as in right_sliding_windows.

# %% im2col
def im2col(A_prev, f, stride, pad):
    padded = np.pad(A_prev, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (f, f), axis=(1, 2))
    windows = windows[:, ::stride, ::stride]
    return windows.reshape(-1, f * f * A_prev.shape[3])


# %% conv_forward_fast
def conv_forward_fast(A_prev, W, b, hparameters):
    f, _, n_C_prev, n_C = W.shape
    stride, pad = hparameters["stride"], hparameters["pad"]
    n_H = (A_prev.shape[1] - f + 2 * pad) // stride + 1
    n_W = (A_prev.shape[2] - f + 2 * pad) // stride + 1
    rows = im2col(A_prev, f, stride, pad)
    Z = rows @ W.reshape(f * f * n_C_prev, n_C) + b.reshape(1, n_C)
    return Z.reshape(len(A_prev), n_H, n_W, n_C), (A_prev, W, b, hparameters)
