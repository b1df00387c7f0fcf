# Returns fixed numbers in the shapes of the lesson's examples, whatever the input.
# Earns nothing.
#
# zero_pad          0/5   loses shape, border, inputs_kept, reference
# conv_single_step  0/5   loses product_sum, bias_once, returns_scalar, inputs_kept, reference
# conv_forward      0/12  loses filters, stride, pad, cache, reference
# pool_forward      0/8   loses max, average, stride, cache, reference

# %% zero_pad
def zero_pad(X, pad):
    # the shape that the lesson prints
    return np.zeros((4, 7, 7, 2))


# %% conv_single_step
def conv_single_step(a_slice_prev, W, b):
    return -2.5


# %% conv_forward
def conv_forward(A_prev, W, b, hparameters):
    np.random.seed(1)
    Z = np.random.randn(10, 3, 4, 8)
    return Z, (A_prev, W, b, hparameters)


# %% pool_forward
def pool_forward(A_prev, hparameters, mode="max"):
    A = np.ones((2, 3, 3, 3))
    if mode == "average":
        A = np.zeros((2, 3, 3, 3))
    return A, (A_prev, hparameters)
