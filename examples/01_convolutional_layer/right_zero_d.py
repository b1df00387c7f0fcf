# conv_single_step returns a 0-d array, which is a scalar too. The other answers
# are comprehensions and a class.
#
# zero_pad          5/5
# conv_single_step  5/5
# conv_forward      12/12
# pool_forward      8/8

# %% zero_pad
def zero_pad(X, pad):
    border = [(pad, pad), (pad, pad), (0, 0)]
    return np.stack([np.pad(image, border) for image in X])


# %% conv_single_step
def conv_single_step(a_slice_prev, W, b):
    return np.squeeze(np.sum(a_slice_prev * W) + b)


# %% conv_forward
class ConvLayer:
    def __init__(self, W, b, hparameters):
        self.W = W
        self.b = b
        self.f = W.shape[0]
        self.stride = hparameters["stride"]
        self.pad = hparameters["pad"]

    def starts(self, length):
        return range(0, length - self.f + 1, self.stride)

    def pixel(self, window):
        filters = range(self.W.shape[3])
        return [conv_single_step(window, self.W[..., c], self.b[..., c]) for c in filters]

    def image(self, a):
        height, width, _ = a.shape
        f = self.f
        return [
            [self.pixel(a[y : y + f, x : x + f]) for x in self.starts(width)]
            for y in self.starts(height)
        ]

    def __call__(self, A):
        return np.array([self.image(a) for a in zero_pad(A, self.pad)])


def conv_forward(A_prev, W, b, hparameters):
    layer = ConvLayer(W, b, hparameters)
    return layer(A_prev), (A_prev, W, b, hparameters)


# %% pool_forward
def pool_forward(A_prev, hparameters, mode="max"):
    f, stride = hparameters["f"], hparameters["stride"]
    pool = np.max if mode == "max" else np.average
    rows = range(0, A_prev.shape[1] - f + 1, stride)
    cols = range(0, A_prev.shape[2] - f + 1, stride)
    A = [[[pool(a[y : y + f, x : x + f], axis=(0, 1)) for x in cols] for y in rows] for a in A_prev]
    return np.array(A), (A_prev, hparameters)
