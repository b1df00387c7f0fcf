"""The figures of this notebook: nothing in here is needed to solve the exercises.

The first part draws the concept figures (``python figures.py`` writes them to ``images/``), the
second part draws your own results. What both are drawn with is in drawing.py.
"""

from pathlib import Path

import numpy as np
from drawing import (
    BLUE,
    FONT,
    GREEN,
    INK,
    ORANGE,
    PALE,
    TIMES,
    WIDTH,
    as_numbers,
    canvas,
    draw_array,
    draw_arrow,
    draw_grid,
    draw_row,
    find_scale,
    frame,
    number_axes,
    result_figure,
    shade,
    show,
    tint,
    write,
    write_images,
)
from drawing import versions as versions
from matplotlib.patches import Polygon
from playing import play as play
from tracebacks import shorten_tracebacks as shorten_tracebacks

# The numbers in the concept figures.
IMAGE = np.array([[1, 2, 0], [0, 1, 3], [2, 0, 1]])
PADDED = np.array(
    [[0, 0, 0, 0, 0], [0, 1, 2, 0, 0], [0, 0, 1, 3, 0], [0, 2, 0, 1, 0], [0, 0, 0, 0, 0]]
)
WINDOW = np.array([[1, 2], [0, 1]])
FILTER = np.array([[1, -1], [2, 0]])
PRODUCTS = np.array([[1, -2], [0, 0]])
SUM, BIAS, Z = -1, 3, 2
OUTPUT = np.array([[2, 7], [6, 1]])
POOLING_INPUT = np.array([[1, 3, 2, 1], [4, 2, 0, 5], [6, 1, 3, 2], [0, 5, 1, 2]])
POOLING_MAX = np.array([[4, 5], [6, 3]])
POOLING_AVERAGE = np.array([[2.5, 2], [3, 2]])
LAYER = {"input": (6, 6, 3), "f": 3, "output": (4, 4, 2)}
FLOOR = {"n_W_prev": 6, "f": 3, "stride": 2, "n_W": 2, "starts": (0, 2, 4)}
CORNERS = {"input": (5, 7), "f": 2, "stride": 2, "output": (2, 3), "h": 1, "w": 2}
CORNERS |= {"vert_start": 2, "vert_end": 4, "horiz_start": 4, "horiz_end": 6}

SLANT = 0.45  # how far one channel is shifted in the oblique drawings, in cells


def draw_box(axes, x, y, shape, cell, colour, hatch=None, inside=False):
    """Draw a volume in oblique projection; of one inside another the right face is hidden."""
    rows, columns, channels = shape
    down, right, back = np.eye(3)

    def quad(start, first, second, **look):
        corners = np.array([start, start + first, start + first + second, start + second])
        row, column, channel = corners.T
        points = (x + cell * (column + SLANT * channel), y + cell * (row - SLANT * channel))
        axes.add_patch(Polygon(np.transpose(points), joinstyle="round", **look))

    # The one inside is darker and has a heavier outline, so that it stands out in grey, too.
    line, heavy = {"ec": tint(colour, 1 if inside else 0.5), "lw": 0.7}, 3 if inside else 1.2
    faces = [(0, down, rows, right, columns, 0.1), (0, back, channels, right, columns, 0.1)]
    if not inside:
        faces.append((columns * right, down, rows, back, channels, 0.3))
    for start, first, n_first, second, n_second, strength in faces:
        look = line | {"fc": tint(colour, 0.5 if inside else strength), "hatch": hatch}
        for i, j in np.ndindex(n_first, n_second):
            quad(start + i * first + j * second, first, second, **look)
        quad(start + 0 * first, n_first * first, n_second * second, ec=INK, lw=heavy, fill=False)


def draw_sheets(axes, x, y, size, cell, styles):
    """Draw the channels of a volume as overlapping sheets, channel 0 in front."""
    for channel, (colour, hatch) in reversed(list(enumerate(styles))):
        left, top, side = x + 0.16 * channel, y - 0.16 * channel, size * cell
        pattern = {"fc": tint(colour, 0.3), "ec": tint(colour, 0.7), "hatch": hatch}
        frame(axes, left, top, side, side, lw=0, **pattern)
        for row, column in np.ndindex(size, size):
            frame(axes, left + column * cell, top + row * cell, cell, cell, lw=0.9)


def draw_layer():
    """Draw what a convolutional layer makes of a volume."""
    figure, axes = canvas(4.1)
    f, cell, middle = LAYER["f"], 0.4, 2.4
    for x, suffix, shape in ((0.5, "_prev", LAYER["input"]), (6.3, "", LAYER["output"])):
        height, width = shape[0] * cell, shape[1] * cell
        y = middle - height / 2
        part = (f, f, shape[2]) if suffix else (1, 1, shape[2])
        draw_box(axes, x, y, shape, cell, BLUE)
        draw_box(axes, x, y, part, cell, ORANGE, hatch="///", inside=True)
        labels = [f"n_{name}{suffix} = {size}" for name, size in zip("HWC", shape, strict=True)]
        write(axes, x - 0.22, middle, labels[0], code=True, rotation=90)
        write(axes, x + width / 2, y + height + 0.22, labels[1], code=True)
        write(axes, x + width + 0.25, y + height - 0.05, labels[2], code=True, ha="left")
    write(axes, 0.5, 0.4, "a window:", ha="left")
    text = f"f {TIMES} f {TIMES} n_C_prev = 3 {TIMES} 3 {TIMES} 3"
    write(axes, 1.45, 0.4, text, code=True, ha="left")
    write(axes, 6.3, 0.8, "its 2 values,\none per filter", ha="left", linespacing=1.3)
    text = "2 filters\nof shape (3, 3, 3),\neach with its bias"
    draw_arrow(axes, (3.7, middle), (5.85, middle), text)
    return figure


def draw_padding():
    """Draw an image and the same image with a border of zeros."""
    figure, axes = canvas(4.3)
    cell, left, right, y = 0.75, 0.8, 4.75, 0.1
    middle, side = y + 2.5 * cell, 3 * cell
    shade(axes, right, y, 5 * cell, 5 * cell, BLUE, hatch="///", outline=0)
    for x in (left, right + cell):
        frame(axes, x, y + cell, side, side, fc="white", zorder=1)
        frame(axes, x, y + cell, side, side, lw=3.5, zorder=4)
    draw_grid(axes, IMAGE, left, y + cell, cell)
    draw_grid(axes, PADDED, right, y, cell)
    draw_arrow(axes, (left + side + 0.25, middle), (right - 0.25, middle), "pad = 1", code=True)
    write(axes, left + side / 2, y + 4 * cell + 0.25, f"3 {TIMES} 3")
    write(axes, right + 2.5 * cell, y + 5 * cell + 0.25, f"5 {TIMES} 5")
    return figure


def draw_step():
    """Draw one step of a convolution from left to right."""
    figure, axes = canvas(2.2)
    cell, gap, x, middle = 0.66, 0.54, 0.18, 1.1
    parts = [("window", WINDOW, BLUE, TIMES), ("filter", FILTER, ORANGE, "=")]
    parts += [("products", PRODUCTS, None, "→"), ("sum", SUM, None, "+"), ("b", BIAS, ORANGE, "=")]
    parts += [("z", Z, GREEN, "")]
    write(axes, x + 2 * cell + gap / 2, 0.2, "elementwise")
    for name, values, colour, operator in parts:
        values = np.atleast_2d(values)
        side = len(values) * cell
        if colour:
            shade(axes, x, middle - side / 2, side, side, colour)
        draw_grid(axes, values, x, middle - side / 2, cell)
        write(axes, x + side / 2, middle + cell + 0.25, name, code=len(name) == 1)
        write(axes, x + side + gap / 2, middle, operator, size=FONT + 7)
        x += side + gap
    return figure


def draw_sliding():
    """Draw the four positions of a window and the output that fills up."""
    figure, axes = canvas(4.2)
    cell = 0.6
    for step, (h, w) in enumerate(np.ndindex(OUTPUT.shape)):
        x, y = 0.2 + 2.27 * step, 0.5
        write(axes, x + 1.5 * cell, y - 0.25, f"h = {h}, w = {w}", code=True)
        draw_grid(axes, IMAGE, x, y, cell, line=PALE)
        shade(axes, x + w * cell, y + h * cell, 2 * cell, 2 * cell, BLUE)
        draw_arrow(axes, (x + 1.5 * cell, y + 1.9), (x + 1.5 * cell, y + 2.3))
        x, y = x + cell / 2, y + 2.4
        known = np.where(np.arange(4).reshape(2, 2) <= step, OUTPUT, np.nan)
        draw_grid(axes, known, x, y, cell, line=PALE)
        shade(axes, x + w * cell, y + h * cell, cell, cell, GREEN, hatch="///")
    return figure


def draw_floor():
    """Draw why the width of the output is rounded down."""
    figure, axes = canvas(3.4)
    cell, x, y, n = 0.8, 0.7, 0.75, FLOOR["n_W_prev"]
    end, below = x + n * cell, y + cell + 0.2
    shade(axes, end - cell, y, cell, cell, ORANGE, hatch="///", outline=0)
    draw_grid(axes, np.full((1, n), np.nan), x, y, cell)
    number_axes(axes, x, y, 0, n, cell)
    write(axes, end - cell / 2, y - 0.5, "never covered")
    write(axes, end + 0.3, y + 0.25, "n_W_prev = 6", code=True, ha="left")
    write(axes, end + 0.3, y + 0.55, "f = 3, stride = 2", code=True, ha="left")
    for w, start in enumerate(FLOOR["starts"]):
        left, top, width = x + start * cell, below + 0.42 * w, FLOOR["f"] * cell
        covered = {"fc": tint(BLUE, 0.4), "ec": BLUE, "lw": 2}
        look = covered if w < FLOOR["n_W"] else {"lw": 2, "ls": (0, (4, 3))}
        frame(axes, left, top, width, 0.3, **look)
        write(axes, left + width / 2, top + 0.15, f"w = {w}", code=True)
    axes.plot([end, end], [y + cell, below + 1.25], c=INK, lw=1.2, ls=":")
    write(axes, end + cell + 0.15, below + 0.99, "would stick out", ha="left")
    formula = "n_W = floor((6 - 3) / 2) + 1 = 2"
    write(axes, x + n * cell / 2, below + 1.5, formula, code=True)
    return figure


def draw_corners():
    """Draw the corners of a slice and the place in the output that it belongs to."""
    figure, axes = canvas(4.25)
    cell, x, y, line = 0.6, 0.5, 0.7, {"c": BLUE, "lw": 2, "zorder": 4}
    top, bottom = (y + CORNERS[name] * cell for name in ("vert_start", "vert_end"))
    left, right = (x + CORNERS[name] * cell for name in ("horiz_start", "horiz_end"))
    draw_grid(axes, np.full(CORNERS["input"], np.nan), x, y, cell, line=PALE)
    number_axes(axes, x, y, *CORNERS["input"], cell)
    write(axes, x + 3.5 * cell, y - 0.5, "one channel of the input")
    shade(axes, left, top, right - left, bottom - top, BLUE, hatch="///")
    for name, height in (("vert_start", top), ("vert_end", bottom)):
        axes.plot([right, x + 7.2 * cell], [height, height], **line)
        write(axes, x + 7.35 * cell, height, f"{name} = {CORNERS[name]}", code=True, ha="left")
    for name, place, side in (("horiz_start", left, "right"), ("horiz_end", right, "left")):
        axes.plot([place, place], [bottom, y + 5.2 * cell], **line)
        shift = 0.1 if side == "right" else -0.1
        text = f"{name} = {CORNERS[name]}"
        write(axes, place + shift, y + 5.5 * cell, text, code=True, ha=side)
    x, y = 7.05, y + 1.5 * cell
    draw_grid(axes, np.full(CORNERS["output"], np.nan), x, y, cell, line=PALE)
    number_axes(axes, x, y, *CORNERS["output"], cell)
    write(axes, x + 1.5 * cell, y - 0.5, "output")
    shade(axes, x + CORNERS["w"] * cell, y + CORNERS["h"] * cell, cell, cell, BLUE, hatch="///")
    write(axes, x + 1.5 * cell, y + 2 * cell + 0.3, "h = 1, w = 2", code=True)
    write(axes, x + 1.5 * cell, y + 4 * cell, "f = 2, stride = 2", code=True)
    return figure


def draw_stacking():
    """Draw two filters, the map that each of them makes, and the stack of both maps."""
    figure, axes = canvas(4.0)
    cell, middle, styles = 0.38, 1.85, [(BLUE, None), (ORANGE, "///")]
    draw_sheets(axes, 0.2, middle - 0.6, 4, cell, [(PALE, None)] * 3)
    write(axes, 0.96, middle + 1.3, "A_prev\nn_C_prev = 3", code=True, linespacing=1.4)
    for number, style in enumerate(styles):
        y = middle + 2 * number - 1
        near = middle + (y - middle) * 0.3
        draw_arrow(axes, (2.2, near), (2.85, y))
        draw_sheets(axes, 3.0, y - 0.22, 2, cell, [style] * 3)
        write(axes, 3.38, y + 0.8, f"filter {number}")
        draw_arrow(axes, (4.3, y), (4.95, y))
        draw_sheets(axes, 5.1, y - 0.57, 3, cell, [style])
        write(axes, 5.67, y + 0.8, f"Z[:, :, {number}]", code=True)
        draw_arrow(axes, (6.4, y), (7.05, near))
    draw_sheets(axes, 7.3, middle - 0.5, 3, cell, styles)
    write(axes, 7.87, middle + 1.02, "Z\nn_C = 2", code=True, linespacing=1.4)
    return figure


def draw_pooling():
    """Draw how the blocks of a map are pooled, by their maximum and by their average."""
    figure, axes = canvas(3.8)
    cell, left, right, y = 0.75, 0.9, 6.6, 0.3

    def draw_blocks(values, x, y, side):
        draw_grid(axes, values, x, y, cell, line=PALE)
        for (row, column), style in zip(np.ndindex(2, 2), styles, strict=True):
            corner = (x + column * side + 0.03, y + row * side + 0.03)
            shade(axes, *corner, side - 0.06, side - 0.06, *style)

    styles = [(BLUE, None), (ORANGE, "///"), (GREEN, "--"), (INK, "\\\\")]
    draw_blocks(POOLING_INPUT, left, y, 2 * cell)
    write(axes, left + 2 * cell, y + 4 * cell + 0.25, "f = 2, stride = 2", code=True)
    for name, values, top in (("max", POOLING_MAX, 0.1), ("average", POOLING_AVERAGE, 2.0)):
        draw_arrow(axes, (left + 4 * cell + 0.3, top + cell), (right - 0.3, top + cell), name)
        draw_blocks(values, right, top, cell)
    return figure


DRAWINGS = {
    "layer": draw_layer,
    "padding": draw_padding,
    "step": draw_step,
    "sliding": draw_sliding,
    "floor": draw_floor,
    "corners": draw_corners,
    "stacking": draw_stacking,
    "pooling": draw_pooling,
}


@result_figure
def digits(images, labels):
    """Show images of shape (m, n_H, n_W, 1) in a row, each below its label."""
    images = as_numbers("images", images, "m, n_H, n_W, n_C")
    figure, axes = canvas(1.2)
    for number, label in enumerate(labels):
        pitch = (WIDTH + 0.05) / len(labels)
        x, y, cell = 0.05 + number * pitch, 0.35, (pitch - 0.15) / max(images.shape[1:3])
        draw_array(axes, images[number, :, :, 0], x, y, cell, (0, 1))
        write(axes, x + cell * images.shape[2] / 2, y - 0.18, label)
    names = ", ".join(str(label) for label in labels)
    m, n_H, n_W, _ = images.shape
    show(figure, f"{m} grey images of {n_H} x {n_W} pixels, handwritten digits labelled {names}.")


@result_figure
def before_and_after_padding(x, x_pad):
    """Show the numbers in channel 0 of image 0, before and after padding."""
    panels = []
    for name, title, array in (("x", "before padding", x), ("x_pad", "after padding", x_pad)):
        numbers = as_numbers(name, array, "m, n_H, n_W, n_C")
        panels.append((title, f"{name}.shape = {numbers.shape}", numbers[0, :, :, 0]))
    scale = find_scale(*(panel[-1] for panel in panels), signed=True)
    figure = draw_row([(*panel, scale) for panel in panels], same_cells=True, numbers=True)
    shapes = " and ".join(f"{title}, {shape}" for title, shape, _ in panels)
    show(figure, f"Channel 0 of image 0 as two grids of numbers: {shapes}. Zeros are white.")


@result_figure
def feature_maps(image, maps, names):
    """Show an image (n_H, n_W) and, beside it, its maps (n_H', n_W', k) with their names."""
    image = as_numbers("image", image, "n_H, n_W")
    maps = as_numbers("maps", maps, "n_H, n_W, n_C")
    panels = [("image", str(image.shape), image, find_scale(image))]
    scale = find_scale(maps, signed=True)
    for name, channel in zip(names, np.moveaxis(maps, -1, 0), strict=True):
        panels.append((name, str(channel.shape), channel, scale))
    count = f"{len(names)} maps" if len(names) > 1 else "map"
    text = f"An image of shape {image.shape} and the {count} of shape {maps.shape[:2]} "
    text += f"made of it: {', '.join(names)}. "
    text += "Negative values are blue with a minus, positive ones orange."
    show(draw_row(panels, bar=True), text)


@result_figure
def filtered(conv_forward, images, filters):
    """Show what conv_forward makes of images (n_H, n_W, n_C) with 3 x 3 filters, given by name.

    Each channel gets a filter of its own, which is 0 on the others. Where the weights add up to 0,
    so do the channels' results: colours would say nothing there.
    """
    side, gap = 2.05, 0.2
    figure, axes = canvas(len(images) * (side + 0.1) + 0.4)
    for row, image in enumerate(images):
        y, cell = row * (side + 0.1) + 0.35, side / max(image.shape)
        results = _apart(conv_forward, image, list(filters.values()))
        panels = [("image", image), *zip(filters, results, strict=True)]
        for column, (name, result) in enumerate(panels):
            x = 0.1 + column * (side + gap)
            if not row:
                write(axes, x + side / 2, 0.17, name)
            if name != "image" and np.isclose(np.sum(filters[name]), 0):
                total = result.sum(axis=-1)
                draw_array(axes, total, x, y, cell, find_scale(total, signed=True))
            elif result.shape[-1] == 1:
                draw_array(axes, result[..., 0].clip(0, 1), x, y, cell, (0, 1))
            else:
                extent = (x, x + cell * result.shape[1], y + cell * len(result), y)
                axes.imshow(result.clip(0, 1), extent=extent, interpolation="nearest")
                frame(axes, x, y, extent[1] - x, extent[2] - y)
    sizes = " and ".join(str(image.shape) for image in images)
    text = (
        f"In each row an image and what each of these filters makes of it: {', '.join(filters)}. "
    )
    text += (
        f"The images have the shapes {sizes}. Edges are blue where negative, orange where positive."
    )
    show(figure, text)


def _apart(conv_forward, image, filters):
    """Apply each filter to each channel by itself, all in one layer; return a volume for each."""
    n_H, n_W, n_C = image.shape
    W = np.zeros((3, 3, n_C, len(filters), n_C))
    for number, weights in enumerate(filters):
        for channel in range(n_C):
            W[:, :, channel, number, channel] = weights
    n = len(filters) * n_C
    Z, _ = conv_forward(
        image[np.newaxis], W.reshape(3, 3, n_C, n), np.zeros((1, 1, 1, n)), {"stride": 1, "pad": 1}
    )
    if np.shape(Z) != (1, n_H, n_W, n):
        raise ValueError(f"Z should have shape {(1, n_H, n_W, n)}, but it has {np.shape(Z)}.")
    return np.moveaxis(np.reshape(Z, (n_H, n_W, len(filters), n_C)), 2, 0)


@result_figure
def pooled_maps(before, after_max, after_average):
    """Show a map (n_H, n_W) beside the two smaller ones that pooling makes of it."""
    maps = {"before pooling": before, "max": after_max, "average": after_average}
    maps = {
        name: as_numbers(f"the map {name!r}", array, "n_H, n_W") for name, array in maps.items()
    }
    scale = find_scale(*maps.values())
    panels = [(name, str(array.shape), array, scale) for name, array in maps.items()]
    shapes = ", ".join(f"{name} {array.shape}" for name, array in maps.items())
    text = f"A map and its two pooled versions with the same colours for the same values: {shapes}."
    # The numbers in the cells of small maps say more than a colour bar.
    show(draw_row(panels, bar=max(maps["before pooling"].shape) > 12, numbers=True), text)


@result_figure
def pipeline(stages):
    """Show a list of (name, array of shape (n_H, n_W)) as a row with arrows in between."""
    stages = [(name, as_numbers(f"stage {name!r}", array, "n_H, n_W")) for name, array in stages]
    # What is made of positive and negative numbers keeps their colours, ink keeps its own.
    signed = [any(before.min() < 0 for _, before in stages[: n + 1]) for n in range(len(stages))]
    panels = [
        (name, str(array.shape), array, find_scale(array, signed=sign))
        for (name, array), sign in zip(stages, signed, strict=True)
    ]
    shapes = ", then ".join(f"{name} {array.shape}" for name, array in stages)
    show(draw_row(panels, same_cells=True, arrows=True), f"A row of maps: {shapes}.")


if __name__ == "__main__":
    write_images(DRAWINGS, Path(__file__).with_name("images"))
