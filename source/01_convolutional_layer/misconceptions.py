"""What goes wrong in the exercises of this lesson, and what a student should read about it.

For each function a reference that is written to be read, a probe that tells mistakes apart, and
the mistakes themselves, as edits of the reference, with the behaviours that they lose; those that
often go together have a name, such as PAD_SHAPE. No edition of the lesson has this file: it stays
with the instructor. `proctor.diagnose.misconceptions` reads it.
"""

import numpy as np

from proctor.testing import APART, Case, Form, Misconception, Misconceptions

# What an exception often means in this lesson, by how its text begins.
HINTS = {"ValueError: negative dimensions": "A size came out negative: print n_H and n_W."}
# The axes of a result that a feedback page shows; two without a name are its rows and columns.
AXES = {4: ("example", None, None, "channel")}


def room(numbers, largest):
    """Return how many numbers a helper makes at most of its arguments' numbers.

    The largest integer among the arguments may be a pad and an f: windows of f * f, at each place
    of an image that a border makes 1 + 2 * pad times as high and as wide.
    """
    return numbers * (1 + 2 * largest) ** 4


def output(result, arguments):
    return result[0]


def cache(result, arguments):
    return result[1], arguments


# ----------------------------------------------------------------------------------------- zero_pad


def zero_pad(X, pad):
    batch = (0, 0)
    rows = (pad, pad)
    columns = (pad, pad)
    channels = (0, 0)
    X_pad = np.pad(X, (batch, rows, columns, channels), mode="constant", constant_values=0)
    return X_pad


def zero_pad_probe(rng):
    X = rng.normal(size=(2, 3, 4, 2))
    # Several widths: a border filled with pad and one filled with 1 are the same for 1.
    return {
        "shape": Case(X, 1, look=lambda X_pad, arguments: np.shape(X_pad)),
        "border": [Case(X, 1), Case(X, 0)],
        "inputs_kept": Case(X, 1, look=lambda X_pad, arguments: arguments),
        "reference": Case(X, 2),
    }


PAD_SHAPE = ("shape", "border", "reference")
PAD_VALUES = ("border", "reference")

ZERO_PAD = Misconceptions(
    zero_pad,
    zero_pad_probe,
    Misconception(
        "batch_padded",
        old="batch = (0, 0)",
        new="batch = (pad, pad)",
        fails=PAD_SHAPE,
        sentence="The batch axis is padded as well: there are empty images before and after "
        "the real ones. Only height and width should grow; axis 0 counts the images.",
    ),
    Misconception(
        "channels_padded",
        old="channels = (0, 0)",
        new="channels = (pad, pad)",
        fails=PAD_SHAPE,
        sentence="The channels are padded as well: each pixel gets channels of zeros. Only "
        "height and width should grow; the last axis stays as it is.",
    ),
    Misconception(
        "channels_first",
        old="(batch, rows, columns, channels)",
        new="(batch, channels, rows, columns)",
        fails=PAD_SHAPE,
        sentence="The last two axes are padded, as if the channels came before height and "
        "width. In this course the channels come last, so height and width are axes 1 and 2.",
    ),
    Misconception(
        "first_axes",
        old="(batch, rows, columns, channels)",
        new="(rows, columns, batch, channels)",
        fails=PAD_SHAPE,
        sentence="The first two axes are padded, as for a single image. Here axis 0 is the "
        "batch, so height and width are axes 1 and 2.",
    ),
    Misconception(
        "pairs_missing",
        old="(batch, rows, columns, channels)",
        new="(rows, columns, channels)",
        fails=("shape", "border", "inputs_kept", "reference"),
        sentence="np.pad gets fewer pairs than X has axes, so it cannot tell which pair belongs "
        "to which axis. It needs four, in the order of the axes; an axis that should not grow "
        "has a pair, too.",
        forms=(Form(("(batch, rows, columns, channels)", "(rows, columns)")),),
    ),
    Misconception(
        "before_only",
        old="rows = (pad, pad)\n    columns = (pad, pad)",
        new="rows = (pad, 0)\n    columns = (pad, 0)",
        fails=PAD_SHAPE,
        sentence="The border stands above and on the left only. It should surround the image: "
        "the bottom and the right side need one as wide.",
    ),
    Misconception(
        "after_only",
        old="rows = (pad, pad)\n    columns = (pad, pad)",
        new="rows = (0, pad)\n    columns = (0, pad)",
        fails=PAD_SHAPE,
        sentence="The border stands below and on the right only. It should surround the "
        "image: the top and the left side need one as wide.",
    ),
    Misconception(
        "columns_not_padded",
        old="columns = (pad, pad)",
        new="columns = (0, 0)",
        fails=PAD_SHAPE,
        sentence="There are new rows above and below, but no new columns left and right. The "
        "width should grow just like the height.",
    ),
    Misconception(
        "rows_not_padded",
        old="rows = (pad, pad)",
        new="rows = (0, 0)",
        fails=PAD_SHAPE,
        sentence="There are new columns left and right, but no new rows above and below. The "
        "height should grow just like the width.",
    ),
    Misconception(
        "twice_as_wide",
        old="rows = (pad, pad)\n    columns = (pad, pad)",
        new="rows = (2 * pad, 2 * pad)\n    columns = (2 * pad, 2 * pad)",
        fails=PAD_SHAPE,
        sentence="The border is twice as wide as it should be. The size grows by twice the "
        "pad because there are two sides; each side gets it once.",
    ),
    Misconception(
        "filled_with_pad",
        old="constant_values=0",
        new="constant_values=pad",
        fails=PAD_VALUES,
        sentence="The border holds the number pad itself. The pad only says how wide the "
        "border is; what stands in it should be zeros.",
    ),
    Misconception(
        "filled_with_ones",
        old="constant_values=0",
        new="constant_values=1",
        fails=PAD_VALUES,
        sentence="The border is filled with ones. A filter would take them for bright "
        "pixels; the border should hold zeros, which add nothing to a sum.",
    ),
    Misconception(
        "edge_repeated",
        old='mode="constant", constant_values=0',
        new='mode="edge"',
        fails=PAD_VALUES,
        sentence="The border repeats the outermost pixels. It should hold zeros, whatever "
        "the image looks like at its edge.",
    ),
    Misconception(
        "image_mirrored",
        old='mode="constant", constant_values=0',
        new='mode="reflect"',
        fails=PAD_VALUES,
        sentence="The border mirrors the image. It should hold zeros, whatever the image "
        "looks like at its edge.",
    ),
    Misconception(
        "first_image_repeated",
        old="np.pad(X,",
        new="np.pad(np.repeat(X[:1], len(X), axis=0),",
        fails=PAD_VALUES,
        sentence="Every image of the result is the first one. Each image of the batch should "
        "be padded and keep its place.",
    ),
    Misconception(
        "one_image_only",
        old="return X_pad",
        new="return X_pad[0]",
        fails=PAD_SHAPE,
        sentence="The result is a single image without a batch axis. It should hold all "
        "images of the batch, so it has four axes, like X.",
    ),
    Misconception(
        "input_returned",
        old="return X_pad",
        new="return X",
        fails=PAD_SHAPE,
        sentence="What comes back is X, without a border. Padding makes a new array, and "
        "that one should be returned.",
    ),
    Misconception(
        "fractions_cut",
        old="return X_pad",
        new="return X_pad.astype(int)",
        fails=PAD_VALUES,
        sentence="The values lose what stands behind the point, as when they are stored in an "
        "array of integers. The image should stand in the middle as it was.",
    ),
    Misconception(
        "border_over_image",
        old="X_pad = np.pad(X, (batch, rows, columns, channels), "
        'mode="constant", constant_values=0)',
        new="X_pad = X\n    X_pad[:, :pad] = X_pad[:, X.shape[1] - pad :] = 0\n"
        "    X_pad[:, :, :pad] = X_pad[:, :, X.shape[2] - pad :] = 0",
        fails=("shape", "border", "inputs_kept", "reference"),
        sentence="The zeros are written over the outer pixels of X itself, so part of the "
        "image is lost, for the caller, too. The border should lie around the image, in a new "
        "and larger array.",
    ),
)


# --------------------------------------------------------------------------------- conv_single_step


def conv_single_step(a_slice_prev, W, b):
    products = a_slice_prev * W
    total = np.sum(products)
    Z = total + b.item()
    return Z


def conv_single_step_probe(rng):
    def case(shape, sign, bias, look):
        """A call whose products have a sum of the given sign."""
        window, weights = rng.uniform(0.1, 1, size=(2, *shape))
        weights[0, 0, 0] *= -0.5
        return Case(window, sign * weights, np.full((1, 1, 1), bias), look=look)

    def number(Z, arguments):
        return np.reshape(Z, ())

    return {
        "product_sum": [case((2, 3, 2), 1, 0.0, number), case((3, 3, 2), -1, 0.0, number)],
        # Without weights only the bias is left.
        "bias_once": [
            case((2, 3, 2), 0, rng.uniform(1, 2), number),
            case((2, 3, 2), 0, -rng.uniform(1, 2), number),
        ],
        "returns_scalar": case((2, 2, 3), 1, 1.0, lambda Z, arguments: np.shape(Z)),
        "inputs_kept": case((2, 2, 3), 1, 1.0, lambda Z, arguments: arguments),
        "reference": case((3, 3, 2), -1, -rng.uniform(1, 2), number),
    }


STEP_NUMBER = ("product_sum", "bias_once", "reference")
STEP_BIAS = ("bias_once", "reference")
STEP_SUM = ("product_sum", "reference")
STEP_SHAPE = ("product_sum", "bias_once", "returns_scalar", "reference")

CONV_SINGLE_STEP = Misconceptions(
    conv_single_step,
    conv_single_step_probe,
    Misconception(
        "bias_in_sum",
        old="np.sum(products)\n    Z = total + b.item()",
        new="np.sum(products + b.item())\n    Z = total",
        fails=STEP_BIAS,
        sentence="The bias is inside the sum, so it counts once for every product. It should "
        "join once, after everything has been added up.",
    ),
    Misconception(
        "bias_dropped",
        old="total + b.item()",
        new="total",
        fails=STEP_BIAS,
        sentence="The bias is never added. After the sum of the products it should raise the "
        "result by itself.",
    ),
    Misconception(
        "bias_subtracted",
        old="total + b.item()",
        new="total - b.item()",
        fails=STEP_BIAS,
        sentence="The bias is taken away from the sum. It should be added to it.",
    ),
    Misconception(
        "bias_multiplied",
        old="total + b.item()",
        new="total * b.item()",
        fails=STEP_NUMBER,
        sentence="The sum is multiplied by the bias. The bias should be added: a bias of 0 "
        "changes nothing.",
    ),
    Misconception(
        "array_returned",
        old="b.item()",
        new="b",
        fails=("returns_scalar",),
        sentence="The number is right, but it is wrapped in an array of the bias's shape, "
        "(1, 1, 1). Take the number out of b before you add it, so that the result has no "
        "axes.",
    ),
    Misconception(
        "added_for_multiplied",
        old="a_slice_prev * W",
        new="a_slice_prev + W",
        fails=STEP_NUMBER,
        sentence="Window and weights are added number by number. They should be multiplied: "
        "a weight of 0 means that this pixel does not matter.",
    ),
    Misconception(
        "matrix_product",
        old="a_slice_prev * W",
        new="np.matmul(a_slice_prev, W)",
        fails=("product_sum", "bias_once", "returns_scalar", "inputs_kept", "reference"),
        sentence="Window and weights are multiplied as matrices. Each number of the window "
        "should meet only the weight that lies on it.",
        forms=(Form(("a_slice_prev * W", "np.dot(a_slice_prev, W)")),),
    ),
    Misconception(
        "sums_multiplied",
        old="np.sum(products)",
        new="np.sum(a_slice_prev) * np.sum(W)",
        fails=STEP_SUM,
        sentence="Window and weights are added up first, and then the two sums are multiplied. "
        "Each number should be multiplied by the weight that lies on it, before anything is "
        "added up.",
    ),
    Misconception(
        "mean_for_sum",
        old="np.sum(products)",
        new="np.mean(products)",
        fails=STEP_SUM,
        sentence="The products are averaged. They should be added up, and not divided by "
        "their number.",
    ),
    Misconception(
        "sum_over_rows",
        old="np.sum(products)",
        new="np.sum(products, axis=0)",
        fails=STEP_SHAPE,
        sentence="The products are added up along the first axis only. The sum should run "
        "over all three axes, so that one number is left.",
    ),
    Misconception(
        "sum_without_channels",
        old="np.sum(products)",
        new="np.sum(products, axis=(0, 1))",
        fails=STEP_SHAPE,
        sentence="There is one sum for each channel. A filter joins all channels, so the sum "
        "should run over the last axis, too.",
    ),
    Misconception(
        "products_not_summed",
        old="np.sum(products)",
        new="products",
        fails=STEP_SHAPE,
        sentence="The products come back one by one. They should be added up to one number "
        "before the bias joins.",
    ),
    Misconception(
        "negative_cut",
        old="return Z",
        new="return max(Z, 0.0)",
        fails=STEP_NUMBER,
        sentence="Negative results become 0. That is an activation, and it comes after the "
        "layer; here the sum should stay as it is, of either sign.",
    ),
    Misconception(
        "fraction_cut",
        old="return Z",
        new="return int(Z)",
        fails=STEP_NUMBER,
        sentence="The result is cut to a whole number. It should keep what stands behind "
        "the point.",
    ),
    Misconception(
        "window_changed",
        old="products = a_slice_prev * W",
        new="a_slice_prev *= W\n    products = a_slice_prev",
        fails=("inputs_kept",),
        sentence="The products are written into the window itself. The window is a view of "
        "the image, which the next filters still need: put the products into a new array.",
    ),
)


# ------------------------------------------------------------------------------------- conv_forward


def conv_forward(A_prev, W, b, hparameters):
    m, n_H_prev, n_W_prev, n_C_prev = A_prev.shape
    f, f, n_C_prev, n_C = W.shape
    stride = hparameters["stride"]
    pad = hparameters["pad"]
    n_H = (n_H_prev - f + 2 * pad) // stride + 1
    n_W = (n_W_prev - f + 2 * pad) // stride + 1
    Z = np.zeros((m, n_H, n_W, n_C))
    A_prev_pad = zero_pad(A_prev, pad)
    for i in range(m):
        a_prev_pad = A_prev_pad[i]
        for h in range(n_H):
            for w in range(n_W):
                for c in range(n_C):
                    vert_start = h * stride
                    vert_end = vert_start + f
                    horiz_start = w * stride
                    horiz_end = horiz_start + f
                    a_slice_prev = a_prev_pad[vert_start:vert_end, horiz_start:horiz_end, :]
                    weights = W[:, :, :, c]
                    bias = b[:, :, :, c]
                    Z[i, h, w, c] = conv_single_step(a_slice_prev, weights, bias)
    cache = (A_prev, W, b, hparameters)
    return Z, cache


def conv_forward_probe(rng):
    def case(shape, f, n_C, stride, pad, biases, look):
        A_prev, W = rng.normal(size=shape), rng.normal(size=(f, f, shape[3], n_C))
        b = biases * rng.uniform(1, 2, size=(1, 1, 1, n_C))
        return Case(A_prev, W, b, {"stride": stride, "pad": pad}, look=look)

    # As in the tests, stride and pad are looked at with one filter and no bias.
    return {
        "filters": case((2, 3, 4, 2), 2, 3, 1, 0, 1, output),
        "stride": [
            case((2, 6, 5, 2), 3, 1, 2, 0, 0, output),
            case((1, 4, 7, 2), 3, 1, 3, 0, 0, output),
        ],
        "pad": [
            case((2, 2, 3, 2), 3, 1, 1, 1, 0, output),
            case((1, 1, 2, 2), 3, 1, 1, 2, 0, output),
        ],
        "cache": [
            case((1, 3, 4, 3), 3, 2, 1, 1, 1, cache),
            case((1, 2, 3, 3), 2, 2, 1, 0, 1, cache),
            case((1, 3, 3, 2), 3, 7, 1, 0, 1, cache),
            case((1, 3, 3, 2), 2, 1, 1, 1, 1, cache),
        ],
        "reference": case((2, 4, 5, 2), 3, 3, 2, 1, 1, output),
        # High and wide, with lengths of which no two are equal; a single channel; a filter of one
        # pixel. In the first a loop that ends too early still begins.
        APART: [
            case((2, 7, 5, 2), 2, 1, 1, 0, 0, output),
            case((2, 5, 8, 4), 3, 5, 2, 1, 1, output),
            case((1, 3, 4, 1), 2, 3, 1, 0, 1, output),
            case((2, 3, 4, 3), 1, 1, 1, 0, 1, output),
        ],
    }


# How far whoever puts the channels first goes with it.
SHAPE = ("m, n_H_prev, n_W_prev, n_C_prev = A_prev", "m, n_C_prev, n_H_prev, n_W_prev = A_prev")
FILTERS = ("f, f, n_C_prev, n_C = W", "n_C, n_C_prev, f, f = W")
ZEROS = ("np.zeros((m, n_H, n_W, n_C))", "np.zeros((m, n_C, n_H, n_W))")
PLACE = ("Z[i, h, w, c]", "Z[i, c, h, w]")
SLICE = (
    "[vert_start:vert_end, horiz_start:horiz_end, :]",
    "[:, vert_start:vert_end, horiz_start:horiz_end]",
)
FILTER, BIAS = ("W[:, :, :, c]", "W[c]"), ("b[:, :, :, c]", "b[c]")
CHANNELS_FIRST = (
    Form(SHAPE, ZEROS, PLACE),
    Form(SHAPE, SLICE),
    Form(SHAPE, ZEROS, PLACE, SLICE),
    Form(SHAPE, FILTERS),
    Form(SHAPE, FILTERS, ZEROS, PLACE, SLICE),
    Form(SHAPE, FILTERS, ZEROS, PLACE, SLICE, FILTER),
    Form(SHAPE, FILTERS, ZEROS, PLACE, SLICE, FILTER, BIAS),
)
CONV_OUTPUT = ("filters", "stride", "pad", "reference")
CONV_ALL = ("filters", "stride", "pad", "cache", "reference")
CONV_STRIDE = ("stride", "reference")
CONV_FILTERS = ("filters", "reference")
CONV_PAD = ("pad", "reference")

CONV_FORWARD = Misconceptions(
    conv_forward,
    conv_forward_probe,
    Misconception(
        "stride_forgotten",
        old=" * stride",
        new="",
        fails=CONV_STRIDE,
        sentence="The windows move by one, whatever the stride. The place in the output has "
        "to be multiplied by the stride to find where its window begins, in both directions.",
    ),
    Misconception(
        "stride_forgotten_in_rows",
        old="h * stride",
        new="h",
        fails=CONV_STRIDE,
        sentence="Downwards the windows move by one, whatever the stride; to the right they "
        "move as they should. Rows need the stride, too.",
    ),
    Misconception(
        "stride_forgotten_in_columns",
        old="w * stride",
        new="w",
        fails=CONV_STRIDE,
        sentence="To the right the windows move by one, whatever the stride; downwards they "
        "move as they should. Columns need the stride, too.",
    ),
    Misconception(
        "stride_fixed_at_1",
        old='hparameters["stride"]',
        new="1",
        fails=CONV_STRIDE,
        sentence="The stride plays no part: the result is that of stride 1. Read it from "
        "hparameters, for the sizes and for the windows.",
    ),
    Misconception(
        "stride_missing_in_sizes",
        old="// stride + 1",
        new="+ 1",
        fails=CONV_STRIDE,
        sentence="The sizes n_H and n_W don't depend on the stride. A larger step leaves "
        "fewer places, as the formula for the sizes says.",
    ),
    Misconception(
        "one_not_added",
        old="// stride + 1",
        new="// stride",
        fails=CONV_OUTPUT,
        sentence="There is one row and one column too few. The division counts the steps, "
        "and the place where the window begins comes on top: look at the end of the formula.",
    ),
    Misconception(
        "sizes_rounded_up",
        old="// stride + 1",
        new="// -stride * -1 + 1",
        fails=CONV_STRIDE,
        sentence="The sizes are rounded up, so the last windows stick out of the image. They "
        "should be rounded down: a window that does not fit is left out.",
    ),
    Misconception(
        "sizes_are_floats",
        old="// stride",
        new="/ stride",
        fails=CONV_ALL,
        sentence="The sizes come out of a division as floats, and an array cannot be 2.0 "
        "rows high. Sizes should be whole numbers, rounded down.",
    ),
    Misconception(
        "pad_ignored",
        old="n_H = (n_H_prev - f + 2 * pad) // stride + 1\n"
        "    n_W = (n_W_prev - f + 2 * pad) // stride + 1\n"
        "    Z = np.zeros((m, n_H, n_W, n_C))\n"
        "    A_prev_pad = zero_pad(A_prev, pad)",
        new="n_H = (n_H_prev - f) // stride + 1\n"
        "    n_W = (n_W_prev - f) // stride + 1\n"
        "    Z = np.zeros((m, n_H, n_W, n_C))\n"
        "    A_prev_pad = A_prev",
        fails=CONV_PAD,
        sentence="The pad plays no part, neither in the sizes nor in the images. Pad the "
        "images first; the sizes grow with them.",
    ),
    Misconception(
        "pad_missing_in_sizes",
        old=" + 2 * pad",
        new="",
        fails=CONV_PAD,
        sentence="The sizes n_H and n_W are those without a border, so the last windows are "
        "never visited. The pad belongs into the formula for the sizes.",
    ),
    Misconception(
        "pad_counted_once",
        old="2 * pad",
        new="pad",
        fails=CONV_PAD,
        sentence="The pad counts only once in the sizes. There is a border on either side, "
        "so it should count twice.",
    ),
    Misconception(
        "images_not_padded",
        old="zero_pad(A_prev, pad)",
        new="A_prev",
        fails=("pad", "cache", "reference"),
        sentence="The sizes take the border in, but the windows are cut from the images "
        "without it, so the last windows are incomplete. Cut them from the padded images.",
    ),
    Misconception(
        "pad_fixed_at_1",
        old='hparameters["pad"]',
        new="1",
        fails=("filters", "stride", "pad"),
        sentence="The border is one wide, whatever the pad. Read its width from hparameters.",
    ),
    Misconception(
        "stride_and_pad_swapped",
        old='stride = hparameters["stride"]\n    pad = hparameters["pad"]',
        new='stride = hparameters["pad"]\n    pad = hparameters["stride"]',
        fails=CONV_ALL,
        sentence="Stride and pad are mixed up: what is read from hparameters as the one is "
        "used as the other. Look at the two names side by side.",
    ),
    Misconception(
        "channels_first",
        old="m, n_H_prev, n_W_prev, n_C_prev = A_prev.shape",
        new="m, n_C_prev, n_H_prev, n_W_prev = A_prev.shape",
        fails=CONV_ALL,
        sentence="The shape of A_prev is read as if the channels came first. In this course "
        "they come last: examples, height, width, channels.",
        forms=CHANNELS_FIRST,
    ),
    Misconception(
        "width_from_height",
        old="n_W_prev - f",
        new="n_H_prev - f",
        fails=CONV_OUTPUT,
        sentence="n_W is computed from the height of the input. Square images hide this; the "
        "width of the output should come from the width of the input.",
    ),
    Misconception(
        "height_from_width",
        old="n_H_prev - f",
        new="n_W_prev - f",
        fails=CONV_ALL,
        sentence="n_H is computed from the width of the input. Square images hide this; the "
        "height of the output should come from the height of the input.",
    ),
    Misconception(
        "horiz_from_h",
        old="w * stride",
        new="h * stride",
        fails=CONV_OUTPUT,
        sentence="horiz_start is computed from h, the row of the output. It should follow "
        "its column; h belongs to vert_start.",
    ),
    Misconception(
        "vert_from_w",
        old="h * stride",
        new="w * stride",
        fails=CONV_ALL,
        sentence="vert_start is computed from w, the column of the output. It should follow "
        "its row; w belongs to horiz_start.",
    ),
    Misconception(
        "slice_axes_swapped",
        old="[vert_start:vert_end, horiz_start:horiz_end, :]",
        new="[horiz_start:horiz_end, vert_start:vert_end, :]",
        fails=CONV_ALL,
        sentence="The windows are cut out with rows and columns swapped: h moves them to the "
        "right, and w downwards. In an image the first axis is the height, so h and the vertical "
        "limits belong there.",
    ),
    Misconception(
        "output_axes_swapped",
        old="Z[i, h, w, c]",
        new="Z[i, w, h, c]",
        fails=CONV_ALL,
        sentence="h and w are swapped where the result is stored. Z has its rows on axis 1 "
        "and its columns on axis 2.",
    ),
    Misconception(
        "window_one_short",
        old=" + f\n",
        new=" + f - 1\n",
        fails=CONV_ALL,
        sentence="The window is one too small. The end of a slice is not part of it any "
        "more, so a window of f rows ends f after its start.",
        forms=(
            Form(("vert_start + f\n", "vert_start + f - 1\n")),
            Form(("horiz_start + f\n", "horiz_start + f - 1\n")),
        ),
    ),
    Misconception(
        "window_one_long",
        old=" + f\n",
        new=" + f + 1\n",
        fails=CONV_ALL,
        sentence="The window is one too large. The end of a slice is not part of it any "
        "more, so a window of f rows ends f after its start.",
    ),
    Misconception(
        "window_as_large_as_stride",
        old=" + f\n",
        new=" + stride\n",
        fails=CONV_OUTPUT,
        sentence="The window is as large as the stride. Its size is that of the filter; the "
        "stride only says how far it moves.",
    ),
    Misconception(
        "one_channel_of_window",
        old="horiz_start:horiz_end, :]",
        new="horiz_start:horiz_end, :1]",
        fails=CONV_OUTPUT,
        sentence="The window holds only one channel of the image. A filter is as deep as the "
        "input: cut out all channels.",
    ),
    Misconception(
        "filter_axis_wrong",
        old="W[:, :, :, c]",
        new="W[:, :, c, :]",
        fails=CONV_ALL,
        sentence="The filter is picked on the axis of the input channels. W has its filters "
        "on the last axis.",
    ),
    Misconception(
        "filter_axis_first",
        old="W[:, :, :, c]",
        new="W[c]",
        fails=CONV_ALL,
        sentence="The filter is picked on the first axis of W, which is the height of the "
        "filters. W has its filters on the last axis.",
    ),
    Misconception(
        "filters_before_c",
        old="W[:, :, :, c]",
        new="W[:, :, :, :c]",
        fails=CONV_ALL,
        sentence="All filters before number c are taken, for the first one none at all. A "
        "colon makes a range; only the one with index c is wanted.",
    ),
    Misconception(
        "first_filter_repeated",
        old="W[:, :, :, c]",
        new="W[:, :, :, 0]",
        fails=CONV_FILTERS,
        sentence="All maps are made by the first filter. Map c should be made by filter c.",
    ),
    Misconception(
        "filter_flipped",
        old="W[:, :, :, c]",
        new="W[::-1, ::-1, :, c]",
        fails=CONV_OUTPUT,
        sentence="The filter is turned around before it is applied, as mathematicians define "
        "a convolution. Networks leave it as it is.",
    ),
    Misconception(
        "bias_axis_first",
        old="b[:, :, :, c]",
        new="b[c]",
        fails=("filters", "cache", "reference"),
        sentence="A step does not get the one bias of its filter: b is handed over whole, or "
        "picked on its first axis, which has only one entry. The biases stand on the last of its "
        "four axes.",
        forms=(Form(("b[:, :, :, c]", "b")),),
    ),
    Misconception(
        "first_bias_repeated",
        old="b[:, :, :, c]",
        new="b[:, :, :, 0]",
        fails=CONV_FILTERS,
        sentence="All maps get the bias of the first filter. Each filter has a bias of its own.",
    ),
    Misconception(
        "bias_dropped",
        old="b[:, :, :, c]",
        new="np.zeros((1, 1, 1))",
        fails=CONV_FILTERS,
        sentence="conv_forward leaves the biases out. Each filter has one in b; it is part "
        "of every step.",
    ),
    Misconception(
        "bias_in_sum",
        old="conv_single_step(a_slice_prev, weights, bias)",
        new="np.sum(a_slice_prev * weights + bias)",
        fails=CONV_FILTERS,
        sentence="conv_forward adds the bias to every product. It should join once, after "
        "the sum, as in a single step.",
    ),
    Misconception(
        "first_image_repeated",
        old="A_prev_pad[i]",
        new="A_prev_pad[0]",
        fails=CONV_OUTPUT,
        sentence="All windows are cut from the first image. Example i of the output should "
        "be made from example i of the batch.",
    ),
    Misconception(
        "last_image_everywhere",
        old="Z[i, h, w, c]",
        new="Z[:, h, w, c]",
        fails=CONV_OUTPUT,
        sentence="Each result is stored for all images at once, so in the end all of them "
        "hold the last image's. Store it only for the image that it was made from.",
    ),
    Misconception(
        "one_image_only",
        old="return Z, cache",
        new="return Z[0], cache",
        fails=CONV_OUTPUT,
        sentence="The output is that of a single image, without a batch axis. It should hold "
        "all examples of the batch, so it has four axes.",
    ),
    Misconception(
        "return_after_first_image",
        old="    cache = (A_prev, W, b, hparameters)\n    return Z, cache",
        new="        cache = (A_prev, W, b, hparameters)\n        return Z, cache",
        fails=CONV_OUTPUT,
        sentence="The function returns after the first image; the others stay 0. The return "
        "should stand behind all loops, with the indentation of the first of them.",
    ),
    Misconception(
        "return_after_first_row",
        old="    cache = (A_prev, W, b, hparameters)\n    return Z, cache",
        new="            cache = (A_prev, W, b, hparameters)\n            return Z, cache",
        fails=CONV_OUTPUT,
        sentence="The function returns after the first row of the first image; all else "
        "stays 0. The return should stand behind all loops.",
    ),
    Misconception(
        "last_row_skipped",
        old="range(n_H)",
        new="range(n_H - 1)",
        fails=CONV_OUTPUT,
        sentence="The last row of the output is never computed. A range ends before its "
        "limit by itself; nothing has to be taken off.",
    ),
    Misconception(
        "last_column_skipped",
        old="range(n_W)",
        new="range(n_W - 1)",
        fails=CONV_OUTPUT,
        sentence="The last column of the output is never computed. A range ends before its "
        "limit by itself; nothing has to be taken off.",
    ),
    Misconception(
        "output_of_integers",
        old="np.zeros((m, n_H, n_W, n_C))",
        new="np.zeros((m, n_H, n_W, n_C), dtype=int)",
        fails=CONV_OUTPUT,
        sentence="Z is an array of integers, so every value loses what stands behind the "
        "point. Let it hold floats.",
    ),
    Misconception(
        "negative_cut",
        old="return Z, cache",
        new="return np.maximum(Z, 0), cache",
        fails=CONV_OUTPUT,
        sentence="Negative values of the output become 0. That is an activation, and a step "
        "of its own after this layer.",
    ),
    Misconception(
        "cache_incomplete",
        old="cache = (A_prev, W, b, hparameters)",
        new="cache = (A_prev, W, b)",
        fails=("cache",),
        sentence="hparameters is missing in the cache. The backward pass needs stride and "
        "pad again.",
    ),
    Misconception(
        "cache_reversed",
        old="cache = (A_prev, W, b, hparameters)",
        new="cache = (hparameters, b, W, A_prev)",
        fails=("cache",),
        sentence="The cache holds the right things in the reverse order. The backward pass "
        "unpacks them in the order of the arguments.",
    ),
    Misconception(
        "cache_holds_padded",
        old="cache = (A_prev, W, b, hparameters)",
        new="cache = (A_prev_pad, W, b, hparameters)",
        fails=("cache",),
        sentence="The cache holds the padded images. The backward pass pads by itself, so it "
        "needs A_prev as it came in.",
    ),
    Misconception(
        "cache_not_returned",
        old="return Z, cache",
        new="return Z",
        fails=CONV_ALL,
        sentence="Only the output comes back. conv_forward should return two things, the "
        "output and the cache.",
    ),
    Misconception(
        "start_from_the_sizes",
        old="vert_start = h * stride",
        new="vert_start = n_H * stride",
        fails=CONV_ALL,
        sentence="A window begins at a place computed from the size of the output, n_H or n_W, so "
        "it is the same for every h or w. It should move with the row h and the column w.",
        forms=(
            Form(("horiz_start = w * stride", "horiz_start = n_W * stride")),
            Form(("h * stride", "n_H * stride"), ("w * stride", "n_W * stride")),
        ),
    ),
    Misconception(
        "horiz_from_c",
        old="w * stride",
        new="c * stride",
        fails=CONV_ALL,
        sentence="horiz_start is computed from c, the number of the filter. It should follow the "
        "column w: every filter visits the same windows.",
    ),
    Misconception(
        "stride_is_f",
        old=" * stride",
        new=" * f",
        fails=CONV_ALL,
        sentence="The windows move by their own size f. How far they move is the stride; f says "
        "how large they are.",
    ),
    Misconception(
        "stride_added",
        old=" * stride",
        new=" + stride",
        fails=CONV_ALL,
        sentence="The stride is added to the place in the output. Each place is one stride "
        "further than the one before, so the two are multiplied, and the first window begins at 0.",
    ),
    Misconception(
        "rows_over_the_width",
        old="for h in range(n_H)",
        new="for h in range(n_W)",
        fails=CONV_ALL,
        sentence="A loop runs over the wrong length: that over the rows to n_W, or that over the "
        "columns to n_H. Square outputs hide this; there are n_H rows and n_W columns.",
        forms=(
            Form(("for w in range(n_W)", "for w in range(n_H)"), fails=CONV_OUTPUT),
            Form(
                ("for h in range(n_H)", "for h in range(n_W)"),
                ("for w in range(n_W)", "for w in range(n_H)"),
            ),
        ),
    ),
    Misconception(
        "loops_over_the_input",
        old="for h in range(n_H)",
        new="for h in range(n_H_prev)",
        fails=CONV_ALL,
        sentence="A loop runs over the rows or columns of the input. It should run over those of "
        "the output, one for each place of the window.",
        forms=(
            Form(("for w in range(n_W)", "for w in range(n_W_prev)")),
            Form(
                ("for h in range(n_H)", "for h in range(n_H_prev)"),
                ("for w in range(n_W)", "for w in range(n_W_prev)"),
            ),
        ),
    ),
    Misconception(
        "loops_end_early",
        old="range(n_H)",
        new="range(n_H - f)",
        fails=CONV_OUTPUT,
        sentence="A loop over the output ends f rows or columns too early; these stay 0. That a "
        "window has to fit is in n_H and n_W already.",
        forms=(
            Form(("range(n_W)", "range(n_W - f)")),
            Form(("range(n_H)", "range(n_H - f)"), ("range(n_W)", "range(n_W - f)")),
            Form(("range(n_H)", "range(n_H - f + 1)"), ("range(n_W)", "range(n_W - f + 1)")),
        ),
    ),
    Misconception(
        "loops_beside_each_other",
        old="range(n_H)",
        new="range(n_H)[-1:]",
        fails=CONV_OUTPUT,
        sentence="Of the output only the last row or the last column is filled; all else stays "
        "0. Each loop belongs inside the one before, indented further: a loop that stands beside "
        "it sees only the last value that it counted to.",
        forms=(
            Form(("range(n_W)", "range(n_W)[-1:]")),
            Form(("range(n_H)", "range(n_H)[-1:]"), ("range(n_W)", "range(n_W)[-1:]")),
            Form(
                ("range(n_H)", "range(n_H)[-1:]"),
                ("range(n_W)", "range(n_W)[-1:]"),
                ("range(n_C)", "range(n_C)[-1:]"),
            ),
        ),
    ),
    Misconception(
        "last_image_only",
        old="range(m)",
        new="range(m)[-1:]",
        fails=CONV_OUTPUT,
        sentence="Only the last image of the output is filled; the others stay 0. The loops over "
        "rows, columns and filters belong inside the loop over the images, and the output is "
        "made once, before all of them.",
    ),
    Misconception(
        "last_filter_only",
        old="range(n_C)",
        new="range(n_C)[-1:]",
        fails=CONV_FILTERS,
        sentence="Only the last map of the output is filled; the others stay 0. The step belongs "
        "inside the loop over the filters.",
    ),
    Misconception(
        "channels_of_the_input",
        old="range(n_C)",
        new="range(n_C_prev)",
        fails=CONV_ALL,
        sentence="c counts the channels of the input. It should count the filters, which are as "
        "many as the output has channels.",
    ),
    Misconception(
        "output_as_deep_as_the_input",
        old="np.zeros((m, n_H, n_W, n_C))",
        new="np.zeros((m, n_H, n_W, n_C_prev))",
        fails=CONV_ALL,
        sentence="The output is given as many channels as the input has. It has one for each "
        "filter.",
    ),
    Misconception(
        "output_as_large_as_the_input",
        old="np.zeros((m, n_H, n_W, n_C))",
        new="np.zeros((m, n_H_prev, n_W_prev, n_C))",
        fails=CONV_ALL,
        sentence="The output is given the height and width of the input. It has one row and one "
        "column for each place of the window: n_H and n_W.",
    ),
    Misconception(
        "image_not_taken_out",
        old="A_prev_pad[i]",
        new="A_prev_pad",
        fails=CONV_ALL,
        sentence="The windows are cut from the whole batch, so what should be rows are images. "
        "Take example i out first; then rows, columns and channels are left.",
    ),
    Misconception(
        "channels_before_c",
        old="horiz_start:horiz_end, :]",
        new="horiz_start:horiz_end, :c]",
        fails=CONV_ALL,
        sentence="The window takes in the channels before number c, for the first filter none at "
        "all. c counts filters; every filter is as deep as the input and needs all channels.",
    ),
    Misconception(
        "channel_c_of_window",
        old="horiz_start:horiz_end, :]",
        new="horiz_start:horiz_end, c]",
        fails=CONV_ALL,
        sentence="The window holds only channel c of the input. c counts filters; every filter is "
        "as deep as the input and needs all channels.",
    ),
    Misconception(
        "all_filters_at_once",
        old="W[:, :, :, c]",
        new="W",
        fails=CONV_ALL,
        sentence="A step gets all filters at once. It should get the one with index c.",
    ),
    Misconception(
        "cache_taken_apart",
        old="cache = (A_prev, W, b, hparameters)",
        new="cache = (A_prev, W, b, stride, pad)",
        fails=("cache",),
        sentence="The cache holds stride and pad one by one. It should hold hparameters as it "
        "came in: the backward pass unpacks four things.",
    ),
    helpers=("zero_pad", "conv_single_step"),
    styles=(
        # Below 0 it rounds the other way.
        Form(
            ("(n_H_prev - f + 2 * pad) // stride", "int((n_H_prev - f + 2 * pad) / stride)"),
            ("(n_W_prev - f + 2 * pad) // stride", "int((n_W_prev - f + 2 * pad) / stride)"),
        ),
    ),
)


# ------------------------------------------------------------------------------------- pool_forward


def pool_forward(A_prev, hparameters, mode="max"):
    m, n_H_prev, n_W_prev, n_C = A_prev.shape
    f = hparameters["f"]
    stride = hparameters["stride"]
    n_H = (n_H_prev - f) // stride + 1
    n_W = (n_W_prev - f) // stride + 1
    A = np.zeros((m, n_H, n_W, n_C))
    for i in range(m):
        for h in range(n_H):
            for w in range(n_W):
                for c in range(n_C):
                    vert_start = h * stride
                    vert_end = vert_start + f
                    horiz_start = w * stride
                    horiz_end = horiz_start + f
                    a_slice_prev = A_prev[i, vert_start:vert_end, horiz_start:horiz_end, c]
                    if mode == "max":
                        A[i, h, w, c] = np.max(a_slice_prev)
                    elif mode == "average":
                        A[i, h, w, c] = np.mean(a_slice_prev)
    cache = (A_prev, hparameters)
    return A, cache


def pool_forward_probe(rng):
    def case(A_prev, f, stride, look, **mode):
        return Case(A_prev, {"f": f, "stride": stride}, look=look, **mode)

    def positive(*shape):
        return rng.uniform(1, 3, size=shape)

    mixed = positive(2, 4, 4, 3)
    mixed[:, 1, 1] -= 6
    # As in the tests: maxima below 0 in one place only, there whole numbers.
    return {
        "max": [
            case(-np.rint(100 * positive(2, 3, 4, 2)), 2, 1, output),
            case(-np.rint(100 * positive(1, 4, 3, 3)), 3, 1, output, mode="max"),
        ],
        "average": [
            case(positive(2, 3, 4, 2) - 2, 2, 1, output, mode="average"),
            case(positive(2, 3, 5, 2) - 2, 3, 2, output, mode="average"),
            case(positive(2, 5, 3, 2) - 2, 3, 2, output, mode="average"),
        ],
        "stride": [
            case(positive(2, 4, 6, 2), 3, 2, output),
            case(positive(1, 6, 4, 4), 3, 2, output),
        ],
        # The output as well, since a constant does not earn this behaviour.
        "cache": case(positive(1, 4, 5, 2), 2, 1, lambda *call: (cache(*call), np.any(call[0][0]))),
        "reference": [
            case(mixed, 3, 1, output, mode="max"),
            case(positive(2, 5, 5, 3), 3, 2, output, mode="average"),
        ],
        # High and wide, with lengths of which no two are equal; in the first a loop that ends
        # too early still begins.
        APART: [
            case(positive(2, 7, 5, 4), 2, 1, output),
            case(positive(2, 5, 9, 4), 3, 2, output),
            case(positive(1, 7, 5, 4), 2, 2, output, mode="average"),
            case(positive(2, 4, 4, 3), 2, 2, output, mode="max"),
        ],
    }


POOL_SHAPE = ("m, n_H_prev, n_W_prev, n_C = A_prev", "m, n_C, n_H_prev, n_W_prev = A_prev")
POOL_PLACE = ("A[i, h, w, c]", "A[i, c, h, w]")
POOL_SLICE = (
    "A_prev[i, vert_start:vert_end, horiz_start:horiz_end, c]",
    "A_prev[i, c, vert_start:vert_end, horiz_start:horiz_end]",
)
POOL_OUTPUT = ("max", "average", "stride", "reference")
POOL_ALL = ("max", "average", "stride", "cache", "reference")
POOL_STRIDE = ("average", "stride", "reference")
POOL_AVERAGE = ("average", "reference")
POOL_SIZES = ("max", "average", "stride")
POOL_MAX = ("max", "stride", "reference")

POOL_FORWARD = Misconceptions(
    pool_forward,
    pool_forward_probe,
    Misconception(
        "stride_forgotten",
        old=" * stride",
        new="",
        fails=POOL_STRIDE,
        sentence="The windows move by one, whatever the stride. The place in the output has "
        "to be multiplied by the stride to find where its window begins, in both directions.",
    ),
    Misconception(
        "stride_fixed_at_1",
        old='hparameters["stride"]',
        new="1",
        fails=POOL_STRIDE,
        sentence="The stride plays no part: the result is that of stride 1. Read it from "
        "hparameters, for the sizes and for the windows.",
    ),
    Misconception(
        "stride_is_f",
        old='hparameters["stride"]',
        new="f",
        fails=POOL_OUTPUT,
        sentence="The windows always move by their own size. That is common in pooling, but "
        "the stride in hparameters decides.",
    ),
    Misconception(
        "one_not_added",
        old="// stride + 1",
        new="// stride",
        fails=POOL_OUTPUT,
        sentence="There is one row and one column too few. The division counts the steps, "
        "and the place where the window begins comes on top: look at the end of the formula.",
    ),
    Misconception(
        "sizes_are_floats",
        old="// stride",
        new="/ stride",
        fails=POOL_ALL,
        sentence="The sizes come out of a division as floats, and an array cannot be 2.0 "
        "rows high. Sizes should be whole numbers, rounded down.",
    ),
    Misconception(
        "sizes_rounded_up",
        old="// stride + 1",
        new="// -stride * -1 + 1",
        fails=("stride",),
        sentence="The sizes are rounded up, so the last windows stick out of the image. They "
        "should be rounded down: a window that does not fit is left out.",
    ),
    Misconception(
        "width_from_height",
        old="n_W_prev - f",
        new="n_H_prev - f",
        fails=POOL_SIZES,
        sentence="n_W is computed from the height of the input. Square images hide this; the "
        "width of the output should come from the width of the input.",
    ),
    Misconception(
        "height_from_width",
        old="n_H_prev - f",
        new="n_W_prev - f",
        fails=POOL_SIZES,
        sentence="n_H is computed from the width of the input. Square images hide this; the "
        "height of the output should come from the height of the input.",
    ),
    Misconception(
        "horiz_from_h",
        old="w * stride",
        new="h * stride",
        fails=POOL_OUTPUT,
        sentence="horiz_start is computed from h, the row of the output. It should follow "
        "its column; h belongs to vert_start.",
    ),
    Misconception(
        "vert_from_w",
        old="h * stride",
        new="w * stride",
        fails=POOL_OUTPUT,
        sentence="vert_start is computed from w, the column of the output. It should follow "
        "its row; w belongs to horiz_start.",
    ),
    Misconception(
        "over_all_channels",
        old="horiz_end, c]",
        new="horiz_end, :]",
        fails=POOL_OUTPUT,
        sentence="The window takes in all channels, so they are mixed. Pooling treats each "
        "channel by itself: cut out channel c only.",
    ),
    Misconception(
        "channels_before_c",
        old="horiz_end, c]",
        new="horiz_end, :c]",
        fails=POOL_ALL,
        sentence="The window takes in all channels before number c, for the first one none at "
        "all. A colon makes a range; only the channel with index c is wanted.",
    ),
    Misconception(
        "first_channel_repeated",
        old="horiz_end, c]",
        new="horiz_end, 0]",
        fails=POOL_OUTPUT,
        sentence="All channels of the output are made from the first one. Channel c should "
        "be made from channel c.",
    ),
    Misconception(
        "whole_map",
        old="vert_start:vert_end, horiz_start:horiz_end, c]",
        new=":, :, c]",
        fails=POOL_OUTPUT,
        sentence="The whole map is pooled at every place. Only the window that belongs to "
        "the place should be.",
    ),
    Misconception(
        "first_image_repeated",
        old="A_prev[i,",
        new="A_prev[0,",
        fails=POOL_OUTPUT,
        sentence="All windows are cut from the first volume. Example i of the output should "
        "be made from example i of the batch.",
    ),
    Misconception(
        "window_one_short",
        old=" + f\n",
        new=" + f - 1\n",
        fails=POOL_OUTPUT,
        sentence="The window is one too small. The end of a slice is not part of it any "
        "more, so a window of f rows ends f after its start.",
        forms=(
            Form(("vert_start + f\n", "vert_start + f - 1\n")),
            Form(("horiz_start + f\n", "horiz_start + f - 1\n")),
        ),
    ),
    Misconception(
        "window_as_large_as_stride",
        old=" + f\n",
        new=" + stride\n",
        fails=POOL_OUTPUT,
        sentence="The window is as large as the stride. Its size is f; the stride only says "
        "how far it moves.",
    ),
    Misconception(
        "window_of_two",
        old='hparameters["f"]',
        new="2",
        fails=POOL_OUTPUT,
        sentence="The window is 2 by 2, whatever f. Read its size from hparameters.",
    ),
    Misconception(
        "slice_axes_swapped",
        old="vert_start:vert_end, horiz_start:horiz_end",
        new="horiz_start:horiz_end, vert_start:vert_end",
        fails=POOL_OUTPUT,
        sentence="The windows are cut out with rows and columns swapped: h moves them to the "
        "right, and w downwards. The first of the two axes is the height, so h and the vertical "
        "limits belong there.",
    ),
    Misconception(
        "output_axes_swapped",
        old="A[i, h, w, c]",
        new="A[i, w, h, c]",
        fails=POOL_ALL,
        sentence="h and w are swapped where the result is stored. A has its rows on axis 1 "
        "and its columns on axis 2.",
    ),
    Misconception(
        "maximum_from_0",
        old="np.max(a_slice_prev)",
        new="max(0, np.max(a_slice_prev))",
        fails=("max",),
        sentence="The search for the maximum starts at 0, which wins wherever all numbers of "
        "a window are negative. Start with a number of the window itself.",
    ),
    Misconception(
        "maximum_of_sizes",
        old="np.max(a_slice_prev)",
        new="np.max(np.abs(a_slice_prev))",
        fails=("max", "reference"),
        sentence="The maximum is taken of the numbers without their sign. A negative number "
        "is small, however far from 0 it is.",
    ),
    Misconception(
        "minimum_for_maximum",
        old="np.max(a_slice_prev)",
        new="np.min(a_slice_prev)",
        fails=POOL_MAX,
        sentence="Max pooling takes the smallest number of each window. It should keep the "
        "largest.",
    ),
    Misconception(
        "always_maximum",
        old="np.mean(a_slice_prev)",
        new="np.max(a_slice_prev)",
        fails=POOL_AVERAGE,
        sentence="The maximum is taken in either mode. In the mode for averages each window "
        "should give its mean.",
    ),
    Misconception(
        "always_average",
        old="np.max(a_slice_prev)",
        new="np.mean(a_slice_prev)",
        fails=POOL_MAX,
        sentence="The mean is taken in either mode. In the mode for maxima each window "
        "should give its largest number.",
    ),
    Misconception(
        "modes_swapped",
        old='if mode == "max":\n                        A[i, h, w, c] = np.max(a_slice_prev)\n'
        '                    elif mode == "average":',
        new='if mode == "average":\n                        A[i, h, w, c] = np.max(a_slice_prev)\n'
        '                    elif mode == "max":',
        fails=POOL_OUTPUT,
        sentence="The two modes are swapped: each does what the other should. Look at which "
        "branch belongs to which name.",
    ),
    Misconception(
        "mode_misspelled",
        old='mode == "average"',
        new='mode == "avg"',
        fails=POOL_AVERAGE,
        sentence="In the mode for averages everything stays 0: no branch compares mode with "
        "the word that is used here. Look at the docstring for its spelling.",
    ),
    Misconception(
        "sum_for_mean",
        old="np.mean(a_slice_prev)",
        new="np.sum(a_slice_prev)",
        fails=POOL_AVERAGE,
        sentence="The numbers of each window are added up, but not divided. An average needs both.",
    ),
    Misconception(
        "one_image_only",
        old="return A, cache",
        new="return A[0], cache",
        fails=POOL_OUTPUT,
        sentence="The output is that of a single volume, without a batch axis. It should "
        "hold all examples of the batch, so it has four axes.",
    ),
    Misconception(
        "return_after_first_image",
        old="    cache = (A_prev, hparameters)\n    return A, cache",
        new="        cache = (A_prev, hparameters)\n        return A, cache",
        fails=POOL_OUTPUT,
        sentence="The function returns after the first volume; the others stay 0. The return "
        "should stand behind all loops, with the indentation of the first of them.",
    ),
    Misconception(
        "last_row_skipped",
        old="range(n_H)",
        new="range(n_H - 1)",
        fails=POOL_OUTPUT,
        sentence="The last row of the output is never computed. A range ends before its "
        "limit by itself; nothing has to be taken off.",
    ),
    Misconception(
        "last_column_skipped",
        old="range(n_W)",
        new="range(n_W - 1)",
        fails=POOL_OUTPUT,
        sentence="The last column of the output is never computed. A range ends before its "
        "limit by itself; nothing has to be taken off.",
    ),
    Misconception(
        "output_of_integers",
        old="np.zeros((m, n_H, n_W, n_C))",
        new="np.zeros((m, n_H, n_W, n_C), dtype=int)",
        fails=POOL_STRIDE,
        sentence="A is an array of integers, so every value loses what stands behind the "
        "point. Let it hold floats.",
    ),
    Misconception(
        "cache_reversed",
        old="cache = (A_prev, hparameters)",
        new="cache = (hparameters, A_prev)",
        fails=("cache",),
        sentence="The cache holds the right things in the reverse order. The backward pass "
        "unpacks them in the order of the arguments.",
    ),
    Misconception(
        "cache_holds_output",
        old="cache = (A_prev, hparameters)",
        new="cache = (A, hparameters)",
        fails=("cache",),
        sentence="The cache holds the output of the layer. The backward pass has to find the "
        "maxima again, and for that it needs the input.",
    ),
    Misconception(
        "cache_not_returned",
        old="return A, cache",
        new="return A",
        fails=POOL_ALL,
        sentence="Only the output comes back. pool_forward should return two things, the "
        "output and the cache.",
    ),
    Misconception(
        "channels_first",
        old="m, n_H_prev, n_W_prev, n_C = A_prev.shape",
        new="m, n_C, n_H_prev, n_W_prev = A_prev.shape",
        fails=POOL_ALL,
        sentence="The shape of A_prev is read as if the channels came first. In this course "
        "they come last: examples, height, width, channels.",
        forms=(
            Form(POOL_SHAPE, ZEROS, POOL_PLACE),
            Form(POOL_SHAPE, POOL_SLICE, fails=POOL_OUTPUT),
            Form(POOL_SHAPE, ZEROS, POOL_PLACE, POOL_SLICE, fails=POOL_OUTPUT),
        ),
    ),
    Misconception(
        "start_from_the_sizes",
        old="vert_start = h * stride",
        new="vert_start = n_H * stride",
        fails=POOL_OUTPUT,
        sentence="A window begins at a place computed from the size of the output, n_H or n_W, so "
        "it is the same for every h or w. It should move with the row h and the column w.",
        forms=(
            Form(("horiz_start = w * stride", "horiz_start = n_W * stride")),
            Form(("h * stride", "n_H * stride"), ("w * stride", "n_W * stride")),
        ),
    ),
    Misconception(
        "horiz_from_c",
        old="w * stride",
        new="c * stride",
        fails=POOL_OUTPUT,
        sentence="horiz_start is computed from c, the number of the channel. It should follow the "
        "column w: every channel has the same windows.",
    ),
    Misconception(
        "stride_forgotten_in_rows",
        old="h * stride",
        new="h",
        fails=POOL_STRIDE,
        sentence="Downwards the windows move by one, whatever the stride; to the right they "
        "move as they should. Rows need the stride, too.",
    ),
    Misconception(
        "stride_forgotten_in_columns",
        old="w * stride",
        new="w",
        fails=POOL_STRIDE,
        sentence="To the right the windows move by one, whatever the stride; downwards they "
        "move as they should. Columns need the stride, too.",
    ),
    Misconception(
        "rows_over_the_width",
        old="for h in range(n_H)",
        new="for h in range(n_W)",
        fails=("max", "average", "stride", "cache"),
        sentence="A loop runs over the wrong length: that over the rows to n_W, or that over the "
        "columns to n_H. Square outputs hide this; there are n_H rows and n_W columns.",
        forms=(
            Form(("for w in range(n_W)", "for w in range(n_H)"), fails=POOL_SIZES),
            Form(
                ("for h in range(n_H)", "for h in range(n_W)"),
                ("for w in range(n_W)", "for w in range(n_H)"),
            ),
        ),
    ),
    Misconception(
        "loops_over_the_input",
        old="for h in range(n_H)",
        new="for h in range(n_H_prev)",
        fails=POOL_ALL,
        sentence="A loop runs over the rows or columns of the input. It should run over those of "
        "the output, one for each place of the window.",
        forms=(
            Form(("for w in range(n_W)", "for w in range(n_W_prev)")),
            Form(
                ("for h in range(n_H)", "for h in range(n_H_prev)"),
                ("for w in range(n_W)", "for w in range(n_W_prev)"),
            ),
        ),
    ),
    Misconception(
        "loops_end_early",
        old="range(n_H)",
        new="range(n_H - f)",
        fails=POOL_OUTPUT,
        sentence="A loop over the output ends f rows or columns too early; these stay 0. That a "
        "window has to fit is in n_H and n_W already.",
        forms=(
            Form(("range(n_W)", "range(n_W - f)")),
            Form(("range(n_H)", "range(n_H - f)"), ("range(n_W)", "range(n_W - f)")),
            Form(("range(n_H)", "range(n_H - f + 1)"), ("range(n_W)", "range(n_W - f + 1)")),
        ),
    ),
    Misconception(
        "loops_beside_each_other",
        old="range(n_H)",
        new="range(n_H)[-1:]",
        fails=POOL_OUTPUT,
        sentence="Of the output only the last row or the last column is filled; all else stays "
        "0. Each loop belongs inside the one before, indented further: a loop that stands beside "
        "it sees only the last value that it counted to.",
        forms=(
            Form(("range(n_W)", "range(n_W)[-1:]")),
            Form(("range(n_H)", "range(n_H)[-1:]"), ("range(n_W)", "range(n_W)[-1:]")),
            Form(
                ("range(n_H)", "range(n_H)[-1:]"),
                ("range(n_W)", "range(n_W)[-1:]"),
                ("range(n_C)", "range(n_C)[-1:]"),
            ),
        ),
    ),
    Misconception(
        "last_image_only",
        old="range(m)",
        new="range(m)[-1:]",
        fails=POOL_OUTPUT,
        sentence="Only the last volume of the output is filled; the others stay 0. The loops over "
        "rows, columns and channels belong inside the loop over the volumes, and the output is "
        "made once, before all of them.",
    ),
    Misconception(
        "last_channel_only",
        old="range(n_C)",
        new="range(n_C)[-1:]",
        fails=POOL_OUTPUT,
        sentence="Only the last channel of the output is filled; the others stay 0. The pooling "
        "belongs inside the loop over the channels.",
    ),
    Misconception(
        "image_not_taken_out",
        old="A_prev[i, vert_start:vert_end, horiz_start:horiz_end, c]",
        new="A_prev[vert_start:vert_end, horiz_start:horiz_end, c]",
        fails=POOL_ALL,
        sentence="The windows are cut from the whole batch, so what should be rows are images. "
        "Take example i out first; then rows, columns and channels are left.",
    ),
    Misconception(
        "output_as_large_as_the_input",
        old="np.zeros((m, n_H, n_W, n_C))",
        new="np.zeros(A_prev.shape)",
        fails=POOL_OUTPUT,
        sentence="The output is given the height and width of the input. It has one row and one "
        "column for each place of the window: n_H and n_W.",
    ),
    Misconception(
        "maximum_over_mean",
        old="np.mean(a_slice_prev)",
        new="np.max(a_slice_prev) / np.mean(a_slice_prev)",
        fails=POOL_AVERAGE,
        sentence="In the mode for averages the largest number of each window is divided by the "
        "mean. The mean itself is the average.",
    ),
    Misconception(
        "modes_in_capitals",
        old='mode == "max"',
        new='mode == "MAX"',
        fails=("max", "stride", "cache", "reference"),
        sentence="The modes are compared with words in capitals, so a mode that is given matches "
        "none of them and everything stays 0. Capital and small letters differ: look at the "
        "docstring for the spelling.",
        forms=(
            Form(
                ('mode="max"', 'mode="MAX"'),
                ('mode == "max"', 'mode == "MAX"'),
                ('mode == "average"', 'mode == "AVERAGE"'),
                fails=("max", "average", "reference"),
            ),
            Form(
                ('mode == "max"', 'mode == "MAX"'),
                ('mode == "average"', 'mode == "AVERAGE"'),
                fails=POOL_ALL,
            ),
        ),
    ),
    Misconception(
        "cache_taken_apart",
        old="cache = (A_prev, hparameters)",
        new="cache = (A_prev, f, stride)",
        fails=("cache",),
        sentence="The cache holds f and stride one by one. It should hold hparameters as it came "
        "in: the backward pass unpacks two things.",
    ),
    styles=(
        # Below 0 it rounds the other way.
        Form(
            ("(n_H_prev - f) // stride", "int((n_H_prev - f) / stride)"),
            ("(n_W_prev - f) // stride", "int((n_W_prev - f) / stride)"),
        ),
    ),
)


MISCONCEPTIONS = [
    ZERO_PAD,
    CONV_SINGLE_STEP,
    CONV_FORWARD,
    POOL_FORWARD,
]
