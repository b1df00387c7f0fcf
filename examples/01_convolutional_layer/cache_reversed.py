# Returns the caches of conv_forward and pool_forward in the reverse order.
#
# zero_pad          5/5
# conv_single_step  5/5
# conv_forward      10/12 loses cache
# pool_forward      7/8   loses cache
#
# The rest as in right_loops.

# %% conv_forward
def conv_forward(A_prev, W, b, hparameters):
    m, n_H_prev, n_W_prev, _ = A_prev.shape
    f, _, _, n_C = W.shape
    stride = hparameters["stride"]
    pad = hparameters["pad"]
    n_H = (n_H_prev - f + 2 * pad) // stride + 1
    n_W = (n_W_prev - f + 2 * pad) // stride + 1
    Z = np.zeros((m, n_H, n_W, n_C))
    A_prev_pad = zero_pad(A_prev, pad)
    for i in range(m):
        for h in range(n_H):
            for w in range(n_W):
                y, x = h * stride, w * stride
                window = A_prev_pad[i, y : y + f, x : x + f]
                for c in range(n_C):
                    Z[i, h, w, c] = conv_single_step(window, W[..., c], b[..., c])
    # for the backward pass
    cache = (hparameters, b, W, A_prev)
    return Z, cache


# %% pool_forward
def pool_forward(A_prev, hparameters, mode="max"):
    m, n_H_prev, n_W_prev, n_C = A_prev.shape
    f = hparameters["f"]
    stride = hparameters["stride"]
    n_H = (n_H_prev - f) // stride + 1
    n_W = (n_W_prev - f) // stride + 1
    A = np.zeros((m, n_H, n_W, n_C))
    for h in range(n_H):
        for w in range(n_W):
            y, x = h * stride, w * stride
            window = A_prev[:, y : y + f, x : x + f, :]
            if mode == "max":
                A[:, h, w, :] = window.max(axis=(1, 2))
            else:
                A[:, h, w, :] = window.mean(axis=(1, 2))
    cache = (hparameters, A_prev)
    return A, cache
