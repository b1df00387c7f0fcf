# Takes the exponential of the scores as they are, and the logarithm of the softmax.
#
# network_forward   3/3
# softmax           3/4  loses stable
# cross_entropy     3/4  loses stable
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
    return np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)


# %% cross_entropy
def cross_entropy(Z, y):
    P = softmax(Z)
    m = len(y)
    # so that log(0) never happens
    loss = -np.mean(np.log(P[range(m), y] + 1e-12))
    dZ = P.copy()
    dZ[range(m), y] -= 1
    return loss, dZ / m
