# Loops again, but written away from the lesson: names of its own, helper functions
# in the cells, early returns, and a Python float from conv_single_step.
#
# zero_pad          5/5
# conv_single_step  5/5
# conv_forward      12/12
# pool_forward      8/8

# %% zero_pad
def zero_pad(images, p):
    if p == 0:
        return images.copy()
    count, height, width, channels = images.shape
    padded = np.zeros((count, height + 2 * p, width + 2 * p, channels))
    padded[:, p:-p, p:-p, :] = images
    return padded


# %% conv_single_step
def conv_single_step(window, kernel, bias):
    total = float(bias[0, 0, 0])
    for x, k in zip(window.ravel(), kernel.ravel()):
        total += float(x) * float(k)
    return total


# %% conv_forward
def steps(length, size, step):
    # how often the window fits
    return (length - size) // step + 1


def conv_forward(images, kernels, biases, options):
    step = options["stride"]
    padded = zero_pad(images, options["pad"])
    size = kernels.shape[0]
    rows = steps(padded.shape[1], size, step)
    cols = steps(padded.shape[2], size, step)
    out = np.empty((len(images), rows, cols, kernels.shape[3]))
    for k in range(kernels.shape[3]):
        kernel = kernels[..., k]
        bias = biases[..., k]
        for r in range(rows):
            top = r * step
            for col in range(cols):
                left = col * step
                for n, image in enumerate(padded):
                    window = image[top : top + size, left : left + size]
                    out[n, r, col, k] = conv_single_step(window, kernel, bias)
    return out, (images, kernels, biases, options)


# %% pool_forward
def pool_window(window, mode):
    if mode == "max":
        return window.max(axis=(1, 2))
    return window.sum(axis=(1, 2)) / (window.shape[1] * window.shape[2])


def pool_forward(images, options, mode="max"):
    size, step = options["f"], options["stride"]
    count, height, width, channels = images.shape
    rows = (height - size) // step + 1
    cols = (width - size) // step + 1
    out = np.empty((count, rows, cols, channels))
    for r in range(rows):
        for col in range(cols):
            top, left = r * step, col * step
            window = images[:, top : top + size, left : left + size, :]
            out[:, r, col, :] = pool_window(window, mode)
    return out, (images, options)
