# Has not written anything yet.
#
# zero_pad          0/5   loses shape, border, inputs_kept, reference
# conv_single_step  0/5   loses product_sum, bias_once, returns_scalar, inputs_kept, reference
# conv_forward      0/12  loses filters, stride, pad, cache, reference
# pool_forward      0/8   loses max, average, stride, cache, reference
#
# The rest unsolved.
