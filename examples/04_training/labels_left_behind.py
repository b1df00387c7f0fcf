# Shuffles the images and forgets the labels, leaves the last small minibatch out, and takes
# another order each time, whatever the seed.
#
# network_forward   3/3
# softmax           4/4
# cross_entropy     4/4
# network_backward  4/4
# minibatches       0/3  loses sizes, pairs, shuffled
# adam_step         4/4
# save_checkpoint   3/3
# load_checkpoint   2/2
# experiment        0/3
#
# The rest as in right_plain.

# %% minibatches
def minibatches(X, y, batch_size, seed):
    shuffled = np.random.permutation(X)
    batches = []
    for k in range(len(X) // batch_size):
        batches.append(
            (
                shuffled[k * batch_size : (k + 1) * batch_size],
                y[k * batch_size : (k + 1) * batch_size],
            )
        )
    return batches
