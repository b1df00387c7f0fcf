# Starts the running maximum at 0, which is too much where all values are negative.
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
    for i, h, w, c in np.ndindex(A.shape):
        biggest = 0
        total = 0
        for y in range(h * stride, h * stride + f):
            for x in range(w * stride, w * stride + f):
                value = A_prev[i, y, x, c]
                total += value
                biggest = max(biggest, value)
        if mode == "max":
            A[i, h, w, c] = biggest
        else:
            A[i, h, w, c] = total / f**2
    return A, (A_prev, hparameters)
