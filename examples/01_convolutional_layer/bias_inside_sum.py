# Adds the bias to every product instead of once to their sum. What that spoils in
# conv_forward costs nothing.
#
# zero_pad          5/5
# conv_single_step  3/5   loses bias_once, reference
# conv_forward      12/12
# pool_forward      8/8
#
# The rest as in right_loops.

# %% conv_single_step
def conv_single_step(a_slice_prev, W, b):
    return np.sum(a_slice_prev * W + b)
