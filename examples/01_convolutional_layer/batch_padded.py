# Pads the batch as well, so that conv_forward finds empty images at its start. That is
# not conv_forward's error, which keeps its points.
#
# zero_pad          1/5   loses shape, border, reference
# conv_single_step  5/5
# conv_forward      12/12
# pool_forward      8/8
#
# The rest as in right_loops.

# %% zero_pad
def zero_pad(X, pad):
    # pad everything except the channels
    pad_width = ((pad, pad), (pad, pad), (pad, pad), (0, 0))
    X_pad = np.pad(X, pad_width, mode="constant", constant_values=0)
    return X_pad
