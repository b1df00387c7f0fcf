"""Answers as people write them who follow the course's templates, and one mistake each in them.

None of them is written like the references in misconceptions.py: sizes are rounded with ``int``,
lessons 1 and 2 work on one example at a time, and names differ.
"""

from __future__ import annotations

from dataclasses import dataclass

RIGHT = {
    "01_convolutional_layer": {
        "zero_pad": """\
def zero_pad(X, pad):
    return np.pad(X, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
""",
        "conv_single_step": """\
def conv_single_step(a, W, b):
    return np.sum(a * W) + b.item()
""",
        "conv_forward": """\
def conv_forward(A_prev, W, b, hparameters):
    m, H, Wd, C = A_prev.shape
    f, f, C, n_C = W.shape
    stride = hparameters["stride"]
    pad = hparameters["pad"]
    n_H = int((H - f + 2 * pad) / stride) + 1
    n_W = int((Wd - f + 2 * pad) / stride) + 1
    Z = np.zeros((m, n_H, n_W, n_C))
    P = zero_pad(A_prev, pad)
    for i in range(m):
        p = P[i]
        for h in range(n_H):
            for w in range(n_W):
                for c in range(n_C):
                    vs, hs = h * stride, w * stride
                    window = p[vs : vs + f, hs : hs + f, :]
                    Z[i, h, w, c] = conv_single_step(window, W[:, :, :, c], b[:, :, :, c])
    return Z, (A_prev, W, b, hparameters)
""",
        "pool_forward": """\
def pool_forward(A_prev, hparameters, mode="max"):
    m, H, Wd, n_C = A_prev.shape
    f = hparameters["f"]
    stride = hparameters["stride"]
    n_H = int((H - f) / stride) + 1
    n_W = int((Wd - f) / stride) + 1
    A = np.zeros((m, n_H, n_W, n_C))
    for i in range(m):
        for h in range(n_H):
            for w in range(n_W):
                for c in range(n_C):
                    vs, hs = h * stride, w * stride
                    window = A_prev[i, vs : vs + f, hs : hs + f, c]
                    if mode == "max":
                        A[i, h, w, c] = np.max(window)
                    elif mode == "average":
                        A[i, h, w, c] = np.mean(window)
    return A, (A_prev, hparameters)
""",
    },
    "02_backpropagation": {
        "conv_backward": """\
def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    m, H, Wd, C = A_prev.shape
    f, f, C, n_C = W.shape
    m, n_H, n_W, n_C = dZ.shape
    stride, pad = hparameters["stride"], hparameters["pad"]
    dA_prev, dW, db = np.zeros(A_prev.shape), np.zeros(W.shape), np.zeros(b.shape)
    P = np.pad(A_prev, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    D = np.zeros(P.shape)
    for i in range(m):
        p, d = P[i], D[i]
        for h in range(n_H):
            for w in range(n_W):
                for c in range(n_C):
                    vs, hs = h * stride, w * stride
                    d[vs : vs + f, hs : hs + f] += W[:, :, :, c] * dZ[i, h, w, c]
                    dW[:, :, :, c] += p[vs : vs + f, hs : hs + f] * dZ[i, h, w, c]
                    db[:, :, :, c] += dZ[i, h, w, c]
        dA_prev[i] = d[pad : pad + H, pad : pad + Wd]
    return dA_prev, dW, db
""",
        "create_mask_from_window": """\
def create_mask_from_window(x):
    mask = np.zeros(x.shape, dtype=bool)
    mask[np.unravel_index(np.argmax(x), x.shape)] = True
    return mask
""",
        "distribute_value": """\
def distribute_value(dz, shape):
    n_H, n_W = shape
    return np.ones(shape) * dz / (n_H * n_W)
""",
        "pool_backward": """\
def pool_backward(dA, cache, mode="max"):
    A_prev, hparameters = cache
    f, stride = hparameters["f"], hparameters["stride"]
    m, n_H, n_W, n_C = dA.shape
    dA_prev = np.zeros(A_prev.shape)
    for i in range(m):
        for h in range(n_H):
            for w in range(n_W):
                for c in range(n_C):
                    vs, hs = h * stride, w * stride
                    a = A_prev[i, vs : vs + f, hs : hs + f, c]
                    da = dA[i, h, w, c]
                    if mode == "max":
                        mask = create_mask_from_window(a)
                        dA_prev[i, vs : vs + f, hs : hs + f, c] += mask * da
                    elif mode == "average":
                        dA_prev[i, vs : vs + f, hs : hs + f, c] += distribute_value(da, (f, f))
    return dA_prev
""",
    },
}


@dataclass(frozen=True)
class Wrong:
    """One mistake in one function.

    Attributes
    ----------
    name : str
    function : str
    changes : tuple
        Old and new texts.
    named : tuple of str
        The misconceptions that it has to be named.
    words : str
        What the sentence has to say, if it is no declared misconception.
    """

    name: str
    function: str
    changes: tuple[tuple[str, str], ...]
    named: tuple[str, ...] = ()
    words: str = ""

    def source(self, lesson: str) -> str:
        """Return the wrong function."""
        text = RIGHT[lesson][self.function]
        for old, new in self.changes:
            assert old in text, f"{self.name}: {old!r}"
            text = text.replace(old, new)
        return text


SIZES = (("int((H - f + 2 * pad) / stride)", "{}"), ("int((Wd - f + 2 * pad) / stride)", "{}"))
POOL_SIZES = (("int((H - f) / stride)", "{}"), ("int((Wd - f) / stride)", "{}"))
SWAPPED = (
    ('stride = hparameters["stride"]\n    pad = hparameters["pad"]',
     'stride = hparameters["pad"]\n    pad = hparameters["stride"]'),
)  # fmt: skip
CONV_FIRST = (
    ("m, H, Wd, C = A", "m, C, H, Wd = A"),
    ("f, f, C, n_C = W", "n_C, C, f, f = W"),
    ("np.zeros((m, n_H, n_W, n_C))", "np.zeros((m, n_C, n_H, n_W))"),
    ("p[vs : vs + f, hs : hs + f, :]", "p[:, vs : vs + f, hs : hs + f]"),
    ("Z[i, h, w, c]", "Z[i, c, h, w]"),
    ("W[:, :, :, c], b[:, :, :, c]", "W[c], b[c]"),
)
POOL_FIRST = (
    ("m, H, Wd, n_C = A", "m, n_C, H, Wd = A"),
    ("np.zeros((m, n_H, n_W, n_C))", "np.zeros((m, n_C, n_H, n_W))"),
    ("A_prev[i, vs : vs + f, hs : hs + f, c]", "A_prev[i, c, vs : vs + f, hs : hs + f]"),
    ("A[i, h, w, c]", "A[i, c, h, w]"),
)
EARLY = (("range(n_H)", "range(n_H - f)"), ("range(n_W)", "range(n_W - f)"))
UNPAD_ALL = "dA_prev = D[:, pad:-pad, pad:-pad]"
UNPAD = "dA_prev[i] = d[pad : pad + H, pad : pad + Wd]"
ZEROS = "np.zeros(W.shape), np.zeros(b.shape)"
RANDOM = "np.random.randn(*W.shape), np.random.randn(*b.shape)"
MASK = (
    "mask = np.zeros(x.shape, dtype=bool)\n    mask[np.unravel_index(np.argmax(x), x.shape)] = True"
)
SHARE = "n_H, n_W = shape\n    return np.ones(shape) * dz / (n_H * n_W)"


def divided(sizes: tuple[tuple[str, str], ...], how: str) -> tuple[tuple[str, str], ...]:
    """Return the changes that compute sizes in another way, such as ``np.floor({})``."""
    return tuple((old, how.format(old.removeprefix("int(").removesuffix(")"))) for old, _ in sizes)


def floored(sizes: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Return the changes that write sizes with ``//``."""
    return tuple((old, new.replace(" / ", " // ")) for old, new in divided(sizes, "{}"))


CASES = {
    "01_convolutional_layer": [
        Wrong("swap", "conv_forward", SWAPPED, ("stride_and_pad_swapped",)),
        Wrong("swap, //", "conv_forward", SWAPPED + floored(SIZES), ("stride_and_pad_swapped",)),
        Wrong("floor", "conv_forward", divided(SIZES, "np.floor({})"), ("sizes_are_floats",)),
        Wrong("floor", "pool_forward", divided(POOL_SIZES, "np.floor({})"), ("sizes_are_floats",)),
        Wrong("division", "conv_forward", divided(SIZES, "{}"), ("sizes_are_floats",)),
        Wrong("division", "pool_forward", divided(POOL_SIZES, "{}"), ("sizes_are_floats",)),
        Wrong("before c", "conv_forward", ((" :]\n", " :c]\n"),), ("channels_before_c",)),
        Wrong("channels first", "conv_forward", CONV_FIRST, ("channels_first",)),
        Wrong("channels first", "pool_forward", POOL_FIRST, ("channels_first",)),
        # The first of three mistakes hides the others.
        Wrong(
            "three",
            "conv_forward",
            (*EARLY, ("h * stride, w * stride", "h, w"), (":, c]", ":, 0]")),
            ("loops_end_early",),
        ),
        Wrong("ends early", "conv_forward", EARLY, ("loops_end_early",)),
        Wrong("ends early", "pool_forward", EARLY, ("loops_end_early",)),
        Wrong("whole batch", "conv_forward", (("P[i]", "P"),), ("image_not_taken_out",)),
        Wrong("whole batch", "pool_forward", (("[i, vs", "[vs"),), ("image_not_taken_out",)),
        Wrong(
            "max over mean",
            "pool_forward",
            (("np.mean(window)", "np.max(window) / np.mean(window)"),),
            ("maximum_over_mean",),
        ),
        Wrong(
            "cache",
            "pool_forward",
            (("(A_prev, hparameters)\n", "(A_prev, f, stride)\n"),),
            ("cache_taken_apart",),
        ),
        Wrong("rows", "conv_forward", (("(n_H):", "(n_W):"),), ("rows_over_the_width",)),
        Wrong("rows", "pool_forward", (("(n_H):", "(n_W):"),), ("rows_over_the_width",)),
        Wrong("three pairs", "zero_pad", (("((0, 0), ", "("),), ("pairs_missing",)),
        Wrong("W for w", "conv_forward", (("h, w, c] =", "h, W, c] ="),), (), "Capital and small"),
        Wrong("None", "pool_forward", (("range(m)", "range(None)"),), (), "None stands in this"),
        Wrong(
            "slice turned",
            "conv_forward",
            (("vs : vs + f, hs : hs + f", "hs : hs + f, vs : vs + f"),),
            ("slice_axes_swapped",),
        ),
        Wrong(
            "starts turned",
            "conv_forward",
            (("h * stride, w * stride", "w * stride, h * stride"),),
            ("slice_axes_swapped",),
        ),
        Wrong("sizes", "conv_forward", (("= h * s", "= n_H * s"),), ("start_from_the_sizes",)),
        Wrong("columns", "conv_forward", ((", w * s", ", c * s"),), ("horiz_from_c",)),
        Wrong("columns", "pool_forward", ((", w * s", ", c * s"),), ("horiz_from_c",)),
        Wrong(
            "beside",
            "conv_forward",
            (
                (
                    "            for w in range(n_W):\n                for c",
                    "            pass\n        for w in range(n_W):\n                for c",
                ),
            ),
            ("loops_beside_each_other",),
        ),
    ],
    "02_backpropagation": [
        Wrong("unpad", "conv_backward", ((UNPAD, "dA_prev[i] = d[pad:-pad, pad:-pad]"),),
              ("negative_pad",)),
        Wrong("unpad all", "conv_backward", ((f"    {UNPAD}", UNPAD_ALL),),
              ("negative_pad",)),
        Wrong("unpad, no stride", "conv_backward",
              ((UNPAD, "dA_prev[i] = d[pad:-pad, pad:-pad]"), ("h * stride, w * stride", "h, w")),
              ("stride_forgotten", "negative_pad")),
        Wrong("random", "conv_backward", ((ZEROS, RANDOM),), ("random_start",)),
        Wrong("random, unpad", "conv_backward",
              ((ZEROS, RANDOM), (UNPAD, "dA_prev[i] = d[pad:-pad, pad:-pad]")),
              ("negative_pad", "random_start")),
        Wrong("window", "conv_backward", (("P[i], D[i]", "D[i], D[i]"),),
              ("window_of_the_gradient",)),
        Wrong("behind", "conv_backward", ((f"    {UNPAD}", UNPAD),), ("only_the_last_image_cut",)),
        Wrong("step", "conv_backward", (("h * stride, w * stride", "h * pad, w * pad"),),
              ("stride_is_pad",)),
        Wrong("unpadded", "conv_backward", (("P[i], D[i]", "A_prev[i], D[i]"),),
              ("window_from_the_unpadded",)),
        Wrong("template", "conv_backward", (("hparameters = cache", "hparameters = None"),), (),
              "None stands in this line"),
        Wrong("maximum", "create_mask_from_window", ((MASK, "mask = np.max(x)"),),
              ("maximum_returned",)),
        Wrong("truth", "create_mask_from_window", ((MASK, "mask = True == np.max(x)"),),
              ("one_truth_value",)),
        Wrong("None", "create_mask_from_window", ((MASK, "mask = None"),), (),
              "mask in it is given the value None and nothing else"),
        Wrong("unused", "distribute_value",
              ((SHARE, "share = np.ones(shape)\n    return share / np.sum(share)"),),
              ("value_unused",)),
        Wrong("four", "distribute_value", ((SHARE, "return np.ones(shape) * (dz / 4)"),),
              ("divided_by_four",)),
        Wrong("two by two", "pool_backward", (("(f, f)", "(2, 2)"),), ("shared_over_two_by_two",)),
        Wrong("shape", "pool_backward", (("np.zeros(A_prev.shape)", "np.zeros(dA.shape)"),),
              ("shape_of_the_output",)),
        Wrong("capitals", "pool_backward",
              (('"max"', '"MAX"'), ('"average"', '"AVERAGE"')), ("modes_in_capitals",)),
        Wrong("indices", "pool_backward",
              (("hs : hs + f, c] += mask", "hs, hs + f, c] += mask"),), (),
              "more indices in the brackets than"),
        Wrong("start", "pool_backward", (("dA[i, h, w, c]", "dA[i, vs, hs, c]"),),
              ("gradient_at_the_windows_start",)),
    ],
}  # fmt: skip
