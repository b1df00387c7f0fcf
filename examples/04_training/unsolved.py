# Handed in as it was. Earns nothing.
#
# network_forward   0/3  loses scores, options, caches
# softmax           0/4  loses rows, stable, inputs_kept, reference
# cross_entropy     0/4  loses loss, gradient, stable, reference
# network_backward  0/4  loses last_layer, second_convolution, first_convolution, mode
# minibatches       0/3  loses sizes, pairs, shuffled
# adam_step         0/4  loses averages, update, bias_correction, inputs_kept
# save_checkpoint   0/3  loses arrays, numbers, replaces
# load_checkpoint   0/2  loses arrays, numbers
# experiment        0/3  loses report
#
# The rest unsolved.
