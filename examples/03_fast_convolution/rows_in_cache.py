# Keeps the rows for the backward pass, nine times the memory, and cannot be given
# another cache.
#
# count_multiplications 3/3
# im2col                5/5
# im2col_bytes          3/3
# conv_forward_fast     7/8  loses cache
# col2im                4/4
# conv_backward_fast    0/7  loses dA_prev, dW, db, reference, speed
#
# The rest as in right_sliding_windows.

# %% conv_forward_fast
def conv_forward_fast(A_prev, W, b, hparameters):
    f, _, n_C_prev, n_C = W.shape
    stride, pad = hparameters["stride"], hparameters["pad"]
    n_H = (A_prev.shape[1] - f + 2 * pad) // stride + 1
    rows = im2col(A_prev, f, stride, pad)
    Z = rows @ W.reshape(-1, n_C) + b.reshape(n_C)
    return Z.reshape(len(A_prev), n_H, -1, n_C), (rows, A_prev.shape, W, b, hparameters)


# %% conv_backward_fast
def conv_backward_fast(dZ, cache):
    rows, shape, W, b, hparameters = cache
    n_C = W.shape[3]
    dZ = dZ.reshape(-1, n_C)
    drows = dZ @ W.reshape(-1, n_C).T
    dA_prev = col2im(drows, shape, len(W), hparameters["stride"], hparameters["pad"])
    return dA_prev, (rows.T @ dZ).reshape(W.shape), dZ.sum(axis=0).reshape(b.shape)
