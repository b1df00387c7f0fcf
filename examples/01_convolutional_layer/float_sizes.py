# Leaves the sizes in conv_forward as floats, which np.zeros refuses with a
# TypeError.
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
    # formula from the lesson
    n_H = (n_H_prev - f + 2 * pad) / stride + 1
    n_W = (n_W_prev - f + 2 * pad) / stride + 1
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
