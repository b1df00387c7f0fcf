# Misspells a variable in conv_forward, which raises a NameError.
#
# zero_pad          5/5
# conv_single_step  5/5
# conv_forward      0/12  loses filters, stride, pad, cache, reference
# pool_forward      8/8
#
# The rest as in right_loops.

# %% conv_forward
def conv_forward(A_prev, W, b, hparameters):
    m, n_H_prev, n_W_prev, _ = A_prev.shape
    f, _, _, n_C = W.shape
    stride = hparameters["stride"]
    pad = hparameters["pad"]
    n_H = int((n_H_prev - f + 2 * pad) / stride) + 1
    n_W = int((n_W_prev - f + 2 * pad) / stride) + 1
    Z = np.zeros((m, n_H, n_W, n_C))
    A_prev_pad = zero_pad(A_prev, pad)
    for i in range(m):
        for h in range(n_H):
            for w in range(n_W):
                vert_start = h * stride
                vert_end = vert_strat + f
                horiz_start = w * stride
                horiz_end = horiz_start + f
                window = A_prev_pad[i, vert_start:vert_end, horiz_start:horiz_end]
                for c in range(n_C):
                    Z[i, h, w, c] = conv_single_step(window, W[..., c], b[..., c])
    return Z, (A_prev, W, b, hparameters)
