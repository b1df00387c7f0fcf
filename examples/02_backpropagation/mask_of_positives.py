# Marks what is above 0, as the ReLU does.
#
# numerical_gradient       6/6
# conv_backward            12/12
# create_mask_from_window  0/3     loses maximum, ties
# distribute_value         2/2
# pool_backward            7/7
#
# The rest as in right_loops.

# %% create_mask_from_window
def create_mask_from_window(x):
    return x >= 0
