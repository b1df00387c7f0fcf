"""The figures of this notebook: nothing in here is needed to solve the exercises.

The first part draws the concept figures (``python figures.py`` writes them to ``images/``), the
second part draws your own results. What both are drawn with is in drawing.py.
"""

import math
from pathlib import Path

import numpy as np
from drawing import (
    BLUE,
    DIVERGING,
    FONT,
    GREEN,
    INK,
    MINUS,
    ORANGE,
    PALE,
    WIDTH,
    as_numbers,
    canvas,
    draw_arrow,
    frame,
    result_figure,
    show,
    tint,
    write,
    write_images,
)
from drawing import versions as versions
from matplotlib import patheffects
from matplotlib.figure import Figure
from tracebacks import shorten_tracebacks as shorten_tracebacks

# The numbers in the concept figures.
SPLIT = {"training": 1197, "validation": 200, "test": 400}
STAGES = [(8, 8, 1), (8, 8, 16), (4, 4, 16), (4, 4, 32), (512,), (10,), (10,)]
SCORES = np.array([2, 1, 0])
EXPONENTIALS = np.array([7.39, 2.72, 1.00])
SUM = 11.11
PROBABILITIES = np.array([0.665, 0.245, 0.090])
LOSSES = {0.665: 0.41, 0.09: 2.41}
GRADIENT = np.array([-0.335, 0.245, 0.090])
LABELS = np.array([7, 2, 1, 0, 4, 1, 4, 9, 5, 9])
ORDER = np.array([4, 2, 8, 7, 0, 9, 3, 6, 1, 5])
BATCHES = [4, 4, 2]
CHECKPOINT = {"epoch": 3, "t": 114}
VALLEY = np.array([1.0, 20.0])  # how steep it is along and across
START, STEPS, PLAIN_RATE, ADAM_RATE = np.array([-9.0, 2.0]), 12, 0.093, 0.8


def bar(axes, x, bottom, height, colour, text, width=0.62, hatch=None):
    """Draw a bar that stands on `bottom`, or hangs from it if it is negative, with its number."""
    top = bottom - max(height, 0)
    frame(axes, x, top, width, abs(height), fc=tint(colour, 0.4), ec=colour, lw=2, hatch=hatch)
    above = height >= 0
    place = top - 0.16 if above else top + abs(height) + 0.18
    write(axes, x + width / 2, place, text.replace("-", MINUS))


def draw_sheets(axes, x, y, side, cells, number, colour):
    """Draw a volume as `number` overlapping sheets, channel 0 in front; return its right end."""
    for sheet in reversed(range(number)):
        left, top = x + 0.1 * sheet, y - 0.1 * sheet
        frame(axes, left, top, side, side, fc=tint(colour, 0.25), ec=colour, lw=1.2)
    for line in range(1, cells):
        at = side * line / cells
        axes.plot([x, x + side], [y + at, y + at], c=colour, lw=0.5, zorder=3)
        axes.plot([x + at, x + at], [y, y + side], c=colour, lw=0.5, zorder=3)
    return x + side + 0.1 * (number - 1)


def draw_split():
    """Draw the three parts of the data and what each of them is for."""
    figure, axes = canvas(2.3)
    uses = {
        "training": ("the network learns\nfrom them", "in every epoch", BLUE, None),
        "validation": ("you choose\nby them", "as often as you like", ORANGE, "..."),
        "test": ("you report\nby them", "once, at the end", GREEN, "///"),
    }
    x, length = 0.15, WIDTH - 0.3
    total = sum(SPLIT.values())
    for name, number in SPLIT.items():
        purpose, often, colour, hatch = uses[name]
        # The middle part would be too narrow for its words.
        width = {"training": 4.5, "validation": 1.95, "test": length - 6.45}[name]
        pattern = {"fc": tint(colour), "ec": tint(colour, 0.6), "hatch": hatch, "lw": 0}
        frame(axes, x, 0.45, width, 0.6, zorder=1, **pattern)
        frame(axes, x, 0.45, width, 0.6, ec=colour, lw=3, zorder=4)
        halo = [patheffects.withStroke(linewidth=5, foreground="white")]
        write(axes, x + width / 2, 0.75, f"{number} {name}", path_effects=halo)
        write(axes, x + width / 2, 1.15, purpose, linespacing=1.3, va="top")
        write(axes, x + width / 2, 2.0, often, color="#555555")
        x += width
    write(axes, WIDTH / 2, 0.2, f"{total} images (widths not to scale)")
    return figure


def draw_network():
    """Draw the volumes that an image becomes on its way through the network."""
    figure, axes = canvas(3.5)
    middle, small = 1.7, FONT - 2
    sides = [(0.15, 1.0, 8, 1), (1.75, 1.0, 8, 4), (3.6, 0.55, 4, 4), (5.0, 0.55, 4, 6)]
    names = ["X", "A1", "P1", "A2"]
    layers = [
        "convolution,\nReLU",
        "max\npooling",
        "convolution,\nReLU",
        "flatten",
        "dense",
        "softmax",
    ]
    ends, colour = [], BLUE
    for (x, side, cells, sheets), name, shape in zip(sides, names, STAGES, strict=False):
        end = draw_sheets(axes, x, middle - side / 2, side, cells, sheets, colour)
        write(axes, x + side / 2, middle + 0.85, name, code=True)
        write(axes, x + side / 2, middle + 1.1, str(shape), code=True, size=small)
        ends.append((x, end))
    for x, number, shape, name, cell in (
        (6.65, 16, STAGES[4], "row", 0.15),
        (7.55, 10, STAGES[5], "scores", 0.2),
        (8.5, 10, STAGES[6], "P", 0.2),
    ):
        top = middle - number * cell / 2
        for row in range(number):
            look = tint(ORANGE, 0.3 if name == "scores" else 0.15)
            look = look if name != "P" else tint(GREEN, 0.7 if row == 5 else 0.08)
            frame(axes, x, top + row * cell, 0.2, cell, fc=look, lw=0.8)
        write(axes, x + 0.1, middle + number * cell / 2 + 0.15, name, code=True)
        write(axes, x + 0.1, middle + number * cell / 2 + 0.4, str(shape), code=True, size=small)
        ends.append((x, x + 0.2))
    for (_, start), (end, _), layer in zip(ends, ends[1:], layers, strict=False):
        draw_arrow(axes, (start + 0.06, middle), (end - 0.06, middle))
        heights = {"softmax": 0.45, "dense": 0.45, "flatten": 0.2}
        write(axes, (start + end) / 2, heights.get(layer, 0.3), layer, size=small, linespacing=1.2)
    return figure


def draw_softmax():
    """Draw how three scores become probabilities."""
    figure, axes = canvas(3.0)
    bottom, columns = (
        2.55,
        [(0.5, SCORES, 0.28, BLUE, "{:g}"), (3.4, EXPONENTIALS, 0.28, ORANGE, "{:.2f}")],
    )
    columns.append((6.55, PROBABILITIES, 2.9, GREEN, "{:.3f}"))
    for (x, values, scale, colour, form), name in zip(columns, ["z", "e^z", "p"], strict=True):
        for number, value in enumerate(values):
            bar(axes, x + 0.72 * number, bottom, scale * value, colour, form.format(value))
        axes.plot([x - 0.1, x + 2.16], [bottom, bottom], c=INK, lw=1.2)
        title = {"z": "scores z", "e^z": f"exponentials, sum {SUM}", "p": "probabilities p"}[name]
        write(axes, x + 1.03, bottom + 0.22, title)
    draw_arrow(axes, (2.7, 1.6), (3.25, 1.6), "exp", code=True)
    draw_arrow(axes, (5.75, 1.6), (6.35, 1.6), "/ sum", code=True)
    return figure


def draw_loss():
    """Draw the loss of an example as a function of a probability, and a gradient as bars."""
    figure, axes = canvas(3.3)
    left, bottom, width, height, top = 0.75, 2.75, 4.0, 2.5, 3.2
    p = np.linspace(np.exp(-top), 1, 200)
    axes.plot(left + p * width, bottom + np.log(p) / top * height, c=BLUE, lw=2.5)
    axes.plot([left, left, left + width], [bottom - height, bottom, bottom], c=INK, lw=1.2)
    for value in (0, 1):
        write(axes, left + value * width, bottom + 0.17, value)
    for value in range(4):
        write(axes, left - 0.15, bottom - value / top * height, value)
    write(axes, left + width / 2, bottom + 0.32, "probability p of the true digit")
    write(axes, 0.2, bottom - height / 2, f"loss {MINUS}log p", rotation=90)
    for number, loss in LOSSES.items():
        x, y = left + number * width, bottom - loss / top * height
        axes.plot([x, x], [bottom, y], c=ORANGE, lw=1.5, ls=(0, (4, 3)))
        axes.plot([x], [y], "o", c=ORANGE, ms=9, zorder=6)
        write(axes, x + 0.15, y - 0.18, f"p = {number}, loss = {loss}", ha="left")
    x, zero, scale = 6.2, 1.55, 2.6
    for place, value in enumerate(GRADIENT):
        colour, hatch = (GREEN, None) if value < 0 else (ORANGE, "///")
        bar(axes, x + 0.85 * place, zero, scale * value, colour, f"{value:.3f}", hatch=hatch)
    axes.plot([x - 0.15, x + 2.5], [zero, zero], c=INK, lw=1.2)
    write(axes, x + 1.15, 0.35, "gradient, true digit 0")
    for place, value in enumerate(SCORES):
        write(axes, x + 0.31 + 0.85 * place, 2.85, f"z = {value}", code=True, size=FONT - 1)
    return figure


def draw_backward():
    """Draw the layers, what goes through them forward, and what comes back."""
    figure, axes = canvas(3.1)
    layers = ["convolution", "ReLU", "pooling", "convolution", "ReLU", "dense"]
    forward = ["X", "Z1", "A1", "P1", "Z2", "A2", "Z"]
    backward = ["", "dZ1", "dA1", "dP1", "dZ2", "dA2", "dZ"]
    widths = [1.22, 0.62, 0.86, 1.22, 0.62, 0.7]
    gap = (WIDTH - 0.2 - sum(widths)) / 7
    x, top, height = 0.1 + gap, 0.75, 1.1
    for number, (layer, width) in enumerate(zip(layers, widths, strict=True)):
        frame(axes, x, top, width, height, fc=tint(BLUE, 0.12), ec=BLUE, lw=2)
        write(axes, x + width / 2, top + height / 2, layer, size=FONT - 1)
        write(axes, x + width / 2, 0.3, f"caches[{number}]", code=True, size=FONT - 4)
        draw_arrow(axes, (x + width / 2, 0.42), (x + width / 2, top), color=PALE)
        if layer in ("convolution", "dense"):
            name = {0: "1", 3: "2", 5: "3"}[number]
            draw_arrow(axes, (x + width / 2, top + height), (x + width / 2, 2.35))
            write(axes, x + width / 2, 2.55, f"dW{name}", code=True)
            write(axes, x + width / 2, 2.8, f"db{name}", code=True)
        x += width + gap
    x = 0.1
    for number in range(7):
        start, end = x, x + gap
        names = {"size": FONT - 2, "code": True}
        write(axes, (start + end) / 2, top + 0.1, forward[number], **names)
        draw_arrow(axes, (start + 0.03, top + 0.3), (end - 0.03, top + 0.3))
        if backward[number]:
            look = {"arrowstyle": "-|>", "color": ORANGE, "lw": 2.5, "shrinkA": 0, "shrinkB": 0}
            axes.annotate(
                "", xy=(start + 0.03, top + 0.78), xytext=(end - 0.03, top + 0.78),
                arrowprops=look | {"mutation_scale": 18},
            )  # fmt: skip
            write(axes, (start + end) / 2, top + 1.02, backward[number], **names)
        x += gap + (widths[number] if number < 6 else 0)
    return figure


def draw_minibatches():
    """Draw ten examples, shuffled and cut into minibatches."""
    figure, axes = canvas(3.2)
    cell, x = 0.72, 1.5
    for y, order, name in ((0.25, np.arange(10), "as they are"), (1.6, ORDER, "shuffled")):
        write(axes, 0.1, y + 0.28, name, ha="left")
        write(axes, 0.1, y + 0.75, "labels", ha="left", color="#555555")
        for place, example in enumerate(order):
            colour = (BLUE, ORANGE, GREEN)[place // 4] if y > 1 else PALE
            hatch = (None, "///", "...")[place // 4] if y > 1 else None
            frame(
                axes, x + place * cell, y, cell, 0.55,
                fc=tint(colour, 0.25), ec=tint(colour, 0.6), hatch=hatch, lw=0, zorder=1,
            )  # fmt: skip
            frame(axes, x + place * cell, y, cell, 0.55, ec=INK)
            halo = [patheffects.withStroke(linewidth=4, foreground="white")]
            middle = x + (place + 0.5) * cell
            write(axes, middle, y + 0.28, example, size=FONT + 2, path_effects=halo)
            write(axes, middle, y + 0.75, LABELS[example], code=True, color="#555555")
    start = 0
    for size in BATCHES:
        left, right, y = x + start * cell + 0.06, x + (start + size) * cell - 0.06, 2.55
        axes.plot([left, left, right, right], [y, y + 0.12, y + 0.12, y], c=INK, lw=1.5)
        write(axes, (left + right) / 2, y + 0.38, f"{size} examples")
        start += size
    return figure


def valley_path(adam):
    """Return the places, of shape (STEPS + 1, 2), of a walk down the valley."""
    w, m, v = START.copy(), np.zeros(2), np.zeros(2)
    path = [w]
    for t in range(1, STEPS + 1):
        gradient = VALLEY * w
        if adam:
            m, v = 0.9 * m + 0.1 * gradient, 0.999 * v + 0.001 * gradient**2
            w = w - ADAM_RATE * (m / (1 - 0.9**t)) / np.sqrt(v / (1 - 0.999**t))
        else:
            w = w - PLAIN_RATE * gradient
        path.append(w)
    return np.array(path)


def draw_adam():
    """Draw two walks through the same valley: plain steps and Adam."""
    figure, axes = canvas(3.0)
    width, height = 4.2, 2.1
    for x, adam, title in ((0.15, False, "plain steps"), (4.65, True, "Adam")):
        y, scale = 0.5, width / 24
        middle_x, middle_y, tall = x + 10.5 * scale, y + height / 2, 0.38
        across, along = np.meshgrid(np.linspace(-2.7, 2.7, 80), np.linspace(-10.5, 13.5, 160))
        levels = (VALLEY[0] * along**2 + VALLEY[1] * across**2) / 2
        axes.contour(
            middle_x + along * scale, middle_y + across * tall, levels,
            levels=[1, 5, 15, 30, 50, 75], colors=PALE, linewidths=1,
        )  # fmt: skip
        path = valley_path(adam)
        places = middle_x + path[:, 0] * scale, middle_y + path[:, 1] * tall
        colour = ORANGE if adam else BLUE
        axes.plot(*places, "-o", c=colour, lw=2, ms=5, zorder=5, clip_on=True)
        axes.plot([middle_x], [middle_y], "x", c=INK, ms=11, mew=2.5, zorder=6)
        frame(axes, x, y, width, height, lw=1)
        write(axes, x + width / 2, 0.25, title)
        write(axes, places[0][0] + 0.12, places[1][0], "start", size=FONT - 1, ha="left")
    write(axes, WIDTH / 2, 2.82, f"{STEPS} steps each; the lowest point is at the cross")
    return figure


def draw_checkpoint():
    """Draw the tree of groups, datasets and attributes in a checkpoint."""
    figure, axes = canvas(3.6)
    frame(axes, 0.2, 0.25, 2.2, 0.5, fc=tint(BLUE), ec=BLUE, lw=2)
    write(axes, 1.3, 0.5, "run.h5", code=True)
    for row, (name, number) in enumerate(CHECKPOINT.items()):
        write(axes, 2.75, 0.4 + 0.28 * row, f"{name} = {number}", code=True, ha="left")
    write(axes, 4.6, 0.54, "attributes of the file", ha="left", color="#555555")
    axes.plot([0.6, 0.6], [0.75, 2.95], c=INK, lw=1.2)
    for row, group in enumerate(("parameters", "m", "v")):
        y = 1.35 + 0.8 * row
        axes.plot([0.6, 1.0], [y, y], c=INK, lw=1.2)
        frame(axes, 1.0, y - 0.22, 1.6, 0.44, fc=tint(ORANGE), ec=ORANGE, lw=2, hatch="///")
        frame(axes, 1.06, y - 0.16, 1.48, 0.32, fc="white", ec="white", zorder=3)
        write(axes, 1.8, y, group, code=True)
        for column, dataset in enumerate(("W1", "b1", "W2", "b2", "W3", "b3")):
            x = 3.0 + 0.98 * column
            frame(axes, x, y - 0.22, 0.78, 0.44, fc=tint(GREEN, 0.15), ec=GREEN, lw=1.5)
            write(axes, x + 0.39, y, dataset, code=True)
        axes.plot([2.6, 3.0], [y, y], c=INK, lw=1.2)
    write(axes, 1.8, 3.4, "groups", color="#555555")
    write(axes, 5.85, 3.4, "datasets: W1 has shape (3, 3, 1, 16) in each group", color="#555555")
    return figure


DRAWINGS = {
    "split": draw_split,
    "network": draw_network,
    "softmax": draw_softmax,
    "loss": draw_loss,
    "backward": draw_backward,
    "minibatches": draw_minibatches,
    "adam": draw_adam,
    "checkpoint": draw_checkpoint,
}


def draw_image(axes, array, x, y, cell, scale):
    """Draw an array as cells, with a minus in the negative ones."""
    (rows, columns), (low, high) = array.shape, scale
    colours = {"cmap": DIVERGING if low else "Greys", "vmin": low, "vmax": high}
    extent = (x, x + columns * cell, y + rows * cell, y)
    axes.imshow(array, extent=extent, interpolation="nearest", **colours)
    frame(axes, x, y, columns * cell, rows * cell)
    for (row, column), value in np.ndenumerate(array):
        if value < low / 10 and cell > 0.12:
            middle = x + (column + 0.5) * cell, y + (row + 0.5) * cell
            write(axes, *middle, MINUS, size=min(FONT, 50 * cell))


def draw_images(images, names, columns, scale, lines=1):
    """Return a figure of images (k, n_H, n_W) in rows, each below its name."""
    pitch, head = WIDTH / columns, 0.1 + 0.22 * lines
    cell = min(pitch - 0.2, 1.5) / max(images.shape[1:])
    tall = images.shape[1] * cell
    figure, axes = canvas(math.ceil(len(images) / columns) * (tall + head + 0.12) + 0.05)
    for number, (image, name) in enumerate(zip(images, names, strict=True)):
        row, column = divmod(number, columns)
        middle, y = (column + 0.5) * pitch, row * (tall + head + 0.12) + head
        draw_image(axes, image, middle - image.shape[1] * cell / 2, y, cell, scale)
        write(axes, middle, y - head / 2, name, size=FONT - 2 if lines > 1 else FONT)
    return figure


@result_figure
def digits(images, labels):
    """Show images of shape (m, n_H, n_W, 1) in rows of ten, each below its label."""
    images = as_numbers("images", images, "m, n_H, n_W, n_C")[:, :, :, 0]
    m, n_H, n_W = images.shape
    names = ", ".join(str(label) for label in labels)
    text = f"{m} grey images of {n_H} x {n_W} pixels, handwritten digits labelled {names}."
    show(draw_images(images, labels, 10, (0, 1)), text)


@result_figure
def named_images(images, names):
    """Show images of shape (m, n_H, n_W, 1), each below a name of two lines."""
    images = as_numbers("images", images, "m, n_H, n_W, n_C")[:, :, :, 0]
    described = "; ".join(name.replace("\n", ", ") for name in names)
    text = f"{len(images)} grey images of handwritten digits, with these names: {described}."
    show(draw_images(images, names, 4, (0, 1), lines=2), text)


@result_figure
def filters(weights):
    """Show the k filters of one input channel, in an array of shape (f, f, k)."""
    weights = np.moveaxis(as_numbers("weights", weights, "f, f, n_C"), -1, 0)
    high = np.abs(weights).max()
    text = f"{len(weights)} filters of {weights.shape[1]} x {weights.shape[2]} weights. Negative "
    text += f"weights are blue with a minus, positive ones orange; the strongest is {high:.2f}."
    show(draw_images(weights, range(len(weights)), 8, (-high, high)), text)


@result_figure
def feature_maps(image, maps):
    """Show an image (n_H, n_W) and then its maps, an array of shape (n_H', n_W', k)."""
    image = as_numbers("image", image, "n_H, n_W")
    maps = np.moveaxis(as_numbers("maps", maps, "n_H, n_W, n_C"), -1, 0)
    # The image is as dark as the strongest map, so that both can share one scale.
    panels = np.concatenate([image[np.newaxis] * maps.max() / image.max(), maps])
    strength = ", ".join(f"{values.mean():.2f}" for values in maps)
    text = (
        f"An image and {len(maps)} maps of {maps.shape[1]} x {maps.shape[2]} numbers made of it; "
    )
    text += f"the darker, the larger. The means of the maps, in order: {strength}."
    names = ["image", *(f"map {number}" for number in range(len(maps)))]
    show(draw_images(panels, names, 6, (0, maps.max())), text)


@result_figure
def curves(history):
    """Show how a run went: rows are epochs, columns loss and accuracy, training and validation."""
    history = as_numbers("history", history, "epochs, 4")
    epochs = np.arange(1, len(history) + 1)
    figure = Figure(figsize=(WIDTH, 3.6), facecolor="white", layout="constrained")
    for axes, first, name in zip(figure.subplots(1, 2), (0, 1), ("loss", "accuracy"), strict=True):
        look = {"lw": 2, "ms": 5, "markevery": 1 + len(history) // 50}
        axes.plot(epochs, history[:, first], "-o", c=BLUE, label="training", **look)
        axes.plot(epochs, history[:, first + 2], "--s", c=ORANGE, label="validation", **look)
        axes.set_xlabel("epoch", size=FONT)
        axes.set_title(name, size=FONT)
        axes.tick_params(labelsize=FONT - 2)
        axes.grid(color="#dddddd")
        if name == "loss":
            axes.set_yscale("log")
            axes.legend(fontsize=FONT - 1)
    ends = [f"{number:.3f}" for number in history[-1]]
    text = f"Two plots over {len(history)} epochs. The loss, on a logarithmic scale, ends at "
    text += f"{ends[0]} for training and {ends[2]} for validation, the accuracy at {ends[1]} and "
    text += f"{ends[3]}."
    show(figure, text)


@result_figure
def confusion(matrix):
    """Show a confusion matrix of shape (n, n): rows are true digits, columns answers."""
    matrix = as_numbers("matrix", matrix, "n, n").astype(int)
    n, cell, x, y = len(matrix), 0.42, 2.9, 0.75
    figure, axes = canvas(y + n * cell + 0.1)
    for (row, column), number in np.ndenumerate(matrix):
        left, top = x + column * cell, y + row * cell
        colour = BLUE if row == column else ORANGE
        strength = number / matrix.max() * 0.6 if row == column else min(1, number / 3)
        frame(axes, left, top, cell, cell, fc=tint(colour, strength), ec=PALE, lw=0.6)
        if number:
            weight = "normal" if row == column else "bold"
            write(axes, left + cell / 2, top + cell / 2, number, weight=weight)
    for number in range(n):
        write(axes, x + (number + 0.5) * cell, y - 0.17, number, code=True, color="#555555")
        write(axes, x - 0.2, y + (number + 0.5) * cell, number, code=True, color="#555555")
    write(axes, x + n * cell / 2, 0.25, "read as")
    write(axes, x - 0.55, y + n * cell / 2, "true digit", ha="right")
    wrong = [
        f"{count} times {row} as {column}"
        for (row, column), count in np.ndenumerate(matrix)
        if count and row != column
    ]
    text = f"A table of {n} x {n} counts; on the diagonal {np.trace(matrix)} right answers of "
    text += f"{matrix.sum()}. Wrong: {', '.join(wrong) or 'none'}."
    show(figure, text)


if __name__ == "__main__":
    write_images(DRAWINGS, Path(__file__).with_name("images"))
