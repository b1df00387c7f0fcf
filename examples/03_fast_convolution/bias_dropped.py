# Forgets the biases, and takes the mean of the gradients for db.
#
# count_multiplications 3/3
# im2col                5/5
# im2col_bytes          3/3
# conv_forward_fast     6/8  loses filters, reference
# col2im                4/4
# conv_backward_fast    5/7  loses db, reference
#
# The rest as in right_sliding_windows.

# %% conv_forward_fast
def conv_forward_fast(A_prev, W, b, hparameters):
    n_C = W.shape[3]
    stride, pad = hparameters["stride"], hparameters["pad"]
    n_H, n_W = [(n - len(W) + 2 * pad) // stride + 1 for n in A_prev.shape[1:3]]
    Z = im2col(A_prev, len(W), stride, pad) @ W.reshape(-1, n_C)
    return Z.reshape(-1, n_H, n_W, n_C), (A_prev, W, b, hparameters)


# %% conv_backward_fast
def conv_backward_fast(dZ, cache):
    A_prev, W, b, hparameters = cache
    f, _, n_C_prev, n_C = W.shape
    stride, pad = hparameters["stride"], hparameters["pad"]
    dZ_rows = dZ.reshape(-1, n_C)
    dW = im2col(A_prev, f, stride, pad).T @ dZ_rows
    db = np.mean(dZ, axis=(0, 1, 2), keepdims=True)
    dA_prev = col2im(dZ_rows @ W.reshape(-1, n_C).T, A_prev.shape, f, stride, pad)
    return dA_prev, dW.reshape(W.shape), db
