# Right, but written otherwise: rows one by one, one-hot matrices, float32, the old random numbers,
# arrays changed in place after copying them, h5py's other functions. Warns and prints.
#
# network_forward   3/3
# softmax           4/4
# cross_entropy     4/4
# network_backward  4/4
# minibatches       3/3
# adam_step         4/4
# save_checkpoint   3/3
# load_checkpoint   2/2
# experiment        0/3  loses report
#
# The rest unsolved.

# %% network_forward
def network_forward(X, parameters, pad=1, mode="max"):
    p = parameters
    h = dict(pad=pad, stride=1)
    out, all_caches = X, ()
    for step in (
        lambda A: conv_forward(A, p["W1"], p["b1"], h),
        relu_forward,
        lambda A: pool_forward(A, dict(f=2, stride=2), mode),
        lambda A: conv_forward(A, p["W2"], p["b2"], h),
        relu_forward,
        lambda A: dense_forward(A, p["W3"], p["b3"]),
    ):
        out, cache = step(out)
        all_caches += (cache,)
    return out, all_caches


# %% softmax
def softmax(Z):
    rows = []
    for row in Z:
        exps = [np.exp(z - max(row)) for z in row]
        rows.append([e / sum(exps) for e in exps])
    print("softmax of", len(rows), "rows")
    return np.array(rows)


# %% cross_entropy
def cross_entropy(Z, y):
    import sys
    import warnings

    warnings.warn("about to take a logarithm")
    print("stderr", file=sys.stderr)
    log_P = Z - np.logaddexp.reduce(Z, axis=1)[:, None]
    onehot = np.eye(Z.shape[1])[y]
    loss = -(onehot * log_P).sum() / Z.shape[0]
    return np.array(loss), ((np.exp(log_P) - onehot) / Z.shape[0]).astype(np.float32)


# %% network_backward
def network_backward(dZ, caches, mode="max"):
    c = list(caches)
    grads = dict()
    d, dW, db = dense_backward(dZ, c.pop())
    grads.update(W3=dW, b3=db)
    d = relu_backward(d, c.pop())
    d, dW, db = conv_backward(d, c.pop())
    grads.update(W2=dW, b2=db)
    d = pool_backward(d, c.pop(), mode)
    d = relu_backward(d, c.pop())
    d, dW, db = conv_backward(d, c.pop())
    grads.update(W1=dW, b1=db)
    return grads


# %% minibatches
def minibatches(X, y, batch_size, seed):
    np.random.seed(seed)
    together = list(zip(X, y))
    np.random.shuffle(positions := list(range(len(together))))
    result = []
    while positions:
        now, positions = positions[:batch_size], positions[batch_size:]
        result.append([np.stack([X[i] for i in now]), np.array([y[i] for i in now])])
    return result


# %% adam_step
def adam_step(w, dw, m, v, t, learning_rate=0.002, beta1=0.9, beta2=0.999, epsilon=1e-8):
    w, m, v = w.copy(), m.copy(), v.copy()
    m *= beta1
    m += (1 - beta1) * dw
    v += (1 - beta2) * (dw * dw - v)
    rate = learning_rate * np.sqrt(1 - beta2**t) / (1 - beta1**t)
    w -= rate * m / (np.sqrt(v) + epsilon)
    return [w, m, v]


# %% save_checkpoint
import os


def save_checkpoint(path, arrays, numbers):
    if os.path.exists(path):
        os.remove(path)
    f = h5py.File(path, "a")
    for group, members in arrays.items():
        for name, data in members.items():
            f.create_dataset(f"{group}/{name}", data=data, compression="gzip")
    f.attrs.update(numbers)
    f.close()


# %% load_checkpoint
def load_checkpoint(path):
    f = h5py.File(path)
    arrays = {g: {d: np.array(f[g][d]) for d in f[g]} for g in f}
    numbers = {k: f.attrs[k] for k in f.attrs}
    f.close()
    return arrays, numbers
