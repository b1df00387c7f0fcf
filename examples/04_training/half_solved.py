# Stopped at the break.
#
# network_forward   3/3
# softmax           4/4
# cross_entropy     4/4
# network_backward  0/4  loses last_layer, second_convolution, first_convolution, mode
# minibatches       0/3  loses sizes, pairs, shuffled
# adam_step         0/4  loses averages, update, bias_correction, inputs_kept
# save_checkpoint   0/3  loses arrays, numbers, replaces
# load_checkpoint   0/2  loses arrays, numbers
# experiment        0/3  loses report
#
# The rest unsolved.

# %% network_forward
def network_forward(X, parameters, pad=1, mode="max"):
    h = {"stride": 1, "pad": pad}
    Z1, c1 = conv_forward(X, parameters["W1"], parameters["b1"], h)
    A1, c2 = relu_forward(Z1)
    P1, c3 = pool_forward(A1, {"f": 2, "stride": 2}, mode=mode)
    Z2, c4 = conv_forward(P1, parameters["W2"], parameters["b2"], h)
    A2, c5 = relu_forward(Z2)
    Z, c6 = dense_forward(A2, parameters["W3"], parameters["b3"])
    return Z, [c1, c2, c3, c4, c5, c6]


# %% softmax
def softmax(Z):
    Z = Z - np.max(Z, axis=1).reshape(-1, 1)
    return np.exp(Z) / np.exp(Z).sum(axis=1).reshape(-1, 1)


# %% cross_entropy
def cross_entropy(Z, y):
    Z = Z - np.max(Z, axis=1).reshape(-1, 1)
    logs = Z - np.log(np.exp(Z).sum(axis=1).reshape(-1, 1))
    loss, dZ = 0, np.exp(logs)
    for i in range(len(y)):
        loss -= logs[i, y[i]] / len(y)
        dZ[i, y[i]] -= 1
    return loss, dZ / len(y)
