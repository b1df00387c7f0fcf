# Stopped at the break.
#
# count_multiplications 3/3
# im2col                5/5
# im2col_bytes          3/3
# conv_forward_fast     0/8  loses filters, stride_and_pad, cache, reference, speed
# col2im                0/4  loses overlap, stride, pad, reference
# conv_backward_fast    0/7  loses dA_prev, dW, db, reference, speed
#
# The rest unsolved.

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
