# Takes the maximum in either mode.
#
# zero_pad          5/5
# conv_single_step  5/5
# conv_forward      12/12
# pool_forward      5/8   loses average, reference
#
# The rest as in right_loops.

# %% pool_forward
def pool_forward(A_prev, hparameters, mode="max"):
    m, n_H_prev, n_W_prev, n_C = A_prev.shape
    f = hparameters["f"]
    stride = hparameters["stride"]
    n_H = int((n_H_prev - f) / stride) + 1
    n_W = int((n_W_prev - f) / stride) + 1
    A = np.zeros((m, n_H, n_W, n_C))
    for i in range(m):
        for h in range(n_H):
            for w in range(n_W):
                y, x = h * stride, w * stride
                for c in range(n_C):
                    A[i, h, w, c] = np.max(A_prev[i, y : y + f, x : x + f, c])
    return A, (A_prev, hparameters)
