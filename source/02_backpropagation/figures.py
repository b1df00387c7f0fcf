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
    MINUS,
    ORANGE,
    PALE,
    TIMES,
    WIDTH,
    as_numbers,
    canvas,
    draw_arrow,
    draw_grid,
    draw_row,
    find_scale,
    frame,
    result_figure,
    shade,
    show,
    tint,
    write,
    write_images,
)
from drawing import versions as versions
from matplotlib.figure import Figure
from playing import play as play
from tracebacks import shorten_tracebacks as shorten_tracebacks

# The numbers in the concept figures. Image, filter and output are those of lesson 1.
IMAGE = np.array([[1, 2, 0], [0, 1, 3], [2, 0, 1]])
FILTER = np.array([[1, -1], [2, 0]])
DZ = np.array([[1, 2], [0, -1]])
# For the weight in the upper left corner: the pixels under it, and what each window adds.
PIXELS = np.array([[1, 2], [0, 1]])
SHARES = np.array([[1, 4], [0, -1]])
SLOPE = {"x": 3, "h": 1, "left": 4, "right": 16, "slope": 6}
# One step: the window at h = 0, w = 1 and what its output sends back.
STEP = {"h": 0, "w": 1, "dz": 2}
STEP |= {"window": np.array([[2, 0], [1, 3]]), "da_slice": np.array([[2, -2], [4, 0]])}
STEP |= {"dW": np.array([[4, 0], [2, 6]])}
# What the gradient of the image holds after each of the four windows.
SUMS = np.array(
    [
        [[1, -1, 0], [2, 0, 0], [0, 0, 0]],
        [[1, 1, -2], [2, 4, 0], [0, 0, 0]],
        [[1, 1, -2], [2, 4, 0], [0, 0, 0]],
        [[1, 1, -2], [2, 3, 1], [0, -2, 0]],
    ]
)
# The same filter on the padded image.
CUT = {"dZ": np.array([[1, 0, 0, 0], [0, 1, 2, 0], [0, 0, -1, 0], [0, 0, 0, 3]])}
CUT |= {
    "dA_pad": np.array(
        [
            [1, -1, 0, 0, 0],
            [2, 1, 1, -2, 0],
            [0, 2, 3, 1, 0],
            [0, 0, -2, 3, -3],
            [0, 0, 0, 6, 0],
        ]
    )
}
MASK = {"window": np.array([[1, 3], [4, 2]]), "mask": np.array([[0, 0], [1, 0]]), "dA": 5}
MASK |= {"result": np.array([[0, 0], [5, 0]])}
SHARE = {"dz": 6, "result": np.array([[1, 1, 1], [1, 1, 1]])}
POOLING_INPUT = np.array([[1, 3, 2, 1], [4, 2, 0, 5], [6, 1, 3, 2], [0, 5, 1, 2]])
POOLING_DA = np.array([[2, 4], [8, -4]])
POOLING_MAX = np.array([[0, 0, 0, 0], [2, 0, 0, 4], [8, 0, -4, 0], [0, 0, 0, 0]])
POOLING_AVERAGE = np.array([[0.5, 0.5, 1, 1], [0.5, 0.5, 1, 1], [2, 2, -1, -1], [2, 2, -1, -1]])


def signed(number):
    """Return a number as text, with a proper minus sign."""
    return f"{number:g}".replace("-", MINUS)


def draw_layer():
    """Draw the way forward through a layer, and the way back."""
    figure, axes = canvas(3.2)
    y, height = 0.75, 1.9
    for x, width, text in ((2.3, 1.7, "this\nlayer"), (5.6, 1.7, "all later\nlayers")):
        frame(axes, x, y, width, height, fc=tint(PALE, 0.2))
        write(axes, x + width / 2, y + height / 2, text, linespacing=1.4)
    forward, back = y + 0.35, y + height - 0.35
    for x, end, there in ((0.9, 2.3, "A_prev"), (4.0, 5.6, "Z"), (7.3, 8.5, "loss")):
        draw_arrow(axes, (x, forward), (end, forward), there, code=there != "loss")
    look = {"code": True, "weight": "bold"}
    for x, end, there in ((5.6, 4.0, "dZ"), (2.3, 0.9, "dA_prev"), (8.5, 7.3, "")):
        arrow = {"arrowstyle": "-|>", "color": ORANGE, "lw": 2.5, "ls": "--", "mutation_scale": 18}
        axes.annotate("", xy=(end, back), xytext=(x, back), arrowprops=arrow)
        write(axes, (x + end) / 2, back + 0.25, there, **look)
    draw_arrow(axes, (3.15, y - 0.45), (3.15, y))
    write(axes, 3.3, y - 0.35, "W, b", code=True, ha="left")
    arrow = {"arrowstyle": "-|>", "color": ORANGE, "lw": 2.5, "ls": "--", "mutation_scale": 18}
    below = y + height
    axes.annotate("", xy=(3.15, below + 0.5), xytext=(3.15, below), arrowprops=arrow)
    write(axes, 3.3, below + 0.35, "dW, db", ha="left", **look)
    write(axes, 0.75, forward, "forward", ha="right")
    write(axes, 0.75, back, "back", ha="right")
    return figure


def draw_weight():
    """Draw the four pixels that one weight meets, and what each adds to its gradient."""
    figure, axes = canvas(4.1)
    cell = 0.6
    for step, (h, w) in enumerate(np.ndindex(DZ.shape)):
        x, y = 0.2 + 2.27 * step, 0.5
        write(axes, x + 1.5 * cell, y - 0.25, f"h = {h}, w = {w}", code=True)
        shade(axes, x + w * cell, y + h * cell, cell, cell, ORANGE, hatch="///", outline=0)
        draw_grid(axes, IMAGE, x, y, cell, line=PALE)
        frame(axes, x + w * cell, y + h * cell, 2 * cell, 2 * cell, ec=BLUE, lw=3, zorder=4)
        middle = x + 1.5 * cell
        write(axes, middle, y + 2.2, "pixel " + TIMES + " dZ")
        pixel, dz, share = (signed(numbers[h, w]) for numbers in (PIXELS, DZ, SHARES))
        dz = f"({dz})" if DZ[h, w] < 0 else dz
        write(axes, middle, y + 2.55, f"{pixel} {TIMES} {dz} = {share}", size=FONT + 2)
    total = " + ".join(signed(share) for share in SHARES.flat).replace(f"+ {MINUS}", f"{MINUS} ")
    write(axes, WIDTH / 2, y + 3.25, f"dW[0, 0] = {total} = {signed(SHARES.sum())}", code=True)
    return figure


def draw_slope():
    """Draw a curve, and the chord whose slope is close to that of the curve in its middle."""
    figure, axes = canvas(4.2)
    x, h, left, right = (SLOPE[name] for name in ("x", "h", "left", "right"))
    across, up, x0, y0 = 1.15, 0.185, 1.6, 3.6

    def place(value, height):
        return x0 + across * value, y0 - up * height

    points = np.linspace(0, 4.25, 100)
    axes.plot(*place(points, points**2), c=BLUE, lw=3)
    write(axes, *place(4.4, 4.25**2), "f(x) = x\N{SUPERSCRIPT TWO}", ha="left", color=BLUE)
    axes.plot(*place(np.array([0, 5.2]), np.zeros(2)), c=INK, lw=1.2)
    for value, height, name in ((x - h, left, "x - h"), (x, x**2, "x"), (x + h, right, "x + h")):
        axes.plot(*place(np.array([value, value]), np.array([0, height])), c=PALE, lw=1.2, ls=":")
        size, colour = (8, BLUE) if value == x else (9, ORANGE)
        axes.plot(*place(value, height), "o", ms=size, c=colour, zorder=5)
        write(axes, *place(value, -1.4), f"{name} = {value}".replace("-", MINUS), code=True)
    ends = np.array([x - h, x + h])
    axes.plot(*place(ends, np.array([left, right])), c=ORANGE, lw=3, ls="--")
    corner = place(x + h, left)
    axes.plot(*place(np.array([x - h, x + h]), np.array([left, left])), c=INK, lw=1.2)
    axes.plot(*place(np.array([x + h, x + h]), np.array([left, right])), c=INK, lw=1.2)
    write(axes, place(x, 0)[0] + 0.55, corner[1] + 0.17, "2h = 2", code=True)
    write(axes, corner[0] + 0.12, place(0, 10)[1], f"{right} {MINUS} {left} = 12", ha="left")
    write(axes, 1.0, 0.55, f"slope of the chord: 12 / 2 = {SLOPE['slope']}", ha="left")
    return figure


def draw_spread():
    """Draw what the gradient of one output sends to its window, to the filter and to the bias."""
    figure, axes = canvas(3.6)
    cell, h, w = 0.6, STEP["h"], STEP["w"]
    x, y = 0.3, 1.2
    write(axes, x + cell, y - 0.25, "dZ", code=True)
    draw_grid(axes, DZ, x, y, cell, line=PALE)
    shade(axes, x + w * cell, y + h * cell, cell, cell, GREEN, hatch="///")
    write(axes, x + cell, y + 2 * cell + 0.25, "h = 0, w = 1", code=True)
    write(axes, x + cell, y + 2 * cell + 0.55, "dz = 2", code=True)
    rows = [
        ("W", FILTER, "da_slice", STEP["da_slice"]),
        ("a_slice", STEP["window"], "its part of dW", STEP["dW"]),
    ]
    for row, (name, values, result_name, result) in enumerate(rows):
        x, y = 3.15, 0.4 + 1.85 * row
        middle = y + cell
        draw_arrow(axes, (1.75, 1.5), (2.3, middle))
        for text, place in (("2", x - 0.55), (TIMES, x - 0.25)):
            write(axes, place, middle, text, size=FONT + 4)
        shade(axes, x, y, 2 * cell, 2 * cell, ORANGE if row == 0 else BLUE)
        draw_grid(axes, values, x, y, cell)
        write(axes, x + cell, y - 0.22, name, code=True)
        write(axes, x + 2 * cell + 0.3, middle, "=", size=FONT + 7)
        shade(axes, x + 2 * cell + 0.6, y, 2 * cell, 2 * cell, BLUE if row == 0 else ORANGE)
        draw_grid(axes, result, x + 2 * cell + 0.6, y, cell)
        write(axes, x + 3 * cell + 0.6, y - 0.22, result_name, code=row == 0)
    x, y = 7.0, 0.4
    spread = np.zeros(IMAGE.shape)
    spread[h : h + 2, w : w + 2] = STEP["da_slice"]
    draw_arrow(axes, (6.25, y + cell), (6.85, y + cell))
    draw_grid(axes, spread, x, y, cell, line=PALE)
    shade(axes, x + w * cell, y + h * cell, 2 * cell, 2 * cell, BLUE)
    write(axes, x + 1.5 * cell, y - 0.22, "its part of dA_prev")
    write(axes, x + 1.5 * cell, y + 3 * cell + 0.65, "db = dz = 2", code=True)
    return figure


def draw_adding():
    """Draw how the gradient of the image fills up, window by window."""
    figure, axes = canvas(5.1)
    cell = 0.6
    for step, (h, w) in enumerate(np.ndindex(DZ.shape)):
        x, y = 0.2 + 2.27 * step, 0.8
        middle = x + 1.5 * cell
        write(axes, middle, y - 0.57, f"h = {h}, w = {w}", code=True)
        dz = f"({signed(DZ[h, w])})" if DZ[h, w] < 0 else signed(DZ[h, w])
        write(axes, middle, y - 0.22, f"{dz} {TIMES} W", code=True)
        block = np.full(IMAGE.shape, np.nan)
        block[h : h + 2, w : w + 2] = DZ[h, w] * FILTER
        draw_grid(axes, block, x, y, cell, line=PALE)
        shade(axes, x + w * cell, y + h * cell, 2 * cell, 2 * cell, BLUE)
        draw_arrow(axes, (middle, y + 1.9), (middle, y + 2.3))
        write(axes, middle + 0.15, y + 2.07, "+=", code=True, ha="left")
        y += 2.4
        draw_grid(axes, SUMS[step], x, y, cell, line=PALE)
        shade(axes, x + w * cell, y + h * cell, 2 * cell, 2 * cell, GREEN, hatch="///", outline=0)
    return figure


def draw_cut():
    """Draw the gradient of a padded image and what is left when the border is cut off."""
    figure, axes = canvas(4.3)
    cell, left, right, y = 0.75, 0.6, 6.1, 0.1
    middle, side = y + 2.5 * cell, 3 * cell
    shade(axes, left, y, 5 * cell, 5 * cell, BLUE, hatch="///", outline=0)
    for x in (left + cell, right):
        frame(axes, x, y + cell, side, side, fc="white", zorder=1)
        frame(axes, x, y + cell, side, side, lw=3.5, zorder=4)
    draw_grid(axes, CUT["dA_pad"], left, y, cell)
    draw_grid(axes, CUT["dA_pad"][1:4, 1:4], right, y + cell, cell)
    draw_arrow(axes, (left + 5 * cell + 0.25, middle), (right - 0.25, middle), "pad = 1", code=True)
    write(axes, left + 2.5 * cell, y + 5 * cell + 0.25, "dA_prev_pad", code=True)
    write(axes, right + side / 2, y + 4 * cell + 0.25, "dA_prev", code=True)
    return figure


def draw_mask():
    """Draw how the gradient of a maximum reaches the number that was the maximum."""
    figure, axes = canvas(2.3)
    cell, gap, x, middle = 0.66, 0.62, 0.4, 1.1
    parts = [("window", MASK["window"], BLUE, "→"), ("mask", MASK["mask"], None, TIMES)]
    parts += [
        ("dA of this window", MASK["dA"], GREEN, "="),
        ("its part of dA_prev", MASK["result"], BLUE, ""),
    ]
    for number, (name, values, colour, operator) in enumerate(parts):
        values = np.atleast_2d(values)
        side = len(values) * cell
        x += 0.45 if number in (2, 3) else 0
        if colour:
            shade(axes, x, middle - side / 2, side, side, colour)
        if name == "mask":
            draw_grid(axes, np.full(values.shape, np.nan), x, middle - side / 2, cell)
            for (row, column), value in np.ndenumerate(values):
                place = (x + (column + 0.5) * cell, middle + (row - 0.5) * cell)
                write(axes, *place, "True" if value else "False", code=True, size=FONT - 1)
        else:
            draw_grid(axes, values, x, middle - side / 2, cell)
        write(axes, x + side / 2, middle + cell + 0.25, name)
        write(
            axes,
            x + side + gap / 2 + (0.22 if number in (1, 2) else 0),
            middle,
            operator,
            size=FONT + 7,
        )
        x += side + gap
    return figure


def draw_share():
    """Draw how a value is shared out equally."""
    figure, axes = canvas(1.85)
    cell, middle, x = 0.66, 0.8, 2.2
    shade(axes, x, middle - cell / 2, cell, cell, GREEN)
    draw_grid(axes, np.atleast_2d(SHARE["dz"]), x, middle - cell / 2, cell)
    write(axes, x + cell / 2, middle + cell + 0.25, "dz", code=True)
    text = f"6 / (2 {TIMES} 3)"
    draw_arrow(axes, (x + cell + 0.25, middle), (x + cell + 1.85, middle), text)
    x += cell + 2.1
    shade(axes, x, middle - cell, 3 * cell, 2 * cell, BLUE)
    draw_grid(axes, SHARE["result"], x, middle - cell, cell)
    write(axes, x + 1.5 * cell, middle + cell + 0.25, "shape (2, 3)", code=True)
    return figure


def draw_pooling():
    """Draw the gradient of a pooled map on its way back, for both kinds of pooling."""
    figure, axes = canvas(3.25)
    cell, y = 0.58, 0.5
    styles = [(BLUE, None), (ORANGE, "///"), (GREEN, "--"), (INK, "\\\\")]

    def draw_blocks(values, x, y, side):
        draw_grid(axes, values, x, y, cell, line=PALE)
        for (row, column), style in zip(np.ndindex(2, 2), styles, strict=True):
            corner = (x + column * side + 0.03, y + row * side + 0.03)
            shade(axes, *corner, side - 0.06, side - 0.06, *style)

    panels = [("A_prev", POOLING_INPUT, 0.1), ("max", POOLING_MAX, 4.15)]
    panels += [("average", POOLING_AVERAGE, 6.6)]
    for name, values, x in panels:
        draw_blocks(values, x, y, 2 * cell)
        title = name if name == "A_prev" else f"dA_prev, {name}"
        write(axes, x + 2 * cell, y - 0.25, title, code=True)
    draw_blocks(POOLING_DA, 2.7, y + cell, cell)
    write(axes, 2.7 + cell, y + cell - 0.25, "dA", code=True)
    write(axes, 0.1 + 2 * cell, y + 4 * cell + 0.3, "f = 2, stride = 2", code=True)
    return figure


DRAWINGS = {
    "layer": draw_layer,
    "weight": draw_weight,
    "slope": draw_slope,
    "spread": draw_spread,
    "adding": draw_adding,
    "cut": draw_cut,
    "mask": draw_mask,
    "share": draw_share,
    "pooling": draw_pooling,
}


@result_figure
def maps(panels, signed=True):
    """Show a list of (name, array of shape (n_H, n_W)) side by side, numbers in their cells."""
    panels = [(name, as_numbers(f"the map {name!r}", array, "n_H, n_W")) for name, array in panels]
    shapes = ", ".join(f"{name} {array.shape}" for name, array in panels)
    panels = [
        (name, str(array.shape), array, find_scale(array, signed=signed)) for name, array in panels
    ]
    text = f"Grids of numbers side by side: {shapes}."
    text += " Negative values are blue, positive ones orange, zeros white." if signed else ""
    show(draw_row(panels, same_cells=True, numbers=True), text)


@result_figure
def losses(values):
    """Show the loss after each step, on a logarithmic scale."""
    values = as_numbers("losses", values, "steps")
    figure = Figure(figsize=(WIDTH, 3.2), facecolor="white")
    axes = figure.add_subplot()
    axes.plot(values, c=BLUE, lw=2.5)
    axes.set_yscale("log")
    axes.set_xlabel("step", size=FONT)
    axes.set_ylabel("loss", size=FONT)
    axes.tick_params(labelsize=FONT - 1)
    axes.grid(color="#dddddd")
    axes.spines[["top", "right"]].set_visible(False)
    text = f"A curve of the loss over {len(values)} steps, on a logarithmic scale: "
    show(figure, text + f"it goes from {values[0]:.2g} to {values[-1]:.2g}.")


if __name__ == "__main__":
    write_images(DRAWINGS, Path(__file__).with_name("images"))
