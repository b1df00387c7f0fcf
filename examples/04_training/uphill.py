# Walks with the gradient instead of against it and changes the arrays it was given; the gradient
# of the loss has the wrong sign as well, so that training would even work.
#
# network_forward   3/3
# softmax           4/4
# cross_entropy     1/4  loses gradient, stable, reference
# network_backward  4/4
# minibatches       3/3
# adam_step         1/4  loses update, bias_correction, inputs_kept
# save_checkpoint   3/3
# load_checkpoint   1/2  loses arrays
# experiment        0/3
#
# The rest as in right_plain.

# %% cross_entropy
def cross_entropy(Z, y):
    m = len(Z)
    shifted = Z - Z.max(axis=1, keepdims=True)
    log_P = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    loss = -log_P[np.arange(m), y].mean()
    dZ = -np.exp(log_P)
    dZ[np.arange(m), y] += 1
    return loss, dZ / m


# %% adam_step
def adam_step(w, dw, m, v, t, learning_rate=0.002, beta1=0.9, beta2=0.999, epsilon=1e-8):
    m = beta1 * m + (1 - beta1) * dw
    v = beta2 * v + (1 - beta2) * dw**2
    w += learning_rate * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + epsilon)
    return w, m, v


# %% load_checkpoint
def load_checkpoint(path):
    file = h5py.File(path, "r")
    arrays = {name: dict(group.items()) for name, group in file.items()}
    numbers = dict(file.attrs)
    file.close()
    return arrays, numbers
