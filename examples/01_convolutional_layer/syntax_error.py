# Forgets a colon, so that conv_forward's cell does not parse.
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
    stride, pad = hparameters["stride"], hparameters["pad"]
    n_H = (n_H_prev - f + 2 * pad) // stride + 1
    n_W = (n_W_prev - f + 2 * pad) // stride + 1
    Z = np.zeros((m, n_H, n_W, n_C))
    A_prev_pad = zero_pad(A_prev, pad)
    for i in range(m):
        for h in range(n_H)
            for w in range(n_W):
                for c in range(n_C):
                    y, x = h * stride, w * stride
                    a_slice_prev = A_prev_pad[i, y : y + f, x : x + f, :]
                    Z[i, h, w, c] = conv_single_step(a_slice_prev, W[:, :, :, c], b[:, :, :, c])
    return Z, (A_prev, W, b, hparameters)
