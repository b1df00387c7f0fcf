# Hands over to the slow functions of given.py.
#
# count_multiplications 3/3
# im2col                5/5
# im2col_bytes          3/3
# conv_forward_fast     4/8  loses speed
# col2im                4/4
# conv_backward_fast    4/7  loses speed
#
# The rest as in right_sliding_windows.

# %% conv_forward_fast
def conv_forward_fast(A_prev, W, b, hparameters):
    return given.conv_forward_loops(A_prev, W, b, hparameters)


# %% conv_backward_fast
def conv_backward_fast(dZ, cache):
    return given.conv_backward_loops(dZ, cache)
