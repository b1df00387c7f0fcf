# Returns a (1, 1, 1) array from conv_single_step instead of a scalar.
#
# zero_pad          5/5
# conv_single_step  4/5   loses returns_scalar
# conv_forward      12/12
# pool_forward      8/8
#
# The rest as in right_loops.

# %% conv_single_step
def conv_single_step(a_slice_prev, W, b):
    s = a_slice_prev * W
    Z = np.sum(s)
    # add the bias
    Z = Z + b
    return Z
