# Nudges upwards only.
#
# numerical_gradient       3/6     loses both_sides, reference
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
        gradient[position] = (f(right) - f(x)) / h
    return gradient
