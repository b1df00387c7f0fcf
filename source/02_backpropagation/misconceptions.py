"""What goes wrong in the exercises of this lesson, and what a student should read about it.

For each function a reference that is written to be read, a probe that tells mistakes apart, and
the mistakes themselves, as edits of the reference, with the behaviours that they lose; those that
often go together have a name, such as SLOPES. No edition of the lesson has this file: it stays
with the instructor. `proctor.diagnose.misconceptions` reads it.
"""

import given
import numpy as np

from proctor.testing import APART, Case, Form, Misconception, Misconceptions

# What an exception often means in this lesson, by how its text begins.
HINTS = {"ValueError: negative dimensions": "A size came out negative: print n_H and n_W."}
# The axes of a result that a feedback page shows; two without a name are its rows and columns.
AXES = {4: ("example", None, None, "channel")}


# ------------------------------------------------------------------------------- numerical_gradient


def numerical_gradient(f, x, h=1e-5):
    gradient = np.zeros(x.shape)
    for position in np.ndindex(x.shape):
        right = x.copy()
        left = x.copy()
        right[position] += h
        left[position] -= h
        difference = f(right) - f(left)
        gradient[position] = difference / (2 * h)
    return gradient


def numerical_gradient_probe(rng):
    def case(f, shape, h, **look):
        return Case(f, rng.uniform(1, 2, size=shape), h, **look)

    return {
        "one_at_a_time": case(given.neighbour_products, (2, 3), 0.25),
        "both_sides": [case(given.sum_of_squares, (2,), 0.3), case(given.sum_of_cubes, (1,), 0.2)],
        # The gradient as well, since a constant does not earn this behaviour.
        "x_kept": case(
            given.sum_of_squares,
            (2, 2),
            0.5,
            look=lambda gradient, arguments: (arguments[1], np.any(gradient)),
        ),
        "reference": case(given.sum_of_cubes, (2, 3), 1e-5),
        # The step that is taken if none is given.
        APART: Case(given.sum_of_cubes, rng.uniform(1, 2, size=(2, 1))),
    }


SLOPES = ("one_at_a_time", "both_sides", "reference")
CURVES = ("both_sides", "reference")

NUMERICAL_GRADIENT = Misconceptions(
    numerical_gradient,
    numerical_gradient_probe,
    Misconception(
        "upwards_only",
        old="f(right) - f(left)\n        gradient[position] = difference / (2 * h)",
        new="f(right) - f(x)\n        gradient[position] = difference / h",
        fails=CURVES,
        sentence="The numbers are nudged upwards only. On a curve that is a little off; nudge "
        "to both sides and take the slope between the two.",
    ),
    Misconception(
        "downwards_only",
        old="f(right) - f(left)\n        gradient[position] = difference / (2 * h)",
        new="f(x) - f(left)\n        gradient[position] = difference / h",
        fails=CURVES,
        sentence="The numbers are nudged downwards only. On a curve that is a little off; "
        "nudge to both sides and take the slope between the two.",
    ),
    Misconception(
        "divided_by_h",
        old="(2 * h)",
        new="h",
        fails=SLOPES,
        sentence="All slopes are twice as large as they should be. From the lower nudge to the "
        "upper one it is a way of twice h, so divide by that.",
    ),
    Misconception(
        "half_a_step",
        old="f(left)",
        new="f(x)",
        fails=SLOPES,
        sentence="The difference is that of a nudge to one side, but it is divided by the way "
        "for both sides. The second value of f belongs below x, as far as the first one is above "
        "it. If you do nudge downwards, look where that nudge begins: an assignment copies no "
        "array, so the first nudge may still be in it.",
    ),
    Misconception(
        "sides_swapped",
        old="f(right) - f(left)",
        new="f(left) - f(right)",
        fails=SLOPES,
        sentence="All slopes have the wrong sign. You take the value after the upward nudge away "
        "from the one after the downward nudge. It should be the other way round.",
    ),
    Misconception(
        "not_divided",
        old=" / (2 * h)",
        new="",
        fails=SLOPES,
        sentence="The change of f is stored, not the slope. Divide the change by the width of "
        "the step.",
    ),
    Misconception(
        "brackets_missing",
        old="(2 * h)",
        new="2 * h",
        fails=SLOPES,
        sentence="Python reads a / 2 * h from left to right, so the difference is multiplied "
        "by h. Put brackets around the whole width of the step.",
    ),
    Misconception(
        "no_copies",
        old="right = x.copy()\n        left = x.copy()",
        new="right = x\n        left = x",
        fails=("one_at_a_time", "both_sides", "x_kept", "reference"),
        sentence="right and left are both x itself, not copies, so the nudges cancel and no "
        "change is left. An assignment does not copy an array.",
    ),
    Misconception(
        "nudges_stay",
        old="right = x.copy()\n        left = x.copy()\n"
        "        right[position] += h\n        left[position] -= h\n"
        "        difference = f(right) - f(left)",
        new="x[position] += h\n        above = f(x)\n        x[position] -= 2 * h\n"
        "        difference = above - f(x)",
        fails=("one_at_a_time", "x_kept"),
        sentence="x itself is nudged and not put back, so that later slopes are measured "
        "somewhere else, and the caller gets a changed array. Nudge copies.",
    ),
    Misconception(
        "all_at_once",
        old="right[position] += h\n        left[position] -= h",
        new="right += h\n        left -= h",
        fails=SLOPES,
        sentence="All numbers are nudged at once, so every slope is the sum of all slopes. "
        "Nudge the number at the position only.",
    ),
    Misconception(
        "copies_before_the_loop",
        old="for position in np.ndindex(x.shape):\n"
        "        right = x.copy()\n        left = x.copy()",
        new="right = x.copy()\n    left = x.copy()\n    for position in np.ndindex(x.shape):",
        fails=SLOPES,
        sentence="The copies are made once, before the loop, so the nudges of earlier "
        "positions are still in them. Take fresh copies at every position.",
    ),
    Misconception(
        "slopes_added_up",
        old="return gradient",
        new="return np.sum(gradient)",
        fails=SLOPES,
        sentence="One number comes back, and the slopes are added up in it. The gradient keeps "
        "one slope for each number of x, in the shape of x: nudge one number at a time, and put "
        "its slope in its place.",
    ),
)


# ------------------------------------------------------------------------------------ conv_backward


def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    m, n_H_prev, n_W_prev, n_C_prev = A_prev.shape
    f, f, n_C_prev, n_C = W.shape
    m, n_H, n_W, n_C = dZ.shape
    stride = hparameters["stride"]
    pad = hparameters["pad"]
    A_prev_pad = np.pad(A_prev, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    dA_prev_pad = np.zeros(A_prev_pad.shape)
    dW = np.zeros(W.shape)
    db = np.zeros(b.shape)
    for i in range(m):
        for h in range(n_H):
            for w in range(n_W):
                for c in range(n_C):
                    vert_start = h * stride
                    vert_end = vert_start + f
                    horiz_start = w * stride
                    horiz_end = horiz_start + f
                    a_slice = A_prev_pad[i, vert_start:vert_end, horiz_start:horiz_end, :]
                    da_slice = dA_prev_pad[i, vert_start:vert_end, horiz_start:horiz_end, :]
                    da_slice += W[:, :, :, c] * dZ[i, h, w, c]
                    dW[:, :, :, c] += a_slice * dZ[i, h, w, c]
                    db[:, :, :, c] += dZ[i, h, w, c]
    dA_prev = dA_prev_pad[:, pad : pad + n_H_prev, pad : pad + n_W_prev, :]
    return dA_prev, dW, db


def conv_backward_probe(rng):
    def case(shape, f, n_C, stride, pad, look):
        m, n_H_prev, n_W_prev, n_C_prev = shape
        n_H, n_W = ((n - f + 2 * pad) // stride + 1 for n in (n_H_prev, n_W_prev))
        dZ, A_prev = rng.uniform(1, 2, size=(m, n_H, n_W, n_C)), rng.normal(size=shape)
        W, b = rng.normal(size=(f, f, n_C_prev, n_C)), rng.normal(size=(1, 1, 1, n_C))
        return Case(dZ, (A_prev, W, b, {"stride": stride, "pad": pad}), look=look)

    def of_input(result, arguments):
        return result[0]

    def of_weights(result, arguments):
        return result[1]

    def of_bias(result, arguments):
        return result[2]

    def both(result, arguments):
        return result[:2]

    # Wide and high: where rows and columns are mixed up, one of the two breaks off.
    return {
        "bias": [case((2, 3, 4, 2), 2, 3, 1, 0, of_bias), case((2, 4, 3, 2), 2, 2, 1, 0, of_bias)],
        "weights": case((2, 3, 4, 2), 2, 3, 1, 0, of_weights),
        "input": case((2, 3, 4, 2), 2, 3, 1, 0, of_input),
        "pad": [case((2, 2, 3, 2), 3, 2, 1, 1, both), case((1, 2, 3, 1), 2, 2, 1, 2, both)],
        "stride": [case((2, 3, 5, 2), 3, 2, 2, 1, both), case((1, 6, 4, 2), 2, 2, 2, 0, both)],
        # High and wide, with lengths of which no two are equal, and a pad other than the stride.
        APART: [
            case((2, 7, 4, 3), 2, 5, 1, 0, both),
            case((1, 3, 6, 4), 3, 2, 1, 2, both),
            case((2, 6, 5, 1), 3, 4, 3, 1, both),
        ],
    }


ONE_BY_ONE = Form(
    ("    dA_prev = dA_prev_pad[:, pad : pad + n_H_prev, pad : pad + n_W_prev, :]\n", ""),
    (
        "    db = np.zeros(b.shape)\n",
        "    db = np.zeros(b.shape)\n    dA_prev = np.zeros(A_prev.shape)\n",
    ),
    (
        "                    db[:, :, :, c] += dZ[i, h, w, c]\n",
        "                    db[:, :, :, c] += dZ[i, h, w, c]\n"
        "        dA_prev[i] = dA_prev_pad[i, pad : pad + n_H_prev, pad : pad + n_W_prev, :]\n",
    ),
)


CONV_ALL = ("bias", "weights", "input", "pad", "stride")
CONV_INPUT = ("input", "pad", "stride")
CONV_WEIGHTS = ("weights", "pad", "stride")
CONV_PAD = ("pad", "stride")

CONV_BACKWARD = Misconceptions(
    conv_backward,
    conv_backward_probe,
    Misconception(
        "bias_not_added_up",
        old="db[:, :, :, c] += ",
        new="db[:, :, :, c] = ",
        fails=("bias",),
        sentence="db holds the gradient of the last place only. Each place and each image "
        "contributes to the bias: add the contributions up.",
    ),
    Misconception(
        "bias_of_the_last_image",
        old="    for i in range(m):\n",
        new="    for i in range(m):\n        db = np.zeros(b.shape)\n",
        fails=("bias",),
        sentence="db begins anew for every image, so only the last one counts. All images "
        "share the bias; set it to zero once, before the loops.",
    ),
    Misconception(
        "bias_forgotten",
        old="db[:, :, :, c] += dZ[i, h, w, c]",
        new="pass",
        fails=("bias",),
        sentence="db stays zero. The bias is added to every output, so it collects the "
        "gradients of all of them.",
    ),
    Misconception(
        "bias_without_axes",
        old="dW, db\n",
        new="dW, db.reshape(-1)\n",
        fails=("bias",),
        sentence="db has one axis only. A gradient has the shape of the thing whose gradient "
        "it is, and b has four axes.",
    ),
    Misconception(
        "weights_not_added_up",
        old="dW[:, :, :, c] += ",
        new="dW[:, :, :, c] = ",
        fails=CONV_WEIGHTS,
        sentence="dW holds the contribution of the last place only. The same weights are used "
        "at every place of every image: add the contributions up.",
    ),
    Misconception(
        "weights_of_the_last_image",
        old="    for i in range(m):\n",
        new="    for i in range(m):\n        dW = np.zeros(W.shape)\n",
        fails=CONV_WEIGHTS,
        sentence="dW begins anew for every image, so only the last one counts. All images "
        "share the weights; set it to zero once, before the loops.",
    ),
    Misconception(
        "averaged_over_the_batch",
        old="dA_prev, dW, db\n",
        new="dA_prev, dW / m, db / m\n",
        fails=("bias", "weights", "pad", "stride"),
        sentence="dW and db are divided by the number of images. They are sums here: if the "
        "loss is an average, dZ holds that factor already.",
    ),
    Misconception(
        "input_not_added_up",
        old="da_slice += ",
        new="da_slice[...] = ",
        fails=CONV_INPUT,
        sentence="What a window collects is overwritten by the next filter and the next "
        "window. A pixel is used many times: add the contributions up.",
    ),
    Misconception(
        "nothing_added_up",
        old="da_slice += W[:, :, :, c] * dZ[i, h, w, c]\n"
        "                    dW[:, :, :, c] += a_slice * dZ[i, h, w, c]\n"
        "                    db[:, :, :, c] += dZ[i, h, w, c]",
        new="da_slice[...] = W[:, :, :, c] * dZ[i, h, w, c]\n"
        "                    dW[:, :, :, c] = a_slice * dZ[i, h, w, c]\n"
        "                    db[:, :, :, c] = dZ[i, h, w, c]",
        fails=CONV_ALL,
        sentence="All three gradients hold the last contribution only, since each one "
        "overwrites what was there. Whatever is used many times collects the gradients of all "
        "its uses.",
    ),
    Misconception(
        "window_and_weights_swapped",
        old="W[:, :, :, c] * dZ[i, h, w, c]\n                    dW[:, :, :, c] += a_slice",
        new="a_slice * dZ[i, h, w, c]\n                    dW[:, :, :, c] += W[:, :, :, c]",
        fails=("weights", "input", "pad", "stride"),
        sentence="Window and weights are swapped: dW is made of weights, dA_prev of pixels. A "
        "weight counts as much as the pixel under it, and the other way round.",
    ),
    Misconception(
        "weights_in_dW",
        old="+= a_slice",
        new="+= W[:, :, :, c]",
        fails=CONV_WEIGHTS,
        sentence="dW is made of the weights themselves. How much a weight matters depends on "
        "the pixel that it is multiplied by: take the window.",
    ),
    Misconception(
        "pixels_in_dA_prev",
        old="da_slice += W[:, :, :, c]",
        new="da_slice += a_slice",
        fails=CONV_INPUT,
        sentence="dA_prev is made of the pixels themselves. How much a pixel matters depends "
        "on the weight that it is multiplied by: take the filter.",
    ),
    Misconception(
        "wrong_filter_axis",
        old="W[:, :, :, c]",
        new="W[:, :, c, :]",
        fails=CONV_ALL,
        sentence="c picks from the third axis of W, which is that of the channels. The filters "
        "are counted by the last axis.",
    ),
    Misconception(
        "first_filter_only",
        old="+= W[:, :, :, c]",
        new="+= W[:, :, :, 0]",
        fails=CONV_INPUT,
        sentence="All gradients go back through filter 0. The gradient of output channel c "
        "should go back through filter c.",
    ),
    Misconception(
        "filter_turned",
        old="+= W[:, :, :, c]",
        new="+= W[::-1, ::-1, :, c]",
        fails=CONV_INPUT,
        sentence="In each window the gradients land at the opposite place: what belongs to the "
        "first pixel goes to the last one. A pixel's gradient comes from the weight that it was "
        "multiplied by in the forward pass.",
    ),
    Misconception(
        "filter_without_gradient",
        old="W[:, :, :, c] * dZ[i, h, w, c]",
        new="W[:, :, :, c]",
        fails=CONV_INPUT,
        sentence="dA_prev adds up weights that were not multiplied by the gradient of their "
        "output. What dZ says decides how much of the filter goes back.",
    ),
    Misconception(
        "stride_forgotten",
        old=" * stride",
        new="",
        fails=("stride",),
        sentence="The windows move by one, whatever the stride. They should lie where the "
        "forward pass had them: multiply the place by the stride, in both directions.",
    ),
    Misconception(
        "stride_forgotten_in_rows",
        old="h * stride",
        new="h",
        fails=("stride",),
        sentence="Downwards the windows move by one, whatever the stride; to the right they "
        "move as they should. Rows need the stride, too.",
    ),
    Misconception(
        "stride_forgotten_in_columns",
        old="w * stride",
        new="w",
        fails=("stride",),
        sentence="To the right the windows move by one, whatever the stride; downwards they "
        "move as they should. Columns need the stride, too.",
    ),
    Misconception(
        "negative_pad",
        old="pad : pad + n_H_prev, pad : pad + n_W_prev",
        new="pad:-pad, pad:-pad",
        fails=("input", "stride"),
        sentence="The border is cut off by a slice that ends at minus pad. For pad = 0 that is "
        "0, and nothing is left. Count the end from the front.",
    ),
    Misconception(
        "border_not_cut",
        old="dA_prev_pad[:, pad : pad + n_H_prev, pad : pad + n_W_prev, :]",
        new="dA_prev_pad",
        fails=CONV_PAD,
        sentence="dA_prev still has the border of the padded input. Nobody asks for the "
        "gradient of those zeros: keep the middle.",
    ),
    Misconception(
        "cut_at_the_end_only",
        old="pad : pad + n_H_prev, pad : pad + n_W_prev",
        new=":n_H_prev, :n_W_prev",
        fails=CONV_PAD,
        sentence="Everything is cut off below and on the right, and nothing above and on the "
        "left. The input stands in the middle of the padded one.",
    ),
    Misconception(
        "not_padded",
        old="np.pad(A_prev, ((0, 0), (pad, pad), (pad, pad), (0, 0)))",
        new="A_prev",
        fails=CONV_PAD,
        sentence="The windows do not fit: the input has no border, or one along other axes as "
        "well as height and width. Pad these two alone, as the forward pass did.",
    ),
    Misconception(
        "window_from_the_unpadded",
        old="a_slice = A_prev_pad[",
        new="a_slice = A_prev[",
        fails=CONV_PAD,
        sentence="The windows are cut from the input before padding. The corners count in the "
        "padded one.",
    ),
    Misconception(
        "sizes_of_the_input",
        old="range(n_H)",
        new="range(n_H_prev)",
        fails=CONV_ALL,
        sentence="h runs over the rows of the input. It should run over those of dZ, one for "
        "each window.",
    ),
    Misconception(
        "results_in_another_order",
        old="return dA_prev, dW, db",
        new="return dW, db, dA_prev",
        fails=CONV_ALL,
        sentence="The three gradients come back in another order. dA_prev comes first, then "
        "dW, then db.",
    ),
    Misconception(
        "gradient_of_the_first_image",
        old="dZ[i, h, w, c]",
        new="dZ[0, h, w, c]",
        fails=CONV_ALL,
        sentence="The gradient of the first image is used for all of them. Every image has its "
        "own: take example i.",
    ),
    Misconception(
        "window_of_the_first_image",
        old="= A_prev_pad[i,",
        new="= A_prev_pad[0,",
        fails=CONV_WEIGHTS,
        sentence="All windows are cut from the first image. The gradient of example i belongs "
        "to the window of example i.",
    ),
    Misconception(
        "images_not_kept_apart",
        old="dA_prev_pad[i,",
        new="dA_prev_pad[0,",
        fails=CONV_INPUT,
        sentence="The first image collects the gradients of all of them. Each image has its "
        "own pixels and keeps its own gradient.",
    ),
    Misconception(
        "rows_and_columns_of_dZ_swapped",
        old="dZ[i, h, w, c]",
        new="dZ[i, w, h, c]",
        fails=CONV_ALL,
        sentence="Row and column of dZ are swapped. Square outputs hide this: the row h comes "
        "first.",
    ),
    Misconception(
        "slice_axes_swapped",
        old="vert_start:vert_end, horiz_start:horiz_end",
        new="horiz_start:horiz_end, vert_start:vert_end",
        fails=CONV_ALL,
        sentence="The windows are cut out with rows and columns swapped: h moves them to the "
        "right, and w downwards. The first of the two axes is the height.",
    ),
    Misconception(
        "horiz_from_h",
        old="w * stride",
        new="h * stride",
        fails=CONV_ALL,
        sentence="horiz_start is computed from h, the row of the output. It should follow the "
        "column; h belongs to vert_start.",
    ),
    Misconception(
        "window_one_short",
        old=" + f\n",
        new=" + f - 1\n",
        fails=CONV_ALL,
        sentence="The window is one too small. The end of a slice is not part of it any more, "
        "so a window of f rows ends f after its start.",
    ),
    Misconception(
        "only_the_last_image_cut",
        old="\n        dA_prev[i] = ",
        new="\n    dA_prev[i] = ",
        fails=CONV_INPUT,
        sentence="The border is cut off once, behind the loop over the images, so only the last "
        "image gets its gradient and the others stay 0. Each image needs it: the line belongs "
        "inside that loop.",
    ),
    Misconception(
        "input_gradient_not_stored",
        old="da_slice += W",
        new="da_slice = W",
        fails=CONV_INPUT,
        sentence="dA_prev stays 0: what goes back to the windows is computed and stored nowhere "
        "in it, or dropped before the end.",
    ),
    Misconception(
        "random_start",
        old="dW = np.zeros(W.shape)\n    db = np.zeros(b.shape)",
        new="dW = np.random.randn(*W.shape)\n    db = np.random.randn(*b.shape)",
        fails=("bias", "weights", "pad", "stride"),
        sentence="A gradient comes out differently each time, although the call is the same: it "
        "starts from random numbers. What is added up starts from zeros.",
        forms=(
            Form(("np.zeros(W.shape)", "np.random.randn(*W.shape)"), fails=CONV_WEIGHTS),
            Form(("np.zeros(b.shape)", "np.random.randn(*b.shape)"), fails=("bias",)),
            Form(
                ("np.zeros(A_prev_pad.shape)", "np.random.randn(*A_prev_pad.shape)"),
                fails=CONV_INPUT,
            ),
            Form(
                ("np.zeros(A_prev_pad.shape)", "np.random.randn(*A_prev_pad.shape)"),
                ("np.zeros(W.shape)", "np.random.randn(*W.shape)"),
                ("np.zeros(b.shape)", "np.random.randn(*b.shape)"),
                fails=CONV_ALL,
            ),
        ),
    ),
    Misconception(
        "window_of_the_gradient",
        old="a_slice = A_prev_pad",
        new="a_slice = dA_prev_pad",
        fails=CONV_WEIGHTS,
        sentence="The window for dW is cut out of the gradient that is being collected. How much "
        "a weight matters depends on the pixels: cut it out of the padded input.",
        forms=(
            Form(
                ("a_slice = A_prev_pad", "a_slice = dA_prev_pad"),
                (
                    "                    da_slice += W[:, :, :, c] * dZ[i, h, w, c]\n"
                    "                    dW[:, :, :, c] += a_slice * dZ[i, h, w, c]\n",
                    "                    dW[:, :, :, c] += a_slice * dZ[i, h, w, c]\n"
                    "                    da_slice += W[:, :, :, c] * dZ[i, h, w, c]\n",
                ),
            ),
        ),
    ),
    Misconception(
        "stride_is_pad",
        old=" * stride",
        new=" * pad",
        fails=("weights", "input", "pad", "stride"),
        sentence="The windows move by the pad. How far they move is the stride; the pad says how "
        "wide the border is.",
    ),
    Misconception(
        "stride_and_pad_swapped",
        old='stride = hparameters["stride"]\n    pad = hparameters["pad"]',
        new='stride = hparameters["pad"]\n    pad = hparameters["stride"]',
        fails=("weights", "input", "pad", "stride"),
        sentence="Stride and pad are mixed up: what is read from hparameters as the one is "
        "used as the other. Look at the two names side by side.",
    ),
    Misconception(
        "vert_from_w",
        old="h * stride",
        new="w * stride",
        fails=CONV_ALL,
        sentence="vert_start is computed from w, the column of the output. It should follow the "
        "row; w belongs to horiz_start.",
    ),
    Misconception(
        "horiz_from_c",
        old="w * stride",
        new="c * stride",
        fails=("weights", "input", "pad", "stride"),
        sentence="horiz_start is computed from c, the number of the filter. It should follow the "
        "column w: every filter has the same windows.",
    ),
    Misconception(
        "start_from_the_sizes",
        old="h * stride",
        new="n_H * stride",
        fails=CONV_ALL,
        sentence="A window begins at a place computed from the size of dZ, n_H or n_W, so it is "
        "the same for every h or w. It should move with the row h and the column w.",
        forms=(
            Form(("w * stride", "n_W * stride")),
            Form(("h * stride", "n_H * stride"), ("w * stride", "n_W * stride")),
        ),
    ),
    Misconception(
        "gradient_at_the_windows_start",
        old="dZ[i, h, w, c]",
        new="dZ[i, vert_start, horiz_start, c]",
        fails=("stride",),
        sentence="dZ is read at the place where the window begins in the input. It has one number "
        "for each place of the output: h and w. For stride 1 the two are the same.",
    ),
    Misconception(
        "rows_over_the_width",
        old="for h in range(n_H)",
        new="for h in range(n_W)",
        fails=CONV_ALL,
        sentence="A loop runs over the wrong length: that over the rows to n_W, or that over the "
        "columns to n_H. Square outputs hide this; there are n_H rows and n_W columns.",
        forms=(
            Form(("for w in range(n_W)", "for w in range(n_H)")),
            Form(
                ("for h in range(n_H)", "for h in range(n_W)"),
                ("for w in range(n_W)", "for w in range(n_H)"),
            ),
        ),
    ),
    Misconception(
        "loops_beside_each_other",
        old="range(n_H)",
        new="range(n_H)[-1:]",
        fails=CONV_ALL,
        sentence="Only the last row or the last column of dZ takes part. Each loop belongs inside "
        "the one before, indented further: a loop that stands beside it sees only the last value "
        "that it counted to.",
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
        "loops_end_early",
        old="range(n_H)",
        new="range(n_H - f)",
        fails=CONV_ALL,
        sentence="A loop over dZ ends f rows or columns too early, so the last ones take no part. "
        "That a window has to fit is in n_H and n_W already.",
        forms=(
            Form(("range(n_W)", "range(n_W - f)")),
            Form(("range(n_H)", "range(n_H - f)"), ("range(n_W)", "range(n_W - f)")),
            Form(("range(n_H)", "range(n_H - f + 1)"), ("range(n_W)", "range(n_W - f + 1)")),
        ),
    ),
    Misconception(
        "channels_first",
        old="m, n_H, n_W, n_C = dZ.shape",
        new="m, n_C, n_H, n_W = dZ.shape",
        fails=CONV_ALL,
        sentence="A shape is read as if the channels came first. In this course they come last: "
        "examples, height, width, channels.",
        forms=(
            Form(
                ("m, n_H_prev, n_W_prev, n_C_prev = A", "m, n_C_prev, n_H_prev, n_W_prev = A"),
                ("m, n_H, n_W, n_C = dZ.shape", "m, n_C, n_H, n_W = dZ.shape"),
                ("dZ[i, h, w, c]", "dZ[i, c, h, w]"),
            ),
        ),
    ),
    styles=(ONE_BY_ONE,),
)


# -------------------------------------------------------------------------- create_mask_from_window


def create_mask_from_window(x):
    mask = np.zeros(x.shape, dtype=bool)
    position = np.unravel_index(np.argmax(x), x.shape)
    mask[position] = True
    return mask


def create_mask_from_window_probe(rng):
    def tied(shape, *places):
        x = rng.uniform(1, 2, size=shape)
        for place in places:
            x[place] = 3
        return Case(x)

    above, below = rng.uniform(1, 2, size=(2, 3)), rng.uniform(-2, -1, size=(3, 2))
    above[1, 0], below[2, 1] = 4, -0.5
    return {
        "maximum": [Case(above), Case(below)],
        "ties": [tied((2, 3), (0, 2), (1, 0), (1, 2)), tied((3, 3), (1, 1), (1, 2))],
    }


MASK_ALL = ("maximum", "ties")

CREATE_MASK_FROM_WINDOW = Misconceptions(
    create_mask_from_window,
    create_mask_from_window_probe,
    Misconception(
        "ties_counted_twice",
        old="mask[position] = True",
        new="mask = x == np.max(x)",
        fails=("ties",),
        sentence="All numbers that are equal to the largest one are marked, so their gradient "
        "would be passed on several times. Mark the first one only.",
    ),
    Misconception(
        "last_of_the_ties",
        old="np.argmax(x)",
        new="x.size - 1 - np.argmax(x[::-1, ::-1])",
        fails=("ties",),
        sentence="Of several largest numbers the last one is marked. We choose the first one "
        "in reading order.",
    ),
    Misconception(
        "columns_first",
        old="np.unravel_index(np.argmax(x), x.shape)",
        new='np.unravel_index(np.argmax(x.T), x.shape, order="F")',
        fails=("ties",),
        sentence="The window is searched column by column. In reading order the first row "
        "comes first, from left to right.",
    ),
    Misconception(
        "minimum",
        old="np.argmax",
        new="np.argmin",
        fails=MASK_ALL,
        sentence="The smallest number is marked. Max pooling keeps the largest one.",
    ),
    Misconception(
        "largest_absolute_value",
        old="np.argmax(x)",
        new="np.argmax(np.abs(x))",
        fails=("maximum",),
        sentence="The number farthest from 0 is marked. Among negative numbers the largest is "
        "the one closest to 0.",
    ),
    Misconception(
        "positive_numbers",
        old="mask[position] = True",
        new="mask = x > 0",
        fails=MASK_ALL,
        sentence="All numbers above 0 are marked. That is how a ReLU chooses; pooling compares "
        "the numbers with each other.",
    ),
    Misconception(
        "all_but_the_maximum",
        old="mask[position] = True",
        new="mask = x < np.max(x)",
        fails=MASK_ALL,
        sentence="The mask is the wrong way round: it is False at the largest number and True "
        "everywhere else.",
    ),
    Misconception(
        "position_returned",
        old="return mask",
        new="return position",
        fails=MASK_ALL,
        sentence="The position of the largest number comes back, not a mask. Put True at that "
        "position of an array of the shape of x.",
    ),
    Misconception(
        "maximum_itself",
        old="mask[position] = True",
        new="mask = np.where(x == np.max(x), x, 0.0)",
        fails=MASK_ALL,
        sentence="The largest number itself stands in the mask. A mask only says where: True "
        "there, False elsewhere.",
    ),
    Misconception(
        "maximum_returned",
        old="return mask",
        new="return np.max(x)",
        fails=MASK_ALL,
        sentence="The largest number comes back by itself, not a mask. Compare every number of x "
        "with it: the mask has the shape of x.",
    ),
    Misconception(
        "one_truth_value",
        old="return mask",
        new="return False",
        fails=MASK_ALL,
        sentence="A single True or False comes back. A mask has one for every number of x, so x "
        "itself has to be in the comparison.",
        forms=(Form(("return mask", "return True")),),
    ),
)


# --------------------------------------------------------------------------------- distribute_value


def distribute_value(dz, shape):
    n_H, n_W = shape
    share = dz / (n_H * n_W)
    return np.full(shape, share)


def distribute_value_probe(rng):
    return {
        "share": [Case(rng.uniform(5, 9), (3, 3)), Case(-rng.uniform(5, 9), (4, 4))],
        "shape": [Case(rng.uniform(5, 9), (2, 3)), Case(rng.uniform(5, 9), (5, 2))],
    }


SHARE_ALL = ("share", "shape")

DISTRIBUTE_VALUE = Misconceptions(
    distribute_value,
    distribute_value_probe,
    Misconception(
        "not_divided",
        old="dz / (n_H * n_W)",
        new="dz",
        fails=SHARE_ALL,
        sentence="Each number gets the whole value. Together the shares should be dz: divide "
        "it by the number of cells.",
    ),
    Misconception(
        "brackets_missing",
        old="(n_H * n_W)",
        new="n_H * n_W",
        fails=SHARE_ALL,
        sentence="Python reads a / b * c from left to right, so the width multiplies instead "
        "of dividing. Put brackets around height times width.",
    ),
    Misconception(
        "divided_by_height",
        old="(n_H * n_W)",
        new="n_H",
        fails=SHARE_ALL,
        sentence="The value is divided by the height only. It is shared among all cells: "
        "height times width.",
    ),
    Misconception(
        "divided_by_width",
        old="(n_H * n_W)",
        new="n_W",
        fails=SHARE_ALL,
        sentence="The value is divided by the width only. It is shared among all cells: height "
        "times width.",
    ),
    Misconception(
        "divided_by_the_sum",
        old="n_H * n_W",
        new="n_H + n_W",
        fails=SHARE_ALL,
        sentence="The value is divided by height plus width, which happens to be right for 2 "
        "by 2. The number of cells is height times width.",
    ),
    Misconception(
        "height_squared",
        old="n_H * n_W",
        new="n_H * n_H",
        fails=("shape",),
        sentence="The value is divided by the square of the height, as if every window were a "
        "square. Use the width as well.",
    ),
    Misconception(
        "width_squared",
        old="n_H * n_W",
        new="n_W * n_W",
        fails=("shape",),
        sentence="The value is divided by the square of the width, as if every window were a "
        "square. Use the height as well.",
    ),
    Misconception(
        "rounded_down",
        old="dz / (",
        new="dz // (",
        fails=SHARE_ALL,
        sentence="The share is rounded down to a whole number. Gradients are seldom whole: "
        "divide without rounding.",
    ),
    Misconception(
        "height_and_width_swapped",
        old="np.full(shape,",
        new="np.full((n_W, n_H),",
        fails=("shape",),
        sentence="Height and width are swapped in the result. Square windows hide this; the "
        "height comes first.",
    ),
    Misconception(
        "number_returned",
        old="np.full(shape, share)",
        new="share",
        fails=SHARE_ALL,
        sentence="The share comes back as a single number. Every cell of the window gets one: "
        "return an array of the given shape.",
    ),
    Misconception(
        "value_unused",
        old="dz / (n_H * n_W)",
        new="1 / (n_H * n_W)",
        fails=SHARE_ALL,
        sentence="The shares add up to 1, whatever dz is: the value is never used. Together they "
        "should be dz.",
    ),
    Misconception(
        "divided_by_four",
        old="(n_H * n_W)",
        new="4",
        fails=SHARE_ALL,
        sentence="The value is divided by 4, whatever the shape. The number of cells is height "
        "times width; it is 4 only for 2 by 2.",
    ),
    Misconception(
        "always_two_by_two",
        old="np.full(shape, share)",
        new="np.full((2, 2), share)",
        fails=SHARE_ALL,
        sentence="What comes back is 2 by 2, whatever the shape. It should have the shape that "
        "is asked for.",
        forms=(Form(("np.full(shape, share)", "np.full((2, 2), share)"), ("(n_H * n_W)", "4")),),
    ),
)


# ------------------------------------------------------------------------------------ pool_backward


def pool_backward(dA, cache, mode="max"):
    A_prev, hparameters = cache
    f = hparameters["f"]
    stride = hparameters["stride"]
    m, n_H, n_W, n_C = dA.shape
    dA_prev = np.zeros(A_prev.shape)
    for i in range(m):
        for h in range(n_H):
            for w in range(n_W):
                for c in range(n_C):
                    vert_start = h * stride
                    vert_end = vert_start + f
                    horiz_start = w * stride
                    horiz_end = horiz_start + f
                    a_slice = A_prev[i, vert_start:vert_end, horiz_start:horiz_end, c]
                    da_slice = dA_prev[i, vert_start:vert_end, horiz_start:horiz_end, c]
                    if mode == "max":
                        mask = create_mask_from_window(a_slice)
                        da_slice += mask * dA[i, h, w, c]
                    elif mode == "average":
                        da_slice += distribute_value(dA[i, h, w, c], (f, f))
    return dA_prev


def pool_backward_probe(rng):
    def case(A_prev, f, stride, mode):
        m, n_H_prev, n_W_prev, n_C = A_prev.shape
        n_H, n_W = ((n - f) // stride + 1 for n in (n_H_prev, n_W_prev))
        dA = rng.uniform(1, 2, size=(m, n_H, n_W, n_C))
        return Case(dA, (A_prev, {"f": f, "stride": stride}), mode=mode)

    def positive(*shape):
        return rng.uniform(1, 2, size=shape)

    tied = -positive(2, 3, 3, 2)
    tied[:, 1:, 1:] = 0  # four largest numbers
    hilly = positive(2, 3, 5, 2)
    hilly[:, 1, 1:3] += 2  # the largest numbers of several windows
    # As in the tests: one window each, then many, which overlap in one behaviour only.
    return {
        "max": [
            case(positive(2, 2, 2, 3), 2, 1, "max"),
            case(-positive(2, 3, 3, 2), 3, 1, "max"),
            case(np.zeros((1, 2, 2, 1)), 2, 1, "max"),
            case(tied, 3, 1, "max"),
        ],
        "average": [
            case(positive(2, 3, 3, 2), 3, 1, "average"),
            case(positive(2, 2, 2, 3), 2, 1, "average"),
        ],
        "overlap": [
            case(hilly, 2, 1, "max"),
            case(hilly, 2, 1, "average"),
            case(hilly, 3, 1, "average"),
        ],
        "stride": [
            case(positive(2, 4, 7, 2), 2, 2, "max"),
            case(positive(2, 6, 5, 2), 2, 3, "max"),
        ],
        "reference": [
            case(positive(2, 4, 7, 2) - 1.5, 2, 2, "max"),
            case(positive(2, 4, 7, 2), 2, 2, "average"),
        ],
        # High and wide, with lengths of which no two are equal.
        APART: [
            case(positive(2, 7, 4, 3), 2, 1, "max"),
            case(positive(2, 7, 4, 3), 2, 1, "average"),
            case(positive(2, 5, 9, 4), 3, 2, "average"),
        ],
    }


POOL_AVERAGE = ("average", "overlap", "reference")
POOL_ALL = ("max", "average", "overlap", "stride", "reference")
POOL_MAX = ("max", "overlap", "stride", "reference")
POOL_STRIDE = ("stride", "reference")
POOL_PLACES = ("overlap", "stride", "reference")

POOL_BACKWARD = Misconceptions(
    pool_backward,
    pool_backward_probe,
    Misconception(
        "max_not_added_up",
        old="da_slice += mask",
        new="da_slice[...] = mask",
        fails=("overlap",),
        sentence="In max mode a window overwrites what overlapping windows have sent to it "
        "before. Add the contributions up.",
    ),
    Misconception(
        "average_not_added_up",
        old="da_slice += distribute",
        new="da_slice[...] = distribute",
        fails=("overlap",),
        sentence="In average mode a window overwrites what overlapping windows have sent to it "
        "before. Add the contributions up.",
    ),
    Misconception(
        "nothing_added_up",
        old="da_slice += ",
        new="da_slice[...] = ",
        fails=("overlap",),
        sentence="A window overwrites what overlapping windows have sent to it before, in both "
        "modes. Add the contributions up.",
    ),
    Misconception(
        "modes_swapped",
        old='if mode == "max":\n                        mask = create_mask_from_window(a_slice)\n'
        "                        da_slice += mask * dA[i, h, w, c]\n"
        '                    elif mode == "average":',
        new='if mode == "average":\n'
        "                        mask = create_mask_from_window(a_slice)\n"
        "                        da_slice += mask * dA[i, h, w, c]\n"
        '                    elif mode == "max":',
        fails=POOL_ALL,
        sentence="The two modes are swapped: each does what the other should. Look at which branch "
        "belongs to which name.",
    ),
    Misconception(
        "stride_forgotten",
        old=" * stride",
        new="",
        fails=POOL_STRIDE,
        sentence="The windows move by one, whatever the stride. They should lie where the "
        "forward pass had them: multiply the place by the stride, in both directions.",
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
        "always_max",
        old='if mode == "max":',
        new="if mode:",
        fails=POOL_AVERAGE,
        sentence="The gradient goes to the largest number whatever the mode. In average mode "
        "all numbers of the window get a share.",
    ),
    Misconception(
        "mode_misspelt",
        old='"average"',
        new='"avg"',
        fails=POOL_AVERAGE,
        sentence='Average mode sends nothing back. The mode is spelt "average".',
    ),
    Misconception(
        "not_shared",
        old="distribute_value(dA[i, h, w, c], (f, f))",
        new="dA[i, h, w, c]",
        fails=POOL_AVERAGE,
        sentence="In average mode each number gets the whole gradient. It should be shared out "
        "over the window.",
    ),
    Misconception(
        "shared_twice",
        old="distribute_value(dA[i, h, w, c], (f, f))",
        new="distribute_value(dA[i, h, w, c], (f, f)) / (f * f)",
        fails=POOL_AVERAGE,
        sentence="In average mode the gradient is divided by the size of the window twice. The "
        "shares of distribute_value are shares already.",
    ),
    Misconception(
        "shared_over_the_output",
        old="(f, f)",
        new="(n_H, n_W)",
        fails=POOL_AVERAGE,
        sentence="In average mode the gradient is shared out over as many numbers as the "
        "output has. The window has f rows and f columns.",
    ),
    Misconception(
        "ties_counted_twice",
        old="create_mask_from_window(a_slice)",
        new="(a_slice == np.max(a_slice))",
        fails=("max",),
        sentence="Where several numbers of a window are the largest, each of them gets the whole "
        "gradient. Only the first one should, as in the mask of exercise 3.",
    ),
    Misconception(
        "mask_without_gradient",
        old="mask * dA[i, h, w, c]",
        new="mask",
        fails=POOL_MAX,
        sentence="In max mode a 1 goes back, whatever the gradient is. Multiply the mask by "
        "the gradient of this output.",
    ),
    Misconception(
        "value_instead_of_gradient",
        old="mask * dA[i, h, w, c]",
        new="mask * a_slice",
        fails=POOL_MAX,
        sentence="In max mode the largest number itself goes back. What goes back is the "
        "gradient of this output; the window only says where to.",
    ),
    Misconception(
        "mask_of_the_gradient",
        old="create_mask_from_window(a_slice)",
        new="create_mask_from_window(da_slice)",
        fails=POOL_MAX,
        sentence="The mask is made of the gradient that is being collected. Which number was "
        "the largest shows in the window of A_prev.",
    ),
    Misconception(
        "first_channel_only",
        old="horiz_end, c]",
        new="horiz_end, 0]",
        fails=POOL_ALL,
        sentence="Everything happens in the first channel. Channel c of dA belongs to channel "
        "c of the input.",
    ),
    Misconception(
        "gradient_of_the_first_image",
        old="dA[i, h, w, c]",
        new="dA[0, h, w, c]",
        fails=POOL_ALL,
        sentence="The gradient of the first image is used for all of them. Every image has its "
        "own: take example i.",
    ),
    Misconception(
        "images_not_kept_apart",
        old="dA_prev[i,",
        new="dA_prev[0,",
        fails=POOL_ALL,
        sentence="The first image collects the gradients of all of them. Each image keeps its "
        "own gradient.",
    ),
    Misconception(
        "window_of_the_first_image",
        old="a_slice = A_prev[i,",
        new="a_slice = A_prev[0,",
        fails=POOL_MAX,
        sentence="All masks are made from the first image. The gradient of example i belongs "
        "to the window of example i.",
    ),
    Misconception(
        "horiz_from_h",
        old="w * stride",
        new="h * stride",
        fails=POOL_PLACES,
        sentence="horiz_start is computed from h, the row of the output. It should follow the "
        "column; h belongs to vert_start.",
    ),
    Misconception(
        "vert_from_w",
        old="h * stride",
        new="w * stride",
        fails=POOL_PLACES,
        sentence="vert_start is computed from w, the column of the output. It should follow "
        "the row; w belongs to horiz_start.",
    ),
    Misconception(
        "window_as_large_as_stride",
        old=" + f\n",
        new=" + stride\n",
        fails=("max", "average", "overlap", "stride"),
        sentence="The window is as large as the stride. Its size is f; the stride only says "
        "how far it moves.",
    ),
    Misconception(
        "sizes_of_the_input",
        old="n_C = dA.shape",
        new="n_C = A_prev.shape",
        fails=POOL_ALL,
        sentence="h and w run over the input. They should run over dA, one place for each window.",
    ),
    Misconception(
        "first_image_only",
        old="\n    return dA_prev",
        new="\n        return dA_prev",
        fails=POOL_ALL,
        sentence="The function ends after the first image: return stands inside the loop over "
        "the examples. It should stand behind all loops.",
    ),
    Misconception(
        "shared_over_two_by_two",
        old="(f, f)",
        new="(2, 2)",
        fails=("average", "overlap"),
        sentence="In average mode the gradient is always shared out over 2 by 2 numbers. The "
        "window has f rows and f columns.",
    ),
    Misconception(
        "shape_of_the_output",
        old="np.zeros(A_prev.shape)",
        new="np.zeros(dA.shape)",
        fails=POOL_ALL,
        sentence="The gradient is given the shape of dA. It is the gradient of A_prev, so it has "
        "the shape of A_prev.",
    ),
    Misconception(
        "modes_in_capitals",
        old='mode == "max"',
        new='mode == "MAX"',
        fails=POOL_MAX,
        sentence="The modes are compared with words in capitals, so a mode that is given matches "
        "none of them and nothing goes back. Capital and small letters differ: look at the "
        "docstring for the spelling.",
        forms=(
            Form(
                ('mode == "max"', 'mode == "MAX"'),
                ('mode == "average"', 'mode == "AVERAGE"'),
                fails=POOL_ALL,
            ),
        ),
    ),
    Misconception(
        "gradient_at_the_windows_start",
        old="dA[i, h, w, c]",
        new="dA[i, vert_start, horiz_start, c]",
        fails=POOL_STRIDE,
        sentence="dA is read at the place where the window begins in the input. It has one number "
        "for each place of the output: h and w. For stride 1 the two are the same.",
    ),
    Misconception(
        "start_from_the_sizes",
        old="h * stride",
        new="n_H * stride",
        fails=POOL_ALL,
        sentence="A window begins at a place computed from the size of dA, n_H or n_W, so it is "
        "the same for every h or w. It should move with the row h and the column w.",
        forms=(
            Form(("w * stride", "n_W * stride")),
            Form(("h * stride", "n_H * stride"), ("w * stride", "n_W * stride")),
        ),
    ),
    Misconception(
        "horiz_from_c",
        old="w * stride",
        new="c * stride",
        fails=POOL_ALL,
        sentence="horiz_start is computed from c, the number of the channel. It should follow the "
        "column w: every channel has the same windows.",
    ),
    Misconception(
        "slice_axes_swapped",
        old="vert_start:vert_end, horiz_start:horiz_end",
        new="horiz_start:horiz_end, vert_start:vert_end",
        fails=POOL_PLACES,
        sentence="The windows are cut out with rows and columns swapped: h moves them to the "
        "right, and w downwards. The first of the two axes is the height.",
    ),
    Misconception(
        "rows_and_columns_of_dA_swapped",
        old="dA[i, h, w, c]",
        new="dA[i, w, h, c]",
        fails=POOL_PLACES,
        sentence="Row and column of dA are swapped. Square outputs hide this: the row h comes "
        "first.",
    ),
    Misconception(
        "rows_over_the_width",
        old="for h in range(n_H)",
        new="for h in range(n_W)",
        fails=POOL_PLACES,
        sentence="A loop runs over the wrong length: that over the rows to n_W, or that over the "
        "columns to n_H. Square outputs hide this; there are n_H rows and n_W columns.",
        forms=(
            Form(("for w in range(n_W)", "for w in range(n_H)")),
            Form(
                ("for h in range(n_H)", "for h in range(n_W)"),
                ("for w in range(n_W)", "for w in range(n_H)"),
            ),
        ),
    ),
    Misconception(
        "loops_beside_each_other",
        old="range(n_H)",
        new="range(n_H)[-1:]",
        fails=POOL_PLACES,
        sentence="Only the last row or the last column of dA takes part. Each loop belongs inside "
        "the one before, indented further: a loop that stands beside it sees only the last value "
        "that it counted to.",
        forms=(
            Form(("range(n_W)", "range(n_W)[-1:]")),
            Form(("range(n_H)", "range(n_H)[-1:]"), ("range(n_W)", "range(n_W)[-1:]")),
            Form(
                ("range(n_H)", "range(n_H)[-1:]"),
                ("range(n_W)", "range(n_W)[-1:]"),
                ("range(n_C)", "range(n_C)[-1:]"),
                fails=POOL_ALL,
            ),
        ),
    ),
    Misconception(
        "loops_end_early",
        old="range(n_H)",
        new="range(n_H - f)",
        fails=POOL_ALL,
        sentence="A loop over dA ends f rows or columns too early, so the last ones take no part. "
        "That a window has to fit is in n_H and n_W already.",
        forms=(
            Form(("range(n_W)", "range(n_W - f)")),
            Form(("range(n_H)", "range(n_H - f)"), ("range(n_W)", "range(n_W - f)")),
            Form(("range(n_H)", "range(n_H - f + 1)"), ("range(n_W)", "range(n_W - f + 1)")),
        ),
    ),
    Misconception(
        "random_start",
        old="np.zeros(A_prev.shape)",
        new="np.random.randn(*A_prev.shape)",
        fails=POOL_ALL,
        sentence="The gradient comes out differently each time, although the call is the same: "
        "it starts from random numbers. What is added up starts from zeros.",
    ),
    Misconception(
        "starts_from_the_input",
        old="np.zeros(A_prev.shape)",
        new="np.copy(A_prev)",
        fails=POOL_ALL,
        sentence="The gradients are added to the numbers of the input. What is added up starts "
        "from zeros.",
    ),
    helpers=("create_mask_from_window", "distribute_value"),
)


MISCONCEPTIONS = [
    NUMERICAL_GRADIENT,
    CONV_BACKWARD,
    CREATE_MASK_FROM_WINDOW,
    DISTRIBUTE_VALUE,
    POOL_BACKWARD,
]
