# Handed in as it was.
#
# numerical_gradient       0/6     loses one_at_a_time, both_sides, x_kept, reference
# conv_backward            0/12    loses bias, weights, input, pad, stride
# create_mask_from_window  0/3     loses maximum, ties
# distribute_value         0/2     loses share, shape
# pool_backward            0/7     loses max, average, overlap, stride, reference
#
# The rest unsolved.
