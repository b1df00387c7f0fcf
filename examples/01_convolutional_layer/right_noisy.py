# Right, but it prints, warns, writes to stderr and makes NumPy warn on the way.
#
# zero_pad          5/5
# conv_single_step  5/5
# conv_forward      12/12
# pool_forward      8/8

# %% zero_pad
import sys
import warnings

print("my solution, last changed on Sunday evening")


def zero_pad(X, pad):
    print("zero_pad: X", X.shape, "pad", pad)
    if pad == 0:
        warnings.warn("pad is 0, nothing to do")
    return np.pad(X, ((0, 0), (pad, pad), (pad, pad), (0, 0)), mode="constant")


# %% conv_single_step
def conv_single_step(a_slice_prev, W, b):
    # trying out something, the result is not used
    np.log(np.zeros(1))
    return np.sum(np.multiply(a_slice_prev, W)) + b.item()


# %% conv_forward
def conv_forward(A_prev, W, b, hparameters):
    print(hparameters)
    stride = hparameters["stride"]
    f = W.shape[0]
    A_prev_pad = zero_pad(A_prev, hparameters["pad"])
    n_H = (A_prev_pad.shape[1] - f) // stride + 1
    n_W = (A_prev_pad.shape[2] - f) // stride + 1
    Z = np.zeros((A_prev.shape[0], n_H, n_W, W.shape[3]))
    for i in range(Z.shape[0]):
        sys.stderr.write(f"image {i}\n")
        for h in range(n_H):
            for w in range(n_W):
                y = h * stride
                x = w * stride
                for c in range(Z.shape[3]):
                    window = A_prev_pad[i, y : y + f, x : x + f]
                    Z[i, h, w, c] = conv_single_step(window, W[..., c], b[..., c])
    print("Z.shape =", Z.shape)
    return Z, (A_prev, W, b, hparameters)


# %% pool_forward
def pool_forward(A_prev, hparameters, mode="max"):
    print("pool_forward", mode, file=sys.stderr)
    f = hparameters["f"]
    stride = hparameters["stride"]
    n_H = (A_prev.shape[1] - f) // stride + 1
    n_W = (A_prev.shape[2] - f) // stride + 1
    # divides by zero on purpose, just to see what happens
    print("nan?", np.zeros(1) / np.zeros(1))
    A = np.zeros((A_prev.shape[0], n_H, n_W, A_prev.shape[3]))
    for h in range(n_H):
        for w in range(n_W):
            window = A_prev[:, h * stride : h * stride + f, w * stride : w * stride + f]
            A[:, h, w] = window.max((1, 2)) if mode == "max" else window.mean((1, 2))
    return A, (A_prev, hparameters)
