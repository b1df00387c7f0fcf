# Counts pixels for windows, the bytes of the input for those of the rows, and one image
# for the batch.
#
# count_multiplications 1/3  loses places, reference
# im2col                5/5
# im2col_bytes          1/3  loses windows, reference
# conv_forward_fast     8/8
# col2im                4/4
# conv_backward_fast    7/7
#
# The rest as in right_sliding_windows.

# %% count_multiplications
def count_multiplications(A_prev_shape, W_shape, hparameters):
    m, n_H_prev, n_W_prev, n_C_prev = A_prev_shape
    f, _, _, n_C = W_shape
    n_H = (n_H_prev - f + 2 * hparameters["pad"]) // hparameters["stride"] + 1
    n_W = (n_W_prev - f + 2 * hparameters["pad"]) // hparameters["stride"] + 1
    per_window = f * f * n_C_prev
    return per_window * n_C * n_H * n_W


# %% im2col_bytes
def im2col_bytes(A_prev_shape, f, stride, pad, itemsize):
    return int(np.prod(A_prev_shape)) * itemsize
