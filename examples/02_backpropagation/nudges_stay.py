# Nudges x itself and does not put it back.
#
# numerical_gradient       3/6     loses one_at_a_time, x_kept
# conv_backward            12/12
# create_mask_from_window  3/3
# distribute_value         2/2
# pool_backward            7/7
#
# The rest as in right_loops.

# %% numerical_gradient
def numerical_gradient(f, x, h=1e-5):
    gradient = np.zeros(x.shape)
    for position in np.ndindex(x.shape):
        x[position] += h
        right = f(x)
        x[position] -= 2 * h
        left = f(x)
        gradient[position] = (right - left) / (2 * h)
    return gradient
