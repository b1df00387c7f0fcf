# Handed in as it was released.
#
# count_multiplications 0/3  loses window, places, reference
# im2col                0/5  loses order, stride, pad, reference
# im2col_bytes          0/3  loses numbers, windows, reference
# conv_forward_fast     0/8  loses filters, stride_and_pad, cache, reference, speed
# col2im                0/4  loses overlap, stride, pad, reference
# conv_backward_fast    0/7  loses dA_prev, dW, db, reference, speed
#
# The rest unsolved.


