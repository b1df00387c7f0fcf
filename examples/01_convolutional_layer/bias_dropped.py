# Never adds the bias in conv_single_step. What that spoils in conv_forward costs nothing.
#
# zero_pad          5/5
# conv_single_step  3/5   loses bias_once, reference
# conv_forward      12/12
# pool_forward      8/8
#
# The rest as in right_loops.

# %% conv_single_step
def conv_single_step(a_slice_prev, W, b):
    # multiply the window with the filter and add everything up
    s = np.multiply(a_slice_prev, W)
    Z = np.sum(s)
    return Z
