# A loop over the positions in the window everywhere, and no matrix of rows at all.
# Computes in float64.
#
# count_multiplications 3/3
# im2col                5/5
# im2col_bytes          3/3
# conv_forward_fast     8/8
# col2im                4/4
# conv_backward_fast    7/7
#
# The rest as in right_sliding_windows.

# %% im2col
def im2col(A_prev, f, stride, pad):
    m, n_H_prev, n_W_prev, n_C_prev = A_prev.shape
    n_H = (n_H_prev - f + 2 * pad) // stride + 1
    n_W = (n_W_prev - f + 2 * pad) // stride + 1
    padded = np.pad(A_prev, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    rows = np.zeros((m, n_H, n_W, f, f, n_C_prev))
    for u in range(f):
        for v in range(f):
            slices = padded[:, u : u + stride * n_H : stride, v : v + stride * n_W : stride]
            rows[:, :, :, u, v, :] = slices
    return rows.reshape(m * n_H * n_W, f * f * n_C_prev)


# %% conv_forward_fast
def conv_forward_fast(A_prev, W, b, hparameters):
    m, n_H_prev, n_W_prev, n_C_prev = A_prev.shape
    f, f, n_C_prev, n_C = W.shape
    s, p = hparameters["stride"], hparameters["pad"]
    n_H = (n_H_prev - f + 2 * p) // s + 1
    n_W = (n_W_prev - f + 2 * p) // s + 1
    padded = np.pad(A_prev, ((0, 0), (p, p), (p, p), (0, 0)))
    Z = np.zeros((m, n_H, n_W, n_C)) + b
    for u in range(f):
        for v in range(f):
            Z += padded[:, u : u + s * n_H : s, v : v + s * n_W : s] @ W[u, v]
    return Z, (A_prev, W, b, hparameters)


# %% conv_backward_fast
def conv_backward_fast(dZ, cache):
    A_prev, W, b, hparameters = cache
    f, s, p = len(W), hparameters["stride"], hparameters["pad"]
    m, n_H, n_W, n_C = dZ.shape
    padded = np.pad(A_prev, ((0, 0), (p, p), (p, p), (0, 0)))
    dA, dW = np.zeros(padded.shape), np.zeros(W.shape)
    for u in range(f):
        for v in range(f):
            part = np.s_[:, u : u + s * n_H : s, v : v + s * n_W : s]
            dA[part] += dZ @ W[u, v].T
            dW[u, v] = np.einsum("ihwk,ihwc->kc", padded[part], dZ, optimize=True)
    dA = dA[:, p : p + A_prev.shape[1], p : p + A_prev.shape[2]]
    return dA, dW, dZ.sum((0, 1, 2)).reshape(b.shape)
