# Subtracts the largest score of the whole batch, and sums the loss instead of averaging it.
#
# network_forward   3/3
# softmax           3/4  loses stable
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
    E = np.exp(Z - np.max(Z))
    return E / np.sum(E, axis=1, keepdims=True)


# %% cross_entropy
def cross_entropy(Z, y):
    m = Z.shape[0]
    Z = Z - np.max(Z, axis=1, keepdims=True)
    log_P = Z - np.log(np.sum(np.exp(Z), axis=1, keepdims=True))
    loss = -np.sum(log_P[np.arange(m), y])
    dZ = np.exp(log_P)
    dZ[np.arange(m), y] -= 1
    return loss, dZ
