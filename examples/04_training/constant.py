# Returns fixed values in the shapes of the lesson's examples, whatever the input. Earns nothing.
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

# %% network_forward
def network_forward(X, parameters, pad=1, mode="max"):
    return np.zeros((len(X), 10)), [None] * 6


# %% softmax
def softmax(Z):
    return np.full(np.shape(Z), 1 / np.shape(Z)[1])


# %% cross_entropy
def cross_entropy(Z, y):
    return 1.587919, np.zeros(Z.shape)


# %% network_backward
def network_backward(dZ, caches, mode="max"):
    return {name: np.zeros((1, 1)) for name in ("W1", "b1", "W2", "b2", "W3", "b3")}


# %% minibatches
def minibatches(X, y, batch_size, seed):
    return [(X[:batch_size], y[:batch_size])]


# %% adam_step
def adam_step(w, dw, m, v, t, learning_rate=0.002, beta1=0.9, beta2=0.999, epsilon=1e-8):
    return np.full(np.shape(w), 0.873365), np.zeros(np.shape(w)), np.ones(np.shape(w))


# %% save_checkpoint
def save_checkpoint(path, arrays, numbers):
    with h5py.File(path, "w") as file:
        file["parameters/W1"] = np.zeros((3, 3, 1, 16))


# %% load_checkpoint
def load_checkpoint(path):
    return {"train": {}, "test": {"images": np.zeros((400, 8, 8, 1))}}, {"epoch": 3}
