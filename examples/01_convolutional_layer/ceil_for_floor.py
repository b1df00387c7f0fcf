# Rounds the sizes up in conv_forward and pool_forward. Where the division leaves a
# rest, the last windows stick out of the image.
#
# zero_pad          5/5
# conv_single_step  5/5
# conv_forward      7/12  loses stride, reference
# pool_forward      6/8   loses stride
#
# The rest as in right_loops.

# %% conv_forward
def conv_forward(A_prev, W, b, hparameters):
    m, n_H_prev, n_W_prev, _ = A_prev.shape
    f, _, _, n_C = W.shape
    stride = hparameters["stride"]
    pad = hparameters["pad"]
    n_H = int(np.ceil((n_H_prev - f + 2 * pad) / stride)) + 1
    n_W = int(np.ceil((n_W_prev - f + 2 * pad) / stride)) + 1
    Z = np.zeros((m, n_H, n_W, n_C))
    A_prev_pad = zero_pad(A_prev, pad)
    for i in range(m):
        for h in range(n_H):
            for w in range(n_W):
                y, x = h * stride, w * stride
                window = A_prev_pad[i, y : y + f, x : x + f]
                for c in range(n_C):
                    Z[i, h, w, c] = conv_single_step(window, W[..., c], b[..., c])
    return Z, (A_prev, W, b, hparameters)


# %% pool_forward
def pool_forward(A_prev, hparameters, mode="max"):
    m, n_H_prev, n_W_prev, n_C = A_prev.shape
    f = hparameters["f"]
    stride = hparameters["stride"]
    n_H = int(np.ceil((n_H_prev - f) / stride)) + 1
    n_W = int(np.ceil((n_W_prev - f) / stride)) + 1
    A = np.zeros((m, n_H, n_W, n_C))
    for i in range(m):
        for h in range(n_H):
            for w in range(n_W):
                y, x = h * stride, w * stride
                for c in range(n_C):
                    window = A_prev[i, y : y + f, x : x + f, c]
                    if mode == "max":
                        A[i, h, w, c] = np.max(window)
                    else:
                        A[i, h, w, c] = np.mean(window)
    return A, (A_prev, hparameters)
