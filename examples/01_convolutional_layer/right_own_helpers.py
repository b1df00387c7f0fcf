# Right, with helpers of names that tests might use as well: windows, pool, expected.
#
# zero_pad          5/5
# conv_single_step  5/5
# conv_forward      12/12
# pool_forward      8/8

# %% zero_pad
def border(images, width):
    return np.pad(images, ((0, 0), (width, width), (width, width), (0, 0)))


def zero_pad(X, width):
    return border(X, width)


# %% conv_single_step
expected = 1


def conv_single_step(a_slice_prev, W, b):
    return expected * np.vdot(a_slice_prev, W) + b.item()


# %% conv_forward
def windows(images, f, stride):
    for h in range((images.shape[1] - f) // stride + 1):
        for w in range((images.shape[2] - f) // stride + 1):
            top, left = h * stride, w * stride
            yield h, w, images[:, top : top + f, left : left + f]


def sizes(images, f, stride):
    return (images.shape[1] - f) // stride + 1, (images.shape[2] - f) // stride + 1


def conv_forward(A_prev, W, b, hparameters):
    stride = hparameters["stride"]
    padded = zero_pad(A_prev, hparameters["pad"])
    Z = np.zeros((len(A_prev), *sizes(padded, len(W), stride), W.shape[3]))
    for h, w, window in windows(padded, len(W), stride):
        for i in range(len(A_prev)):
            for c in range(W.shape[3]):
                Z[i, h, w, c] = conv_single_step(window[i], W[..., c], b[..., c])
    return Z, (A_prev, W, b, hparameters)


# %% pool_forward
def pool(window, mode):
    return window.max((1, 2)) if mode == "max" else window.mean((1, 2))


def pool_forward(A_prev, hparameters, mode="max"):
    f, stride = hparameters["f"], hparameters["stride"]
    A = np.zeros((len(A_prev), *sizes(A_prev, f, stride), A_prev.shape[3]))
    for h, w, window in windows(A_prev, f, stride):
        A[:, h, w] = pool(window, mode)
    return A, (A_prev, hparameters)
