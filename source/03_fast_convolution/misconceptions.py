"""What goes wrong in the exercises of this lesson, and what a student should read about it.

For each function a reference that is written to be read, a probe that tells mistakes apart, and
the mistakes themselves, as edits of the reference, with the behaviours that they lose; those that
often go together have a name, such as ROWS_ALL. No edition of the lesson has this file: it stays
with the instructor. `proctor.diagnose.misconceptions` reads it.
"""

import given
import numpy as np

from proctor.testing import Case, Misconception, Misconceptions

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


# ---------------------------------------------------------------------------- count_multiplications


def count_multiplications(A_prev_shape, W_shape, hparameters):
    m, n_H_prev, n_W_prev, n_C_prev = A_prev_shape
    f, f, n_C_prev, n_C = W_shape
    stride, pad = hparameters["stride"], hparameters["pad"]
    n_H = (n_H_prev - f + 2 * pad) // stride + 1
    n_W = (n_W_prev - f + 2 * pad) // stride + 1
    places = m * n_H * n_W
    window = f * f * n_C_prev
    return places * window * n_C


def count_multiplications_probe(rng):
    # For the places a window of one number and one filter: the others look at these.
    return {
        "window": Case((1, 3, 3, 2), (3, 3, 2, 5), {"stride": 1, "pad": 0}),
        "places": Case((3, 5, 8, 1), (1, 1, 1, 1), {"stride": 2, "pad": 1}),
        "reference": Case((2, 4, 5, 3), (3, 3, 3, 2), {"stride": 1, "pad": 1}),
    }


COUNT_WINDOW = ("window", "reference")
COUNT_PLACES = ("places", "reference")

COUNT_MULTIPLICATIONS = Misconceptions(
    count_multiplications,
    count_multiplications_probe,
    Misconception(
        "examples_forgotten",
        old="m * n_H",
        new="n_H",
        fails=COUNT_PLACES,
        sentence="The count is that of a single example. A batch has m of them, and each one "
        "takes the same work.",
    ),
    Misconception(
        "filters_forgotten",
        old="window * n_C",
        new="window",
        fails=COUNT_WINDOW,
        sentence="The count is that of a single filter. Every filter multiplies the whole "
        "window by weights of its own.",
    ),
    Misconception(
        "channels_forgotten",
        old="f * f * n_C_prev",
        new="f * f",
        fails=COUNT_WINDOW,
        sentence="The count is that of an input with one channel. A window is as deep as the "
        "input: each of its pixels holds one number per channel.",
    ),
    Misconception(
        "window_one_row",
        old="f * f *",
        new="f *",
        fails=COUNT_WINDOW,
        sentence="The window is taken for a single row of f pixels. It is f high and f wide.",
    ),
    Misconception(
        "pixels_for_places",
        old="m * n_H * n_W",
        new="m * n_H_prev * n_W_prev",
        fails=("window", "places"),
        sentence="The pixels of the input are counted, not the places of the window. These "
        "are as many only for stride 1 and a border that keeps the size.",
    ),
    Misconception(
        "pad_counted_once",
        old="2 * pad",
        new="pad",
        fails=COUNT_PLACES,
        sentence="The pad counts only once in the sizes. There is a border on either side, "
        "so it should count twice.",
    ),
    Misconception(
        "stride_ignored",
        old=" // stride",
        new="",
        fails=("places",),
        sentence="The stride plays no part in the count. A window that takes larger steps "
        "visits fewer places, as the formula for the sizes says.",
    ),
)


# ------------------------------------------------------------------------------------------- im2col


def im2col(A_prev, f, stride, pad):
    border, step = pad, stride
    m, n_H_prev, n_W_prev, n_C_prev = A_prev.shape
    n_H = (n_H_prev - f + 2 * border) // step + 1
    n_W = (n_W_prev - f + 2 * border) // step + 1
    sides = (border, border)
    padded = np.pad(A_prev, ((0, 0), sides, sides, (0, 0)))
    windows = np.zeros((m, n_H, n_W, f, f, n_C_prev), dtype=A_prev.dtype)
    for u in range(f):
        for v in range(f):
            vert = slice(u, u + step * n_H, step)
            horiz = slice(v, v + step * n_W, step)
            windows[:, :, :, u, v] = padded[:, vert, horiz]
    rows = windows.reshape(m * n_H * n_W, f * f * n_C_prev)
    return rows


def im2col_probe(rng):
    return {
        "order": Case(rng.normal(size=(2, 3, 4, 3)), 2, 1, 0),
        "stride": Case(rng.normal(size=(2, 5, 7, 1)), 2, 2, 0),
        "pad": [
            Case(rng.normal(size=(1, 2, 3, 1)), 2, 1, 1),
            Case(rng.normal(size=(1, 1, 2, 1)), 3, 1, 2),
        ],
        "reference": Case(rng.normal(size=(2, 3, 5, 2)), 3, 2, 1),
    }


ROWS_ALL = ("order", "stride", "pad", "reference")

IM2COL = Misconceptions(
    im2col,
    im2col_probe,
    Misconception(
        "channels_before_positions",
        old="windows.reshape(",
        new="windows.transpose(0, 1, 2, 5, 3, 4).reshape(",
        fails=("order", "reference"),
        sentence="In a row the channels come one after the other, each with all its pixels. "
        "The filters have it the other way: pixel by pixel, and for each pixel all channels. "
        "Before the reshape, the axis of the channels belongs at the end.",
    ),
    Misconception(
        "positions_swapped",
        old="windows[:, :, :, u, v]",
        new="windows[:, :, :, v, u]",
        fails=ROWS_ALL,
        sentence="Each window is laid out column by column. It should be read row by row: "
        "look at the order of the two axes of the window.",
    ),
    Misconception(
        "places_by_column",
        old="windows.reshape(",
        new="windows.transpose(0, 2, 1, 3, 4, 5).reshape(",
        fails=ROWS_ALL,
        sentence="The rows are right, but they stand in the order of the columns of the "
        "output. The places should come row by row: the axis of n_H before that of n_W.",
    ),
    Misconception(
        "pad_ignored",
        old="border, step = pad,",
        new="border, step = 0,",
        fails=("pad", "reference"),
        sentence="The pad plays no part: the windows are those of the images without a "
        "border. Pad height and width before the windows are taken.",
    ),
    Misconception(
        "pad_fixed_at_1",
        old="border, step = pad,",
        new="border, step = 1,",
        fails=("order", "stride", "pad"),
        sentence="The border is one wide, whatever the argument pad says.",
    ),
    Misconception(
        "stride_ignored",
        old=" stride\n    m,",
        new=" 1\n    m,",
        fails=("stride", "reference"),
        sentence="The stride plays no part: there is a row for every place. Of the places, "
        "only every stride-th one should be kept, in both directions.",
    ),
    Misconception(
        "columns_for_rows",
        old="return rows",
        new="return rows.T",
        fails=ROWS_ALL,
        sentence="The matrix is lying on its side: each window is a column. Here every "
        "window should be a row.",
    ),
)


# ------------------------------------------------------------------------------------- im2col_bytes


def im2col_bytes(A_prev_shape, f, stride, pad, itemsize):
    m, n_H_prev, n_W_prev, n_C_prev = A_prev_shape
    n_H = (n_H_prev - f + 2 * pad) // stride + 1
    n_W = (n_W_prev - f + 2 * pad) // stride + 1
    numbers = m * n_H * n_W * f * f * n_C_prev
    return numbers * itemsize


def im2col_bytes_probe(rng):
    # For the windows one number of one byte in each: the others look at these.
    return {
        "numbers": Case((1, 3, 3, 2), 3, 1, 0, 4),
        "windows": Case((3, 5, 8, 1), 1, 2, 1, 1),
        "reference": Case((2, 4, 5, 3), 3, 1, 1, 8),
    }


BYTES_WINDOWS = ("windows", "reference")
BYTES_NUMBERS = ("numbers", "reference")

IM2COL_BYTES = Misconceptions(
    im2col_bytes,
    im2col_bytes_probe,
    Misconception(
        "bytes_of_the_input",
        old="m * n_H * n_W * f * f * n_C_prev",
        new="m * n_H_prev * n_W_prev * n_C_prev",
        fails=BYTES_WINDOWS,
        sentence="These are the bytes of the input. In the rows a number stands once for "
        "every window that holds it: count the numbers of all windows.",
    ),
    Misconception(
        "pixels_for_windows",
        old="m * n_H * n_W *",
        new="m * n_H_prev * n_W_prev *",
        fails=("numbers", "windows"),
        sentence="There is not one window for each pixel, but one for each place where it "
        "fits. The two are equal only for stride 1 and a border that keeps the size.",
    ),
    Misconception(
        "numbers_for_bytes",
        old=" * itemsize",
        new="",
        fails=BYTES_NUMBERS,
        sentence="The numbers are counted, not the bytes. Each number takes itemsize bytes.",
    ),
    Misconception(
        "channels_forgotten",
        old="f * f * n_C_prev",
        new="f * f",
        fails=BYTES_NUMBERS,
        sentence="The windows are counted as if the input had one channel. They are as deep "
        "as the input.",
    ),
    Misconception(
        "examples_forgotten",
        old="m * n_H * n_W *",
        new="n_H * n_W *",
        fails=BYTES_WINDOWS,
        sentence="The bytes are those of a single example. The rows hold the windows of all "
        "m examples.",
    ),
)


# -------------------------------------------------------------------------------- conv_forward_fast


def conv_forward_fast(A_prev, W, b, hparameters):
    m, n_H_prev, n_W_prev, n_C_prev = A_prev.shape
    f, f, n_C_prev, n_C = W.shape
    stride = hparameters["stride"]
    pad = hparameters["pad"]
    n_H = (n_H_prev - f + 2 * pad) // stride + 1
    n_W = (n_W_prev - f + 2 * pad) // stride + 1
    rows = im2col(A_prev, f, stride, pad)
    filters = W.reshape(f * f * n_C_prev, n_C)
    biases = b.reshape(n_C)
    Z = rows @ filters + biases
    cache = (A_prev, W, b, hparameters)
    return Z.reshape(m, n_H, n_W, n_C), cache


def conv_forward_fast_probe(rng):
    def case(shape, f, n_C, stride, pad, biases, look):
        A_prev, W = rng.normal(size=shape), rng.normal(size=(f, f, shape[3], n_C))
        b = biases * rng.uniform(1, 2, size=(1, 1, 1, n_C))
        return Case(A_prev, W, b, {"stride": stride, "pad": pad}, look=look)

    # As in the tests, stride and pad are looked at with one filter and no bias, speed with
    # square images and no bias.
    return {
        "filters": case((2, 3, 4, 2), 2, 3, 1, 0, 1, output),
        "stride_and_pad": [
            case((2, 6, 5, 1), 3, 1, 2, 0, 0, output),
            case((1, 4, 7, 1), 3, 1, 2, 1, 0, output),
        ],
        "cache": [
            case((1, 3, 4, 3), 3, 2, 1, 1, 1, cache),
            case((1, 2, 3, 3), 2, 2, 1, 0, 1, cache),
        ],
        "reference": case((2, 4, 5, 2), 3, 2, 2, 1, 1, output),
        "speed": case((2, 4, 4, 3), 2, 4, 1, 0, 0, output),
    }


def conv_forward_fast_speed(rng):
    A_prev = rng.integers(-2, 3, size=(16, 32, 32, 3)).astype(np.float32)
    W = rng.integers(-2, 3, size=(3, 3, 3, 6)).astype(np.float32)
    arguments = W, np.zeros((1, 1, 1, 6), np.float32), {"stride": 1, "pad": 0}
    loops = given.cpu_seconds(given.conv_forward_loops, A_prev[:4], *arguments)
    return Case(A_prev, *arguments), 16 / 4 * loops / 20


FORWARD_FILTERS = ("filters", "reference")
FORWARD_MIXED = ("filters", "reference", "speed")
FORWARD_PLACES = ("stride_and_pad", "reference")

CONV_FORWARD_FAST = Misconceptions(
    conv_forward_fast,
    conv_forward_fast_probe,
    Misconception(
        "bias_dropped",
        old=" + biases",
        new="",
        fails=FORWARD_FILTERS,
        sentence="The biases are missing: the result is the bare matrix product.",
    ),
    Misconception(
        "one_bias_for_all",
        old="b.reshape(n_C)",
        new="b[0, 0, 0, 0]",
        fails=FORWARD_FILTERS,
        sentence="All filters get the bias of filter 0. Each column of the product should get "
        "its own.",
    ),
    Misconception(
        "filters_in_rows",
        old="W.reshape(f * f * n_C_prev, n_C)",
        new="W.reshape(n_C, f * f * n_C_prev).T",
        fails=FORWARD_MIXED,
        sentence="The weights of different filters are mixed up. The filter is the last axis "
        "of W, so a reshape that keeps it last gives one column per filter. With the filter "
        "first, the numbers fall into other places. Transposing does not bring them back.",
    ),
    Misconception(
        "channels_of_output_first",
        old="Z.reshape(m, n_H, n_W, n_C)",
        new="Z.reshape(m, n_C, n_H, n_W).transpose(0, 2, 3, 1)",
        fails=FORWARD_MIXED,
        sentence="The product is folded as if the filters came before the places. A row of "
        "the product is a place, with all filters in it: the filters stay last.",
    ),
    Misconception(
        "not_folded",
        old="Z.reshape(m, n_H, n_W, n_C)",
        new="Z",
        fails=("filters", "stride_and_pad", "reference", "speed"),
        sentence="The result is still a matrix, with one row per place. Fold it into examples, "
        "height, width and filters.",
    ),
    Misconception(
        "height_and_width_swapped",
        old="Z.reshape(m, n_H, n_W, n_C)",
        new="Z.reshape(m, n_W, n_H, n_C)",
        fails=("filters", "stride_and_pad", "reference"),
        sentence="Height and width of the result are swapped, which square images hide. The "
        "rows come place by place, along a row of the output first.",
    ),
    Misconception(
        "stride_fixed_at_1",
        old='hparameters["stride"]',
        new="1",
        fails=FORWARD_PLACES,
        sentence="The stride plays no part: the result is that of stride 1. Read it from "
        "hparameters.",
    ),
    Misconception(
        "pad_fixed_at_0",
        old='hparameters["pad"]',
        new="0",
        fails=FORWARD_PLACES,
        sentence="The pad plays no part: the result is that without a border. Read it from "
        "hparameters.",
    ),
    Misconception(
        "rows_in_cache",
        old="cache = (A_prev, W,",
        new="cache = (rows, W,",
        fails=("cache",),
        sentence="The cache holds the rows, many times as large as the input. Keep A_prev: "
        "the backward pass can make the rows again.",
    ),
    Misconception(
        "matrix_in_cache",
        old="cache = (A_prev, W,",
        new="cache = (A_prev, filters,",
        fails=("cache",),
        sentence="The cache holds the weights as a matrix. Keep W as it came, with its four axes.",
    ),
    helpers=("im2col",),
    timed={"speed": conv_forward_fast_speed},
)


# ------------------------------------------------------------------------------------------- col2im


def col2im(rows, A_prev_shape, f, stride, pad):
    step = stride
    m, n_H_prev, n_W_prev, n_C_prev = A_prev_shape
    n_H = (n_H_prev - f + 2 * pad) // stride + 1
    n_W = (n_W_prev - f + 2 * pad) // stride + 1
    windows = rows.reshape(m, n_H, n_W, f, f, n_C_prev)
    A_pad = np.zeros((m, n_H_prev + 2 * pad, n_W_prev + 2 * pad, n_C_prev))
    for u in range(f):
        for v in range(f):
            vert = slice(u, u + step * n_H, step)
            horiz = slice(v, v + step * n_W, step)
            A_pad[:, vert, horiz] += windows[:, :, :, u, v]
    return A_pad[:, pad : pad + n_H_prev, pad : pad + n_W_prev]


def col2im_probe(rng):
    return {
        "overlap": Case(rng.normal(size=(12, 12)), (2, 3, 4, 3), 2, 1, 0),
        "stride": Case(rng.normal(size=(6, 4)), (1, 5, 8, 1), 2, 3, 0),
        "pad": [
            Case(rng.normal(size=(6, 4)), (1, 2, 4, 1), 2, 2, 1),
            Case(rng.normal(size=(4, 9)), (1, 2, 2, 1), 3, 3, 2),
        ],
        "reference": Case(rng.normal(size=(12, 18)), (2, 4, 5, 2), 3, 2, 1),
    }


IMAGE_OVERLAP = ("overlap", "reference")
IMAGE_BORDER = ("pad", "reference")

COL2IM = Misconceptions(
    col2im,
    col2im_probe,
    Misconception(
        "overwritten",
        old=" += windows",
        new=" = windows",
        fails=IMAGE_OVERLAP,
        sentence="Where windows overlap, the last one wins. What comes back from all of them "
        "should add up.",
    ),
    Misconception(
        "border_kept",
        old="A_pad[:, pad : pad + n_H_prev, pad : pad + n_W_prev]",
        new="A_pad",
        fails=IMAGE_BORDER,
        sentence="The result still has its border. Cut it off: what comes back to it belongs "
        "to no pixel.",
    ),
    Misconception(
        "cut_with_a_minus",
        old="A_pad[:, pad : pad + n_H_prev, pad : pad + n_W_prev]",
        new="A_pad[:, pad:-pad, pad:-pad]",
        fails=("overlap", "stride"),
        sentence="Without a border the result is empty: a slice that ends at -0 ends at the "
        "beginning. Count its end from the front, with the size of the image.",
    ),
    Misconception(
        "cut_in_a_corner",
        old="A_pad[:, pad : pad + n_H_prev, pad : pad + n_W_prev]",
        new="A_pad[:, :n_H_prev, :n_W_prev]",
        fails=IMAGE_BORDER,
        sentence="The border is cut off at the bottom and at the right only, on both sides' "
        "account. It should go from all four sides.",
    ),
    Misconception(
        "channels_before_positions",
        old="rows.reshape(m, n_H, n_W, f, f, n_C_prev)",
        new="rows.reshape(m, n_H, n_W, n_C_prev, f, f).transpose(0, 1, 2, 4, 5, 3)",
        fails=IMAGE_OVERLAP,
        sentence="The rows are read as if the channels came before the positions. They come "
        "as im2col writes them: pixel by pixel, and for each pixel all channels.",
    ),
    Misconception(
        "positions_swapped",
        old="windows[:, :, :, u, v]",
        new="windows[:, :, :, v, u]",
        fails=("overlap", "stride", "pad", "reference"),
        sentence="Rows and columns of the window are swapped: what belongs to row u and "
        "column v goes to row v and column u.",
    ),
    Misconception(
        "stride_forgotten",
        old="step = stride",
        new="step = 1",
        fails=("stride", "pad", "reference"),
        sentence="The windows are put down side by side, whatever the stride. Their corners "
        "lie stride apart, and so do all their other positions.",
    ),
)


# ------------------------------------------------------------------------------- conv_backward_fast


def conv_backward_fast(dZ, cache):
    A_prev, W, b, hparameters = cache
    f, f, n_C_prev, n_C = W.shape
    stride, pad = hparameters["stride"], hparameters["pad"]
    filters = W.reshape(f * f * n_C_prev, n_C)
    dZ_matrix = dZ.reshape(-1, n_C)
    rows = im2col(A_prev, f, stride, pad)
    dW = (rows.T @ dZ_matrix).reshape(W.shape)
    db = dZ_matrix.sum(axis=0).reshape(b.shape)
    drows = dZ_matrix @ filters.T
    dA_prev = col2im(drows, A_prev.shape, f, stride, pad)
    return dA_prev, dW, db


def without_db(result, arguments):
    # The bias takes no time to speak of, so the behaviour speed leaves it out.
    return result[:2]


def conv_backward_fast_probe(rng):
    def case(shape, f, n_C, stride, pad, look):
        n_H, n_W = ((n - f + 2 * pad) // stride + 1 for n in shape[1:3])
        dZ = rng.normal(size=(shape[0], n_H, n_W, n_C)) + 0.5
        A_prev, W = rng.normal(size=shape), rng.normal(size=(f, f, shape[3], n_C))
        cache = (A_prev, W, np.ones((1, 1, 1, n_C)), {"stride": stride, "pad": pad})
        return Case(dZ, cache, look=look)

    return {
        "dA_prev": case((2, 3, 4, 3), 2, 4, 1, 1, output),
        "dW": case((2, 4, 5, 2), 3, 2, 2, 1, lambda result, arguments: result[1]),
        "db": case((2, 3, 4, 1), 2, 3, 1, 0, lambda result, arguments: result[2]),
        "reference": case((2, 4, 3, 2), 3, 3, 2, 1, lambda result, arguments: result),
        "speed": case((2, 4, 4, 3), 3, 4, 1, 0, without_db),
    }


def conv_backward_fast_speed(rng):
    dZ = rng.integers(-2, 3, size=(16, 30, 30, 6)).astype(np.float32)
    A_prev = rng.integers(-2, 3, size=(16, 32, 32, 3)).astype(np.float32)
    W = rng.integers(-2, 3, size=(3, 3, 3, 6)).astype(np.float32)
    others = W, np.zeros((1, 1, 1, 6), np.float32), {"stride": 1, "pad": 0}
    first = dZ[:2], (A_prev[:2], *others)
    loops = given.cpu_seconds(given.conv_backward_loops, *first)
    return Case(dZ, (A_prev, *others), look=without_db), 16 / 2 * loops / 20


BACKWARD_WEIGHTS = ("dW", "reference", "speed")

CONV_BACKWARD_FAST = Misconceptions(
    conv_backward_fast,
    conv_backward_fast_probe,
    Misconception(
        "dW_averaged",
        old="rows.T @ dZ_matrix)",
        new="rows.T @ dZ_matrix / len(rows))",
        fails=BACKWARD_WEIGHTS,
        sentence="dW is the mean over the windows. It should be their sum, which the matrix "
        "product already is.",
    ),
    Misconception(
        "db_averaged",
        old="dZ_matrix.sum(axis=0)",
        new="dZ_matrix.mean(axis=0)",
        fails=("db", "reference"),
        sentence="db is the mean of the gradients. A bias is added at every place, so its "
        "gradient is the sum.",
    ),
    Misconception(
        "dZ_folded_by_filter",
        old="dZ.reshape(-1, n_C)",
        new="dZ.reshape(n_C, -1).T",
        fails=("dA_prev", "dW", "db", "reference", "speed"),
        sentence="dZ becomes a matrix in which the filters are mixed up. Its last axis is the "
        "filter, and should stay the last one.",
    ),
    Misconception(
        "filters_in_rows",
        old="W.reshape(f * f * n_C_prev, n_C)",
        new="W.reshape(n_C, f * f * n_C_prev).T",
        fails=("dA_prev", "reference", "speed"),
        sentence="For drows the weights of different filters are mixed up. W becomes a matrix "
        "as in the forward pass, with one column per filter.",
    ),
    Misconception(
        "dW_of_the_transposed_product",
        old="(rows.T @ dZ_matrix)",
        new="(dZ_matrix.T @ rows)",
        fails=BACKWARD_WEIGHTS,
        sentence="dW is a product with the filters in its rows, reshaped: the numbers fall "
        "into wrong places. In W the filters are the last axis, so they should be the columns "
        "of the product.",
    ),
    Misconception(
        "results_swapped",
        old="return dA_prev, dW, db",
        new="return dW, dA_prev, db",
        fails=("dA_prev", "dW", "reference", "speed"),
        sentence="dW comes first and dA_prev second. The order is dA_prev, dW, db.",
    ),
    helpers=("im2col", "col2im"),
    timed={"speed": conv_backward_fast_speed},
)


MISCONCEPTIONS = [
    COUNT_MULTIPLICATIONS,
    IM2COL,
    IM2COL_BYTES,
    CONV_FORWARD_FAST,
    COL2IM,
    CONV_BACKWARD_FAST,
]
