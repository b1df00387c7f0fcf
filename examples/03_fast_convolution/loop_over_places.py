# All filters at once, but still a loop over examples and places: some times as fast as
# the loops over everything, not fifty times.
#
# count_multiplications 3/3
# im2col                5/5
# im2col_bytes          3/3
# conv_forward_fast     4/8  loses speed
# col2im                4/4
# conv_backward_fast    4/7  loses speed
#
# The rest as in right_sliding_windows.

# %% conv_forward_fast
def conv_forward_fast(A_prev, W, b, hparameters):
    m, n_H_prev, n_W_prev, n_C_prev = A_prev.shape
    f, f, n_C_prev, n_C = W.shape
    stride, pad = hparameters["stride"], hparameters["pad"]
    n_H = (n_H_prev - f + 2 * pad) // stride + 1
    n_W = (n_W_prev - f + 2 * pad) // stride + 1
    A = np.pad(A_prev, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    weights = W.reshape(-1, n_C)
    Z = np.zeros((m, n_H, n_W, n_C))
    for i in range(m):
        for h in range(n_H):
            for w in range(n_W):
                window = A[i, h * stride : h * stride + f, w * stride : w * stride + f]
                Z[i, h, w] = window.reshape(-1) @ weights
    return Z + b, (A_prev, W, b, hparameters)


# %% conv_backward_fast
def conv_backward_fast(dZ, cache):
    A_prev, W, b, hparameters = cache
    f, stride, pad = len(W), hparameters["stride"], hparameters["pad"]
    m, n_H_prev, n_W_prev, n_C_prev = A_prev.shape
    A = np.pad(A_prev, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    dA, dW = np.zeros(A.shape), np.zeros(W.shape)
    for i, h, w in np.ndindex(*dZ.shape[:3]):
        window = np.s_[i, h * stride : h * stride + f, w * stride : w * stride + f]
        dA[window] += W @ dZ[i, h, w]
        dW += A[window][..., np.newaxis] * dZ[i, h, w]
    dA_prev = dA[:, pad : pad + n_H_prev, pad : pad + n_W_prev]
    return dA_prev, dW, dZ.sum(axis=(0, 1, 2)).reshape(b.shape)
