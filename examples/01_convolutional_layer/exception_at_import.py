# Imports a package that the course does not have, so that zero_pad is never
# defined. conv_forward cannot call it, but is right itself.
#
# zero_pad          0/5   loses shape, border, inputs_kept, reference
# conv_single_step  5/5
# conv_forward      12/12
# pool_forward      8/8
#
# The rest as in right_loops.

# %% zero_pad
import tensorflow as tf


def zero_pad(X, pad):
    # the easy way
    return tf.pad(X, [[0, 0], [pad, pad], [pad, pad], [0, 0]]).numpy()
