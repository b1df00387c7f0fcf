# Right with NumPy 2.3, which only warns that an array with axes is turned into a
# scalar: float(b), and size-1 arrays stored in the elements of Z.
#
# zero_pad          5/5
# conv_single_step  5/5
# conv_forward      12/12
# pool_forward      8/8
#
# The rest as in right_loops.

# %% conv_single_step
def conv_single_step(a_slice_prev, W, b):
    s = np.multiply(a_slice_prev, W)
    Z = np.sum(s)
    Z = Z + float(b)
    return Z


# %% conv_forward
def conv_forward(A_prev, W, b, hparameters):
    (m, n_H_prev, n_W_prev, _) = A_prev.shape
    (f, _, _, n_C) = W.shape
    stride = hparameters["stride"]
    pad = hparameters["pad"]
    n_H = int((n_H_prev - f + 2 * pad) / stride + 1)
    n_W = int((n_W_prev - f + 2 * pad) / stride + 1)
    Z = np.zeros((m, n_H, n_W, n_C))
    A_prev_pad = zero_pad(A_prev, pad)
    for i in range(m):
        for h in range(n_H):
            for w in range(n_W):
                for c in range(n_C):
                    y = h * stride
                    x = w * stride
                    a_slice_prev = A_prev_pad[i, y : y + f, x : x + f, :]
                    # the bias is still a (1, 1, 1) array here
                    no_bias = np.zeros((1, 1, 1))
                    s = conv_single_step(a_slice_prev, W[:, :, :, c], no_bias)
                    Z[i, h, w, c] = s + b[:, :, :, c]
    return Z, (A_prev, W, b, hparameters)
