"""What goes wrong in the exercises of this lesson, and what a student should read about it.

For each function a reference that is written to be read, a probe that tells mistakes apart, and
the mistakes themselves, as edits of the reference, with the behaviours that they lose; those that
often go together have a name, such as FORWARD_ALL. No edition of the lesson has this file: it stays
with the instructor. `proctor.diagnose.misconceptions` reads it.
"""

import numpy as np
from given import (
    conv_backward,
    conv_forward,
    dense_backward,
    dense_forward,
    pool_backward,
    pool_forward,
    relu_backward,
    relu_forward,
)

from proctor.testing import Case, Form, Misconception, Misconceptions

# What an exception often means in this lesson, by how its text begins.
HINTS = {"ValueError: negative dimensions": "A size came out negative: print n_H and n_W."}


def output(result, arguments):
    return result[0]


# ---------------------------------------------------------------------------------- network_forward


def network_forward(X, parameters, pad=1, mode="max"):
    hparameters = {"stride": 1, "pad": pad}
    Z1, conv1 = conv_forward(X, parameters["W1"], parameters["b1"], hparameters)
    A1, relu1 = relu_forward(Z1)
    P1, pool1 = pool_forward(A1, {"f": 2, "stride": 2}, mode=mode)
    Z2, conv2 = conv_forward(P1, parameters["W2"], parameters["b2"], hparameters)
    A2, relu2 = relu_forward(Z2)
    Z, dense = dense_forward(A2, parameters["W3"], parameters["b3"])
    caches = [conv1, relu1, pool1, conv2, relu2, dense]
    return Z, caches


def network_forward_probe(rng):
    def network(rows):
        shapes = {"W1": (3, 3, 2, 4), "b1": (1, 1, 1, 4), "W2": (3, 3, 4, 3)}
        shapes |= {"b2": (1, 1, 1, 3), "W3": (rows * 3, 5), "b3": (1, 5)}
        return {name: rng.normal(size=shape) for name, shape in shapes.items()}

    def inputs(result, arguments):
        return [cache[0] if isinstance(cache, tuple) else cache for cache in result[1]]

    small, large = rng.normal(size=(2, 4, 6, 2)), rng.normal(size=(2, 8, 10, 2))
    padded, bare = network(6), network(2)
    return {
        "scores": Case(small, padded, look=output),
        "options": [
            Case(large, bare, pad=0, look=output),
            Case(small, padded, mode="average", look=output),
        ],
        "caches": Case(small, padded, look=inputs),
    }


FORWARD_ALL = ("scores", "options", "caches")

NETWORK_FORWARD = Misconceptions(
    network_forward,
    network_forward_probe,
    Misconception(
        "first_relu_forgotten",
        old="A1, relu1 = relu_forward(Z1)",
        new="A1, relu1 = Z1, Z1",
        fails=FORWARD_ALL,
        sentence="What the first convolution gives goes to the pooling as it is. Between the "
        "two belongs a ReLU.",
    ),
    Misconception(
        "second_relu_forgotten",
        old="A2, relu2 = relu_forward(Z2)",
        new="A2, relu2 = Z2, Z2",
        fails=FORWARD_ALL,
        sentence="What the second convolution gives goes to the dense layer as it is. Between "
        "the two belongs a ReLU.",
    ),
    Misconception(
        "relu_behind_dense",
        old="return Z, caches",
        new="return np.maximum(0, Z), caches",
        fails=("scores", "options"),
        sentence="The scores go through a ReLU. A score may be negative: it then speaks "
        "against its digit, and the dense layer is the last one.",
    ),
    Misconception(
        "pad_ignored",
        old='"pad": pad',
        new='"pad": 1',
        fails=("options",),
        sentence="At least one convolution always pads by 1. The width of the border is the "
        "argument pad, which both of them should get.",
    ),
    Misconception(
        "never_padded",
        old='"pad": pad',
        new='"pad": 0',
        fails=FORWARD_ALL,
        sentence="At least one convolution never pads, so its volume gets too small. The width "
        "of the border is the argument pad, which both of them should get.",
    ),
    Misconception(
        "mode_ignored",
        old="mode=mode",
        new='mode="max"',
        fails=("options",),
        sentence="The pooling always takes the maximum. The argument mode says how to pool, "
        "so it should be passed on.",
    ),
    Misconception(
        "caches_reversed",
        old="caches = [conv1, relu1, pool1, conv2, relu2, dense]",
        new="caches = [dense, relu2, conv2, pool1, relu1, conv1]",
        fails=("caches",),
        sentence="The caches come back with the last layer first. The list should begin with "
        "the cache of the first convolution.",
    ),
    Misconception(
        "relu_caches_missing",
        old="caches = [conv1, relu1, pool1, conv2, relu2, dense]",
        new="caches = [conv1, pool1, conv2, dense]",
        fails=("caches",),
        sentence="The caches of the ReLUs are not in the list. A ReLU needs its cache on the "
        "way back, too: six layers, six caches.",
    ),
)


# ------------------------------------------------------------------------------------------ softmax


def softmax(Z):
    largest = Z.max(axis=1, keepdims=True)
    E = np.exp(Z - largest)
    total = E.sum(axis=1, keepdims=True)
    return E / total


def softmax_probe(rng):
    Z = rng.uniform(-2, 2, size=(3, 4))
    far_apart = rng.uniform(-2, 2, size=(2, 3)) + np.array([[2000.0], [0.0]])
    # Within a row, too: 500 above the mean and 1000 above the smallest, then 1000 above the mean.
    within = rng.uniform(-2, 2, size=(2, 2)) + np.array([[1000.0, 0.0], [0.0, 1000.0]])
    far_within = 2 * within
    return {
        "rows": Case(Z),
        "stable": [Case(far_apart), Case(Z - 3000), Case(within), Case(far_within)],
        "inputs_kept": Case(Z, look=lambda result, arguments: (np.shape(result), arguments)),
        "reference": Case(rng.uniform(-2, 2, size=(2, 4))),
    }


SOFTMAX_VALUES = ("rows", "stable", "reference")

SOFTMAX = Misconceptions(
    softmax,
    softmax_probe,
    Misconception(
        "maximum_not_subtracted",
        old="Z - largest",
        new="Z",
        fails=("stable",),
        sentence="The exponential is taken of the scores as they are, and that of a large one "
        "is infinite. Subtract the largest score of the row first.",
    ),
    Misconception(
        "one_maximum_for_all",
        old="Z.max(axis=1, keepdims=True)",
        new="Z.max()",
        fails=("stable",),
        sentence="The largest score of the whole batch is subtracted from every row. In a row "
        "far below it all exponentials become 0; each row needs a maximum of its own.",
    ),
    Misconception(
        "mean_subtracted",
        old="Z.max(axis=1, keepdims=True)",
        new="Z.mean(axis=1, keepdims=True)",
        fails=("stable",),
        sentence="The mean of each row is subtracted from it. A score far above the mean stays "
        "large, and its exponential is infinite. Subtract the largest score of the row.",
    ),
    Misconception(
        "smallest_subtracted",
        old="Z.max(axis=1, keepdims=True)",
        new="Z.min(axis=1, keepdims=True)",
        fails=("stable",),
        sentence="The smallest score of each row is subtracted from it. A score far above the "
        "smallest stays large, and its exponential is infinite. Subtract the largest one.",
    ),
    Misconception(
        "over_the_batch",
        old="axis=1",
        new="axis=0",
        fails=SOFTMAX_VALUES,
        sentence="The sum runs over the examples, so the columns add up to 1. Each row is one "
        "example, and its own probabilities should.",
    ),
    Misconception(
        "sum_of_everything",
        old="E.sum(axis=1, keepdims=True)",
        new="E.sum()",
        fails=SOFTMAX_VALUES,
        sentence="Everything is divided by one sum, that of the whole batch. Each row should "
        "be divided by the sum of that row.",
    ),
    Misconception(
        "not_divided",
        old="E / total",
        new="E",
        fails=SOFTMAX_VALUES,
        sentence="The exponentials come back as they are. Only divided by the sum of their row "
        "do they become probabilities.",
    ),
    Misconception(
        "axis_lost_in_sum",
        old="E.sum(axis=1, keepdims=True)",
        new="E.sum(axis=1)",
        fails=("rows", "stable", "inputs_kept", "reference"),
        sentence="A maximum or a sum along the rows has lost the second axis, so its numbers do "
        "not line up with the rows that they belong to. Let it keep that axis, with length 1.",
    ),
    Misconception(
        "scores_changed",
        old="E = np.exp(Z - largest)",
        new="Z -= largest; E = np.exp(Z)",
        fails=("inputs_kept",),
        sentence="The maximum is subtracted in the caller's own array. Make a new array, and "
        "the scores are still there after the call.",
    ),
)


# ------------------------------------------------------------------------------------ cross_entropy


def cross_entropy(Z, y):
    m, rows = len(y), np.arange(len(y))
    shifted = Z - Z.max(axis=1, keepdims=True)
    log_P = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    loss = -np.sum(log_P[rows, y]) / m
    dZ = np.exp(log_P)
    dZ[rows, y] -= 1
    dZ = dZ / m
    return loss, dZ


def cross_entropy_probe(rng):
    Z, y = rng.uniform(-2, 2, size=(3, 4)), np.array([1, 3, 0])
    large = rng.uniform(1000, 2000, size=(3, 4)) + np.array([[0.0], [0.0], [-5000.0]])
    return {
        "loss": Case(Z, y, look=output),
        "gradient": Case(Z, y, look=lambda result, arguments: result[1]),
        "stable": Case(large, np.argmin(large, axis=1)),
        "reference": Case(rng.uniform(-2, 2, size=(2, 4)), np.array([2, 1])),
    }


LOG_FROM_SCORES = "shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))"
LOG_OF_SOFTMAX = "np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True)"


LOSS = ("loss", "stable", "reference")
GRADIENT = ("gradient", "stable", "reference")

CROSS_ENTROPY = Misconceptions(
    cross_entropy,
    cross_entropy_probe,
    Misconception(
        "loss_summed",
        old="loss = -np.sum(log_P[rows, y]) / m",
        new="loss = -np.sum(log_P[rows, y])",
        fails=LOSS,
        sentence="The losses of the examples are added up. The loss of a batch is their mean, "
        "so that it does not grow with the size of the batch.",
    ),
    Misconception(
        "loss_over_all_scores",
        old="loss = -np.sum(log_P[rows, y]) / m",
        new="loss = -np.sum(log_P[rows, y]) / Z.size",
        fails=LOSS,
        sentence="The loss is divided by the number of scores. One score in each row counts, "
        "so it is the number of examples that makes the mean.",
    ),
    Misconception(
        "loss_negative",
        old="loss = -np.sum(log_P[rows, y]) / m",
        new="loss = np.sum(log_P[rows, y]) / m",
        fails=LOSS,
        sentence="The loss is negative. The logarithm of a probability is below 0, and the "
        "loss is what it becomes with the sign turned round.",
    ),
    Misconception(
        "gradient_not_divided",
        old="dZ = dZ / m",
        new="dZ = dZ * 1",
        fails=GRADIENT,
        sentence="The gradient is that of the sum of the losses. The loss is a mean, so each "
        "example has only an m-th part of the say.",
    ),
    Misconception(
        "gradient_turned_round",
        old="dZ = dZ / m",
        new="dZ = -dZ / m",
        fails=GRADIENT,
        sentence="The gradient has the wrong sign: it is positive at the true digit. A larger "
        "score of the true digit makes the loss smaller.",
    ),
    Misconception(
        "true_digit_forgotten",
        old="dZ[rows, y] -= 1",
        new="dZ[rows, y] -= 0",
        fails=GRADIENT,
        sentence="The gradient consists of the probabilities alone and does not know which "
        "digit is the true one. There 1 has to be subtracted.",
    ),
    Misconception(
        "one_subtracted_everywhere",
        old="dZ[rows, y] -= 1",
        new="dZ -= 1",
        fails=GRADIENT,
        sentence="From every probability 1 is subtracted. It belongs to one place in each row, "
        "that of the true digit.",
    ),
    Misconception(
        "scores_not_shifted",
        old="Z - Z.max(axis=1, keepdims=True)",
        new="Z - 0",
        fails=("stable",),
        sentence="The exponential is taken of scores of any size, and that of a large one is "
        "infinite. Subtract the largest score of the row first, here too.",
    ),
    Misconception(
        "scores_shifted_alike",
        old="Z - Z.max(axis=1, keepdims=True)",
        new="Z - Z.max()",
        fails=("stable",),
        sentence="All rows are shifted by the largest score of the batch. In a row far below "
        "it all exponentials become 0, and the logarithm of their sum is infinite.",
    ),
    Misconception(
        "logarithm_of_zero",
        old=LOG_FROM_SCORES,
        new=f"np.log({LOG_OF_SOFTMAX})",
        fails=("stable",),
        sentence="The logarithm is taken of a probability, which may be so small that it has "
        "become 0. Compute the logarithm from the scores instead.",
    ),
    Misconception(
        "tiny_number_added",
        old=LOG_FROM_SCORES,
        new=f"np.log({LOG_OF_SOFTMAX} + 1e-12)",
        fails=("stable",),
        # Where a probability is 0, `np.clip` and `np.maximum` with such a number do the same.
        forms=tuple(
            Form((LOG_FROM_SCORES, f"np.log({LOG_OF_SOFTMAX} + {tiny})"))
            for tiny in ("1e-10", "1e-15", "1e-16", "1e-20", "1e-30")
        ),
        sentence="A tiny number is put in the place of 0 before the logarithm, so the loss of an "
        "example has a limit, however wrong the network is. Compute the logarithm from the scores "
        "instead.",
    ),
    Misconception(
        "over_the_examples",
        old="axis=1",
        new="axis=0",
        fails=("loss", "gradient", "stable", "reference"),
        sentence="Maximum and sum run over the examples. Each row is one example, so both "
        "should run along the row.",
    ),
    helpers=("softmax",),
)


# --------------------------------------------------------------------------------- network_backward


def network_backward(dZ, caches, mode="max"):
    conv1, relu1, pool1, conv2, relu2, dense = caches
    gradients = {}
    dA2, gradients["W3"], gradients["b3"] = dense_backward(dZ, dense)
    dZ2 = relu_backward(dA2, relu2)
    dP1, gradients["W2"], gradients["b2"] = conv_backward(dZ2, conv2)
    dA1 = pool_backward(dP1, pool1, mode=mode)
    dZ1 = relu_backward(dA1, relu1)
    dX, gradients["W1"], gradients["b1"] = conv_backward(dZ1, conv1)
    return gradients


def network_backward_probe(rng):
    def draw_caches(mode):
        caches, A = [], rng.normal(size=(2, 4, 6, 2))
        for n_C in (4, 3):
            W, b = rng.normal(size=(3, 3, A.shape[3], n_C)), rng.normal(size=(1, 1, 1, n_C))
            A, cache = conv_forward(A, W, b, {"stride": 1, "pad": 1})
            caches.append(cache)
            A, cache = relu_forward(A)
            caches.append(cache)
            if n_C == 4:
                A, cache = pool_forward(A, {"f": 2, "stride": 2}, mode=mode)
                caches.append(cache)
        return [*caches, dense_forward(A, rng.normal(size=(18, 5)), np.zeros((1, 5)))[1]]

    def some(*names):
        return lambda result, arguments: [result[name] for name in names]

    dZ, caches = rng.normal(size=(2, 5)), draw_caches("max")
    shared = draw_caches("average")
    return {
        "last_layer": Case(dZ, caches, look=some("W3", "b3")),
        "second_convolution": Case(dZ, caches, look=some("W2", "b2")),
        "first_convolution": Case(dZ, caches, look=some("W1", "b1")),
        "mode": Case(dZ, shared, mode="average", look=some("W1", "b1")),
    }


BACKWARD_ALL = ("last_layer", "second_convolution", "first_convolution", "mode")

NETWORK_BACKWARD = Misconceptions(
    network_backward,
    network_backward_probe,
    Misconception(
        "second_relu_passed_over",
        old="dZ2 = relu_backward(dA2, relu2)",
        new="dZ2 = dA2",
        fails=("second_convolution", "first_convolution", "mode"),
        sentence="On the way back from the dense layer to the second convolution the ReLU is "
        "passed over. It lets the gradient through only where its input was positive.",
    ),
    Misconception(
        "first_relu_passed_over",
        old="dZ1 = relu_backward(dA1, relu1)",
        new="dZ1 = dA1",
        fails=("first_convolution", "mode"),
        sentence="On the way back from the pooling to the first convolution the ReLU is passed "
        "over. It lets the gradient through only where its input was positive.",
    ),
    Misconception(
        "always_maximum",
        old="mode=mode",
        new='mode="max"',
        fails=("mode",),
        sentence="The pooling always sends the gradient to the largest number. With average "
        "pooling all numbers of a window share it: pass the argument mode on.",
    ),
    Misconception(
        "weights_and_biases_exchanged",
        old='gradients["W3"], gradients["b3"] =',
        new='gradients["b3"], gradients["W3"] =',
        fails=("last_layer",),
        sentence="The gradients of the dense layer's weights and of its biases are exchanged. "
        "Each should have the shape of its parameter.",
    ),
    Misconception(
        "averaged_again",
        old="return gradients",
        new="return {name: values / len(dZ) for name, values in gradients.items()}",
        fails=BACKWARD_ALL,
        sentence="All gradients are divided by the number of examples. The gradient of the "
        "loss that comes in was divided already; once is enough.",
    ),
    Misconception(
        "caches_from_the_end",
        old="relu2, dense = caches",
        new="relu2, dense = caches[::-1]",
        fails=BACKWARD_ALL,
        sentence="The caches are taken in the opposite order. The list begins with the first "
        "layer, also on the way back.",
    ),
)


# -------------------------------------------------------------------------------------- minibatches


def minibatches(X, y, batch_size, seed):
    order = np.random.default_rng(seed).permutation(len(X))
    X, y = X[order], y[order]
    batches = []
    for start in range(0, len(X), batch_size):
        end = start + batch_size
        batches.append((X[start:end], y[start:end]))
    return batches


def minibatches_probe(rng):
    X, y = rng.normal(size=(11, 2, 1, 1)), np.arange(11)
    even, labels = np.arange(40.0).reshape(40, 1, 1, 1), np.arange(40)

    def sizes(result, arguments):
        return [len(labels) for _, labels in result]

    def pairs(result, arguments):
        together = [
            pair for images, labels in result for pair in zip(images.flat, labels, strict=True)
        ]
        return sorted(together)

    def order(result, arguments):
        # Right is any order, as long as it is none of these two, and the caller keeps its own.
        found = [int(label) for _, labels in result for label in labels]
        same = np.random.default_rng(0).permutation(40)
        return found == sorted(found), found == list(same), arguments[:2]

    return {
        "sizes": Case(X, y, 4, 5, look=sizes),
        "pairs": Case(even, labels, 8, 3, look=pairs),
        "shuffled": Case(even, labels, 8, 7, look=order),
    }


MINIBATCHES = Misconceptions(
    minibatches,
    minibatches_probe,
    Misconception(
        "labels_left_behind",
        old="X, y = X[order], y[order]",
        new="X = X[order]",
        fails=("pairs", "shuffled"),
        sentence="The images are shuffled and the labels are not, so most images get the label "
        "of another one. Both should be taken in the same order.",
    ),
    Misconception(
        "images_left_behind",
        old="X, y = X[order], y[order]",
        new="y = y[order]",
        fails=("pairs",),
        sentence="The labels are shuffled and the images are not, so most images get the label "
        "of another one. Both should be taken in the same order.",
    ),
    Misconception(
        "not_shuffled",
        old="np.random.default_rng(seed).permutation(len(X))",
        new="np.arange(len(X))",
        fails=("shuffled",),
        sentence="The examples come in the order in which they are stored, in every epoch the "
        "same minibatches. They should be shuffled, depending on the seed.",
    ),
    Misconception(
        "drawn_with_replacement",
        old="permutation(len(X))",
        new="integers(len(X), size=len(X))",
        fails=("pairs",),
        sentence="The examples are drawn one by one, each time from all of them, so that some "
        "come twice and others never. In an epoch each should come exactly once.",
    ),
    Misconception(
        "one_order_for_all_seeds",
        old="default_rng(seed)",
        new="default_rng(0)",
        fails=("shuffled",),
        sentence="The order is the same for all seeds. The generator should be made from the "
        "argument seed, so that each epoch can have an order of its own.",
    ),
    Misconception(
        "shuffled_in_place",
        old="X, y = X[order], y[order]",
        new="X[:], y[:] = X[order], y[order]",
        fails=("shuffled",),
        sentence="The caller's X and y are shuffled themselves. The next call starts from their "
        "new order, so its minibatches do not depend on the seed alone.",
    ),
    Misconception(
        "rest_dropped",
        old="range(0, len(X), batch_size)",
        new="range(0, len(X) - batch_size + 1, batch_size)",
        fails=("sizes",),
        sentence="What is left at the end and does not fill a minibatch is dropped. It should "
        "make a smaller minibatch: no example is left out.",
    ),
    Misconception(
        "starts_at_every_example",
        old="range(0, len(X), batch_size)",
        new="range(0, len(X))",
        fails=("sizes", "pairs"),
        sentence="A minibatch begins at every example, so that they overlap. The next one "
        "should begin where the one before ended.",
    ),
)


# ---------------------------------------------------------------------------------------- adam_step


def adam_step(w, dw, m, v, t, learning_rate=0.002, beta1=0.9, beta2=0.999, epsilon=1e-8):
    m = beta1 * m + (1 - beta1) * dw
    v = beta2 * v + (1 - beta2) * dw**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    w = w - learning_rate * m_hat / (np.sqrt(v_hat) + epsilon)
    return w, m, v


def adam_step_probe(rng):
    sign = np.resize([1, -1], (2, 3))
    w, dw = rng.normal(size=(2, 3)), sign * rng.uniform(3, 6, size=(2, 3))
    m, v = (1 - 0.9**3) * dw, (1 - 0.999**3) * dw**2

    def averages(result, arguments):
        return result[1:]

    return {
        "averages": Case(w, 10 * dw, np.abs(m), v + 1, 3, look=averages),
        "update": [
            Case(w, dw, -2 * dw, 4 * dw**2, 100_000, learning_rate=0.1, look=output),
            # The learning rate that is taken if none is given.
            Case(0 * w, dw, +dw, dw**2, 100_000, look=output),
            # A root so small that epsilon counts beside it, and one of 0.
            Case(w, 1e-7 * dw, -2e-7 * dw, 4e-14 * dw**2, 100_000, learning_rate=0.1, look=output),
            Case(w, 0 * dw, 0 * dw, 0 * dw, 100_000, learning_rate=0.1, look=output),
        ],
        "bias_correction": [
            Case(w, dw, m, v, 4, learning_rate=0.5, look=output),
            Case(w, dw, 0 * m, 0 * v, 1, learning_rate=0.5, look=output),
            Case(w, -dw, m, v, 2, learning_rate=0.5, look=output),
        ],
        "inputs_kept": Case(
            w, dw, np.abs(m), v, 3,
            look=lambda result, arguments: (np.allclose(result[0], w, atol=0.1), arguments),
        ),
    }  # fmt: skip


ADAM_AVERAGES = ("averages", "update", "bias_correction")
ADAM_UPDATE = ("update", "bias_correction")

ADAM_STEP = Misconceptions(
    adam_step,
    adam_step_probe,
    Misconception(
        "uphill",
        old="w = w - learning_rate",
        new="w = w + learning_rate",
        fails=ADAM_UPDATE,
        sentence="The step goes with the gradient, where the loss grows. It should go against it.",
    ),
    Misconception(
        "power_as_product",
        old="m_hat = m / (1 - beta1**t)\n    v_hat = v / (1 - beta2**t)",
        new="m_hat = m / (1 - beta1 * t)\n    v_hat = v / (1 - beta2 * t)",
        # A root of a negative number leaves nothing of w.
        fails=(*ADAM_UPDATE, "inputs_kept"),
        sentence="In the bias correction the betas are multiplied by t. They should be raised to "
        "the power of t, which ** does.",
    ),
    Misconception(
        "not_corrected",
        old="m_hat = m / (1 - beta1**t)\n    v_hat = v / (1 - beta2**t)",
        new="m_hat, v_hat = m, v",
        fails=("bias_correction",),
        sentence="The averages are used as they are. They began at 0 and are too small in the "
        "first steps, which the bias correction makes up for.",
    ),
    Misconception(
        "first_average_not_corrected",
        old="m / (1 - beta1**t)",
        new="m",
        fails=("bias_correction",),
        sentence="The average of the gradients is used without its bias correction, so the "
        "first steps are too short.",
    ),
    Misconception(
        "second_average_not_corrected",
        old="v / (1 - beta2**t)",
        new="v",
        fails=("bias_correction",),
        sentence="The average of the squares is used without its bias correction, so the "
        "first steps are far too long.",
    ),
    Misconception(
        "one_step_too_far",
        old="**t)",
        new="**(t + 1))",
        fails=("bias_correction",),
        sentence="The bias correction counts one step too many. The first step has t = 1 "
        "already, so t is the power.",
    ),
    Misconception(
        "steps_counted_from_zero",
        old="**t)",
        new="**(t - 1))",
        fails=("bias_correction",),
        sentence="The bias correction counts one step too few, and divides by 0 in the first "
        "one. That step has t = 1 already, so t is the power.",
    ),
    Misconception(
        "gradient_not_squared",
        old="dw**2",
        new="dw",
        fails=ADAM_AVERAGES,
        sentence="The second average is one of the gradients, which can be negative. It "
        "should take in their squares.",
    ),
    Misconception(
        "root_forgotten",
        old="np.sqrt(v_hat)",
        new="v_hat",
        fails=ADAM_UPDATE,
        sentence="The step is divided by the average of the squares itself. Its square root "
        "is about the size of a gradient.",
    ),
    Misconception(
        "epsilon_missing",
        old="(np.sqrt(v_hat) + epsilon)",
        new="np.sqrt(v_hat)",
        fails=("update",),
        sentence="The step is divided by the root alone. Where all gradients were 0, so is the "
        "root, and 0 divided by 0 is no number. Add the tiny epsilon to what you divide by.",
    ),
    Misconception(
        "epsilon_in_root",
        old="np.sqrt(v_hat) + epsilon",
        new="np.sqrt(v_hat + epsilon)",
        fails=("update",),
        sentence="epsilon is added before the root is taken, which makes it ten thousand times "
        "as large: small gradients hardly move w. It belongs behind the root.",
    ),
    Misconception(
        "shares_exchanged",
        old="beta1 * m + (1 - beta1) * dw",
        new="(1 - beta1) * m + beta1 * dw",
        fails=ADAM_AVERAGES,
        sentence="The first average keeps a tenth of what it was and takes in nine tenths of "
        "the new gradient. It should be the other way round.",
    ),
    Misconception(
        "gradients_added_up",
        old="beta1 * m + (1 - beta1) * dw",
        new="beta1 * m + dw",
        fails=ADAM_AVERAGES,
        sentence="The new gradient is added in full. An average takes in the share that it "
        "did not keep of the old one.",
    ),
    Misconception(
        "corrected_averages_returned",
        old="return w, m, v",
        new="return w, m_hat, v_hat",
        fails=("averages",),
        sentence="The corrected averages come back. The next step needs those without the "
        "correction; it makes its own.",
    ),
    Misconception(
        "momentum_unused",
        old="learning_rate * m_hat",
        new="learning_rate * dw",
        fails=ADAM_UPDATE,
        sentence="The step follows the newest gradient alone. It should follow the average of "
        "the gradients, corrected.",
    ),
    Misconception(
        "average_changed_in_place",
        old="m = beta1 * m + (1 - beta1) * dw",
        new="m *= beta1; m += (1 - beta1) * dw",
        fails=("inputs_kept",),
        sentence="The caller's array m is changed. Make a new one, and what was handed in is "
        "still there after the call.",
    ),
    Misconception(
        "results_in_another_order",
        old="return w, m, v",
        new="return m, v, w",
        fails=("averages", "update", "bias_correction", "inputs_kept"),
        sentence="The results come in another order. First the parameters, then the average "
        "of the gradients, then that of their squares.",
    ),
)


MISCONCEPTIONS = [
    NETWORK_FORWARD,
    SOFTMAX,
    CROSS_ENTROPY,
    NETWORK_BACKWARD,
    MINIBATCHES,
    ADAM_STEP,
]
