# Sums over the examples instead of the scores, in softmax and in cross_entropy.
#
# network_forward   3/3
# softmax           1/4  loses rows, stable, reference
# cross_entropy     0/4  loses loss, gradient, stable, reference
# network_backward  4/4
# minibatches       3/3
# adam_step         4/4
# save_checkpoint   3/3
# load_checkpoint   2/2
# experiment        0/3
#
# The rest as in right_plain.

# %% softmax
def softmax(Z):
    E = np.exp(Z - np.max(Z, axis=0))
    return E / np.sum(E, axis=0)


# %% cross_entropy
def cross_entropy(Z, y):
    m = Z.shape[0]
    shifted = Z - np.max(Z, axis=0)
    log_P = shifted - np.log(np.sum(np.exp(shifted), axis=0))
    loss = -np.mean(log_P[np.arange(m), y])
    dZ = np.exp(log_P)
    dZ[np.arange(m), y] -= 1
    return loss, dZ / m
