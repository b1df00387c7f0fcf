# Gives each number of a window the whole value. pool_backward is right but for this.
#
# numerical_gradient       6/6
# conv_backward            12/12
# create_mask_from_window  3/3
# distribute_value         0/2     loses share, shape
# pool_backward            7/7
#
# The rest as in right_loops.

# %% distribute_value
def distribute_value(dz, shape):
    return np.ones(shape) * dz
