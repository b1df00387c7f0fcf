# Leaves out what does not fill a minibatch, corrects no averages, and adds to an older checkpoint
# instead of replacing it.
#
# network_forward   3/3
# softmax           4/4
# cross_entropy     4/4
# network_backward  4/4
# minibatches       2/3  loses sizes
# adam_step         3/4  loses bias_correction
# save_checkpoint   2/3  loses replaces
# load_checkpoint   2/2
# experiment        0/3
#
# The rest as in right_plain.

# %% minibatches
def minibatches(X, y, batch_size, seed):
    order = np.random.default_rng(seed).permutation(len(X))
    X, y = X[order], y[order]
    return [
        (X[k : k + batch_size], y[k : k + batch_size])
        for k in range(0, len(X) - batch_size + 1, batch_size)
    ]


# %% adam_step
def adam_step(w, dw, m, v, t, learning_rate=0.002, beta1=0.9, beta2=0.999, epsilon=1e-8):
    m = beta1 * m + (1 - beta1) * dw
    v = beta2 * v + (1 - beta2) * dw**2
    return w - learning_rate * m / (np.sqrt(v) + epsilon), m, v


# %% save_checkpoint
def save_checkpoint(path, arrays, numbers):
    with h5py.File(path, "a") as file:
        for name, members in arrays.items():
            group = file.require_group(name)
            for key, values in members.items():
                if key in group:
                    del group[key]
                group[key] = values
        file.attrs.update(numbers)
