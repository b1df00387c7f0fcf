# Starts the running maximum at -1, having seen that 0 is wrong.
#
# zero_pad          5/5
# conv_single_step  5/5
# conv_forward      12/12
# pool_forward      6/8   loses max
#
# The rest as in right_loops.

# %% pool_forward
def pool_forward(A_prev, hparameters, mode="max"):
    m, n_H_prev, n_W_prev, n_C = A_prev.shape
    f = hparameters["f"]
    stride = hparameters["stride"]
    n_H = (n_H_prev - f) // stride + 1
    n_W = (n_W_prev - f) // stride + 1
    A = np.zeros((m, n_H, n_W, n_C))
    for i in range(m):
        for h in range(n_H):
            for w in range(n_W):
                for c in range(n_C):
                    window = A_prev[i, h * stride : h * stride + f, w * stride : w * stride + f, c]
                    if mode == "average":
                        A[i, h, w, c] = window.mean()
                    else:
                        best = -1
                        for value in window.ravel():
                            if value > best:
                                best = value
                        A[i, h, w, c] = best
    return A, (A_prev, hparameters)
