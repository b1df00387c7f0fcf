# Writes the rows back with = instead of +=. The backward pass keeps its points.
#
# count_multiplications 3/3
# im2col                5/5
# im2col_bytes          3/3
# conv_forward_fast     8/8
# col2im                2/4  loses overlap, reference
# conv_backward_fast    7/7
#
# The rest as in right_sliding_windows.

# %% col2im
def col2im(rows, A_prev_shape, f, stride, pad):
    m, H, W, C = A_prev_shape
    n_H, n_W = [(n - f + 2 * pad) // stride + 1 for n in (H, W)]
    result = np.zeros((m, H + 2 * pad, W + 2 * pad, C), rows.dtype)
    parts = np.moveaxis(rows.reshape(m, n_H, n_W, f * f, C), 3, 0)
    for k in range(f * f):
        u, v = divmod(k, f)
        result[:, u : u + n_H * stride : stride, v : v + n_W * stride : stride] = parts[k]
    return result[:, pad : pad + H, pad : pad + W]
