# Saves memory: the rows of one image at a time, in a loop over the batch.
#
# count_multiplications 3/3
# im2col                5/5
# im2col_bytes          3/3
# conv_forward_fast     8/8
# col2im                4/4
# conv_backward_fast    7/7
#
# The rest as in right_sliding_windows.

# %% conv_forward_fast
def conv_forward_fast(A_prev, W, b, hparameters):
    f, _, n_C_prev, n_C = W.shape
    stride, pad = hparameters["stride"], hparameters["pad"]
    n_H = (A_prev.shape[1] - f + 2 * pad) // stride + 1
    weights = W.reshape(-1, n_C)
    maps = []
    for i in range(len(A_prev)):
        Z_i = im2col(A_prev[i : i + 1], f, stride, pad) @ weights + b[0, 0]
        maps.append(Z_i.reshape(n_H, -1, n_C))
    return np.stack(maps), (A_prev, W, b, hparameters)


# %% conv_backward_fast
def conv_backward_fast(dZ, cache):
    A_prev, W, b, hparameters = cache
    f, _, n_C_prev, n_C = W.shape
    stride, pad = hparameters["stride"], hparameters["pad"]
    weights = W.reshape(-1, n_C)
    dA_prev, dW = np.zeros_like(A_prev), np.zeros_like(weights)
    for i in range(len(A_prev)):
        dZ_i = dZ[i].reshape(-1, n_C)
        dW += im2col(A_prev[i : i + 1], f, stride, pad).T @ dZ_i
        dA_prev[i] = col2im(dZ_i @ weights.T, (1, *A_prev.shape[1:]), f, stride, pad)[0]
    db = np.sum(dZ, axis=(0, 1, 2))
    return dA_prev, dW.reshape(W.shape), db.reshape(1, 1, 1, n_C)
