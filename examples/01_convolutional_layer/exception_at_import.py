# Imports a package that the course does not have, so that zero_pad is never
# defined and conv_forward cannot call it.
#
# zero_pad          0/5   loses shape, border, inputs_kept, reference
# conv_single_step  5/5
# conv_forward      0/12  loses filters, stride, pad, cache, reference
# pool_forward      8/8
#
# The rest as in right_loops.

# %% zero_pad
import tensorflow as tf


def zero_pad(X, pad):
    # the easy way
    return tf.pad(X, [[0, 0], [pad, pad], [pad, pad], [0, 0]]).numpy()
