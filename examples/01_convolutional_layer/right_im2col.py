# Lays the windows out as the rows of one matrix with as_strided, so that the
# convolution is one matrix product.
#
# zero_pad          5/5
# conv_single_step  5/5
# conv_forward      12/12
# pool_forward      8/8
#
# The rest as in right_loops.

# %% conv_forward
def im2col(A, f, stride):
    m, H, W, C = A.shape
    n_H = (H - f) // stride + 1
    n_W = (W - f) // stride + 1
    s_m, s_h, s_w, s_c = A.strides
    return np.lib.stride_tricks.as_strided(
        A,
        shape=(m, n_H, n_W, f, f, C),
        strides=(s_m, s_h * stride, s_w * stride, s_h, s_w, s_c),
        writeable=False,
    )


def conv_forward(A_prev, W, b, hparameters):
    f, _, n_C_prev, n_C = W.shape
    A_pad = zero_pad(A_prev, hparameters["pad"])
    windows = im2col(A_pad, f, hparameters["stride"])
    m, n_H, n_W = windows.shape[:3]

    rows = windows.reshape(m * n_H * n_W, f * f * n_C_prev)
    filters = W.reshape(f * f * n_C_prev, n_C)
    Z = (rows @ filters + b.reshape(1, n_C)).reshape(m, n_H, n_W, n_C)
    return Z, (A_prev, W, b, hparameters)


# %% pool_forward
def pool_forward(A_prev, hparameters, mode="max"):
    f, stride = hparameters["f"], hparameters["stride"]
    m, H, W, C = A_prev.shape
    s_m, s_h, s_w, s_c = A_prev.strides
    windows = np.lib.stride_tricks.as_strided(
        A_prev,
        shape=(m, (H - f) // stride + 1, (W - f) // stride + 1, f, f, C),
        strides=(s_m, s_h * stride, s_w * stride, s_h, s_w, s_c),
        writeable=False,
    )
    if mode == "max":
        A = windows.max(axis=(3, 4))
    else:
        A = windows.mean(axis=(3, 4))
    return A, (A_prev, hparameters)
