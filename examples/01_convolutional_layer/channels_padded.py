# Pads the channels as well. Padded windows then have more channels than the
# filters, and conv_forward stops with an error that is not its own.
#
# zero_pad          1/5   loses shape, border, reference
# conv_single_step  5/5
# conv_forward      12/12
# pool_forward      8/8
#
# The rest as in right_loops.

# %% zero_pad
def zero_pad(X, pad):
    return np.pad(X, ((0, 0), (pad, pad), (pad, pad), (pad, pad)))
