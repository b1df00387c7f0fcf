# Multiplies the window in place. A window is a view of the padded images, so the
# next filter and the windows that overlap it meet changed values. conv_forward itself
# is right.
#
# zero_pad          5/5
# conv_single_step  4/5   loses inputs_kept
# conv_forward      12/12
# pool_forward      8/8
#
# The rest as in right_loops.

# %% conv_single_step
def conv_single_step(a_slice_prev, W, b):
    # in place, saves memory
    a_slice_prev *= W
    return a_slice_prev.sum() + b.item()
