# Divides the difference by h, although the two points lie 2 * h apart.
#
# numerical_gradient       1/6     loses one_at_a_time, both_sides, reference
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
        right = x.copy()
        right[position] += h
        left = x.copy()
        left[position] -= h
        gradient[position] = (f(right) - f(left)) / h
    return gradient
