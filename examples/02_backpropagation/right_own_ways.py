# Right, in other ways: nudges x itself and puts it back, returns the mask as numbers
# and the shares as a nested list, prints, and warns.
#
# numerical_gradient       6/6
# conv_backward            12/12
# create_mask_from_window  3/3
# distribute_value         2/2
# pool_backward            7/7

# %% numerical_gradient
def numerical_gradient(f, x, h=1e-5):
    result = []
    for k in range(x.size):
        old = x.flat[k]
        x.flat[k] = old + h
        above = f(x)
        x.flat[k] = old - h
        below = f(x)
        x.flat[k] = old
        result.append((above - below) / h / 2)
    return np.array(result).reshape(x.shape)


# %% conv_backward
import warnings


def conv_backward(dZ, cache):
    (A_prev, W, b, hp) = cache
    s, p = hp["stride"], hp["pad"]
    warnings.warn("this is slow")
    m, H, V, C = A_prev.shape
    f = len(W)
    big = np.zeros((m, H + 2 * p, V + 2 * p, C))
    big[:, p : p + H, p : p + V] = A_prev
    dbig, dW = big * 0, W * 0.0
    for i, h, w, c in np.ndindex(dZ.shape):
        here = (i, slice(h * s, h * s + f), slice(w * s, w * s + f))
        dbig[here] = dbig[here] + dZ[i, h, w, c] * W[..., c]
        dW[..., c] = dW[..., c] + dZ[i, h, w, c] * big[here]
    print("done")
    db = [[[[dZ[..., c].sum() for c in range(dZ.shape[-1])]]]]
    return [dbig[:, p : p + H, p : p + V], dW, np.array(db)]


# %% create_mask_from_window
def create_mask_from_window(x):
    largest = max(x.flatten())
    mask = np.zeros(x.shape)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            if x[i, j] == largest:
                mask[i, j] = 1
                return mask


# %% distribute_value
def distribute_value(dz, shape):
    return [[dz / shape[0] / shape[1]] * shape[1] for _ in range(shape[0])]


# %% pool_backward
def pool_backward(dA, cache, mode="max"):
    A_prev, hparameters = cache
    f = hparameters["f"]
    stride = hparameters["stride"]
    m, n_H, n_W, n_C = dA.shape
    dA_prev = np.zeros(A_prev.shape)

    for i in range(m):
        for h in range(n_H):
            vert_start = h * stride
            vert_end = vert_start + f
            for w in range(n_W):
                horiz_start = w * stride
                horiz_end = horiz_start + f
                for c in range(n_C):
                    if mode == "max":
                        a_slice = A_prev[i, vert_start:vert_end, horiz_start:horiz_end, c]
                        mask = create_mask_from_window(a_slice)
                        dA_prev[i, vert_start:vert_end, horiz_start:horiz_end, c] += (
                            mask * dA[i, h, w, c]
                        )
                    elif mode == "average":
                        dA_prev[i, vert_start:vert_end, horiz_start:horiz_end, c] += np.array(
                            distribute_value(dA[i, h, w, c], (f, f))
                        )
    return dA_prev
