# The loops of lessons 1 and 2 once more: right, and slow.
#
# count_multiplications 3/3
# im2col                5/5
# im2col_bytes          3/3
# conv_forward_fast     4/8  loses speed
# col2im                4/4
# conv_backward_fast    4/7  loses speed
#
# The rest as in right_sliding_windows.

# %% im2col
def im2col(A_prev, f, stride, pad):
    m, n_H_prev, n_W_prev, n_C_prev = A_prev.shape
    n_H = (n_H_prev - f + 2 * pad) // stride + 1
    n_W = (n_W_prev - f + 2 * pad) // stride + 1
    A = np.pad(A_prev, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    rows = []
    for i in range(m):
        for h in range(n_H):
            for w in range(n_W):
                window = A[i, h * stride : h * stride + f, w * stride : w * stride + f, :]
                rows.append(window.flatten())
    return np.array(rows)


# %% conv_forward_fast
def conv_forward_fast(A_prev, W, b, hparameters):
    m, n_H_prev, n_W_prev, n_C_prev = A_prev.shape
    f, f, n_C_prev, n_C = W.shape
    stride, pad = hparameters["stride"], hparameters["pad"]
    n_H = (n_H_prev - f + 2 * pad) // stride + 1
    n_W = (n_W_prev - f + 2 * pad) // stride + 1
    A = np.pad(A_prev, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    Z = np.zeros((m, n_H, n_W, n_C))
    for i in range(m):
        for h in range(n_H):
            for w in range(n_W):
                window = A[i, h * stride : h * stride + f, w * stride : w * stride + f, :]
                for c in range(n_C):
                    Z[i, h, w, c] = np.sum(window * W[:, :, :, c]) + b[0, 0, 0, c]
    return Z, (A_prev, W, b, hparameters)


# %% conv_backward_fast
def conv_backward_fast(dZ, cache):
    A_prev, W, b, hparameters = cache
    m, n_H_prev, n_W_prev, n_C_prev = A_prev.shape
    f, f, n_C_prev, n_C = W.shape
    stride, pad = hparameters["stride"], hparameters["pad"]
    m, n_H, n_W, n_C = dZ.shape
    A = np.pad(A_prev, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    dA, dW, db = np.zeros(A.shape), np.zeros(W.shape), np.zeros((1, 1, 1, n_C))
    for i in range(m):
        for h in range(n_H):
            for w in range(n_W):
                vert = slice(h * stride, h * stride + f)
                horiz = slice(w * stride, w * stride + f)
                for c in range(n_C):
                    dA[i, vert, horiz] += W[:, :, :, c] * dZ[i, h, w, c]
                    dW[:, :, :, c] += A[i, vert, horiz] * dZ[i, h, w, c]
                    db[:, :, :, c] += dZ[i, h, w, c]
    return dA[:, pad : pad + n_H_prev, pad : pad + n_W_prev], dW, db
