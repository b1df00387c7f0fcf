# Follows the lesson step by step, and reports on average pooling. The model answer for whatever
# another student's file leaves to it.
#
# network_forward   3/3
# softmax           4/4
# cross_entropy     4/4
# network_backward  4/4
# minibatches       3/3
# adam_step         4/4
# save_checkpoint   3/3
# load_checkpoint   2/2
# experiment        0/3

# %% network_forward
def network_forward(X, parameters, pad=1, mode="max"):
    caches = []
    A, cache = conv_forward(X, parameters["W1"], parameters["b1"], {"stride": 1, "pad": pad})
    caches.append(cache)
    A, cache = relu_forward(A)
    caches.append(cache)
    A, cache = pool_forward(A, {"f": 2, "stride": 2}, mode=mode)
    caches.append(cache)
    A, cache = conv_forward(A, parameters["W2"], parameters["b2"], {"stride": 1, "pad": pad})
    caches.append(cache)
    A, cache = relu_forward(A)
    caches.append(cache)
    Z, cache = dense_forward(A, parameters["W3"], parameters["b3"])
    caches.append(cache)
    return Z, caches


# %% softmax
def softmax(Z):
    c = np.max(Z, axis=1, keepdims=True)
    E = np.exp(Z - c)
    return E / np.sum(E, axis=1, keepdims=True)


# %% cross_entropy
def cross_entropy(Z, y):
    m, n = Z.shape
    c = np.max(Z, axis=1, keepdims=True)
    log_P = (Z - c) - np.log(np.sum(np.exp(Z - c), axis=1, keepdims=True))
    loss = -np.mean(log_P[np.arange(m), y])
    Y = np.zeros((m, n))
    Y[np.arange(m), y] = 1
    dZ = (np.exp(log_P) - Y) / m
    return loss, dZ


# %% network_backward
def network_backward(dZ, caches, mode="max"):
    gradients = {}
    dA, gradients["W3"], gradients["b3"] = dense_backward(dZ, caches[5])
    dA = relu_backward(dA, caches[4])
    dA, gradients["W2"], gradients["b2"] = conv_backward(dA, caches[3])
    dA = pool_backward(dA, caches[2], mode=mode)
    dA = relu_backward(dA, caches[1])
    dA, gradients["W1"], gradients["b1"] = conv_backward(dA, caches[0])
    return gradients


# %% minibatches
def minibatches(X, y, batch_size, seed):
    rng = np.random.default_rng(seed)
    m = len(X)
    order = rng.permutation(m)
    batches = []
    for start in range(0, m, batch_size):
        places = order[start : start + batch_size]
        batches.append((X[places], y[places]))
    return batches


# %% adam_step
def adam_step(w, dw, m, v, t, learning_rate=0.002, beta1=0.9, beta2=0.999, epsilon=1e-8):
    m = beta1 * m + (1 - beta1) * dw
    v = beta2 * v + (1 - beta2) * dw**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    w = w - learning_rate * m_hat / (np.sqrt(v_hat) + epsilon)
    return w, m, v


# %% save_checkpoint
def save_checkpoint(path, arrays, numbers):
    with h5py.File(path, "w") as file:
        for name in arrays:
            group = file.create_group(name)
            for key in arrays[name]:
                group[key] = arrays[name][key]
        for name in numbers:
            file.attrs[name] = numbers[name]


# %% load_checkpoint
def load_checkpoint(path):
    arrays = {}
    numbers = {}
    with h5py.File(path, "r") as file:
        for name, group in file.items():
            arrays[name] = {}
            for key, dataset in group.items():
                arrays[name][key] = dataset[:]
        for name, value in file.attrs.items():
            numbers[name] = value
    return arrays, numbers


# %% experiment
experiment = {"mode": "average"}

# %% experiment-report
# I expected average pooling to be a little worse, because a thin stroke is diluted by the paper
# around it. With three seeds each, the losses with and without the change overlap, and so do the
# accuracies. So from these runs I cannot say that one kind of pooling is better here. More seeds,
# or more validation images, would be needed to see a difference as small as this.
