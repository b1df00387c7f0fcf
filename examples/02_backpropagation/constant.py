# Returns the numbers that the lesson shows.
#
# numerical_gradient       0/6     loses one_at_a_time, both_sides, x_kept, reference
# conv_backward            0/12    loses bias, weights, input, pad, stride
# create_mask_from_window  0/3     loses maximum, ties
# distribute_value         0/2     loses share, shape
# pool_backward            0/7     loses max, average, overlap, stride, reference

# %% numerical_gradient
def numerical_gradient(f, x, h=1e-5):
    return np.array([[4.0, -1.0], [2.0, 6.0]])


# %% conv_backward
def conv_backward(dZ, cache):
    dA_prev = np.array([[1.0, 1, -2], [2, 3, 1], [0, -2, 0]]).reshape(1, 3, 3, 1)
    return dA_prev, np.array([[4.0, -1], [2, 6]]).reshape(2, 2, 1, 1), np.full((1, 1, 1, 1), 2.0)


# %% create_mask_from_window
def create_mask_from_window(x):
    return np.array([[False, False], [True, False]])


# %% distribute_value
def distribute_value(dz, shape):
    return np.ones((2, 3))


# %% pool_backward
def pool_backward(dA, cache, mode="max"):
    return np.zeros(cache[0].shape)
