# Never looks at the pad in conv_forward: neither the images nor the size of Z
# take it in.
#
# zero_pad          5/5
# conv_single_step  5/5
# conv_forward      8/12  loses pad, reference
# pool_forward      8/8
#
# The rest as in right_loops.

# %% conv_forward
def conv_forward(A_prev, W, b, hparameters):
    m, n_H_prev, n_W_prev, _ = A_prev.shape
    f, _, _, n_C = W.shape
    stride = hparameters["stride"]
    n_H = (n_H_prev - f) // stride + 1
    n_W = (n_W_prev - f) // stride + 1
    Z = np.zeros((m, n_H, n_W, n_C))
    for i in range(m):
        a_prev = A_prev[i]
        for h in range(n_H):
            for w in range(n_W):
                top = h * stride
                left = w * stride
                a_slice = a_prev[top : top + f, left : left + f, :]
                for c in range(n_C):
                    Z[i, h, w, c] = conv_single_step(a_slice, W[:, :, :, c], b[:, :, :, c])
    return Z, (A_prev, W, b, hparameters)
