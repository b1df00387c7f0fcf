# Leaves the second ReLU out, forward and backward, and never passes on the mode.
#
# network_forward   0/3  loses scores, options, caches
# softmax           4/4
# cross_entropy     4/4
# network_backward  1/4  loses second_convolution, first_convolution, mode
# minibatches       3/3
# adam_step         4/4
# save_checkpoint   3/3
# load_checkpoint   2/2
# experiment        0/3
#
# The rest as in right_plain.

# %% network_forward
def network_forward(X, parameters, pad=1, mode="max"):
    hparameters = {"stride": 1, "pad": pad}
    A, conv1 = conv_forward(X, parameters["W1"], parameters["b1"], hparameters)
    A, relu1 = relu_forward(A)
    A, pool1 = pool_forward(A, {"f": 2, "stride": 2})
    A, conv2 = conv_forward(A, parameters["W2"], parameters["b2"], hparameters)
    Z, dense = dense_forward(A, parameters["W3"], parameters["b3"])
    return Z, [conv1, relu1, pool1, conv2, dense]


# %% network_backward
def network_backward(dZ, caches, mode="max"):
    gradients = {}
    dA, gradients["W3"], gradients["b3"] = dense_backward(dZ, caches[-1])
    dA, gradients["W2"], gradients["b2"] = conv_backward(dA, caches[3])
    dA = pool_backward(dA, caches[2])
    dA = relu_backward(dA, caches[1])
    dA, gradients["W1"], gradients["b1"] = conv_backward(dA, caches[0])
    return gradients
