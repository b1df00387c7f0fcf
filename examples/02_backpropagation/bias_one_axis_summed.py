# Works on all images at once, and adds the biases up along the first axis only. What comes of it
# is what bias_over_batch_only gets with loops: a mistake that has no name of its own yet.
#
# numerical_gradient       6/6
# conv_backward            10/12   loses bias
# create_mask_from_window  3/3
# distribute_value         2/2
# pool_backward            7/7
#
# The rest as in right_loops.

# %% conv_backward
def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    s, p = hparameters["stride"], hparameters["pad"]
    f = W.shape[0]
    _, height, width, _ = A_prev.shape

    padded = np.pad(A_prev, [(0, 0), (p, p), (p, p), (0, 0)])
    d_padded, dW = np.zeros_like(padded), np.zeros_like(W)
    for row in range(dZ.shape[1]):
        for column in range(dZ.shape[2]):
            g = dZ[:, row, column, :]
            window = (slice(None), slice(row * s, row * s + f), slice(column * s, column * s + f))
            d_padded[window] += np.einsum("mc,hwkc->mhwk", g, W)
            dW += np.einsum("mhwk,mc->hwkc", padded[window], g)
    db = dZ.sum(0)[np.newaxis]
    return d_padded[:, p : height + p, p : width + p], dW, db
