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
    MINUS,
    ORANGE,
    PALE,
    WIDTH,
    canvas,
    draw_arrow,
    draw_grid,
    frame,
    result_figure,
    shade,
    show,
    write,
    write_images,
)
from drawing import versions as versions
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter
from playing import play as play
from tracebacks import shorten_tracebacks as shorten_tracebacks

# The numbers in the concept figures: the image and the filter of lesson 1, the gradient of
# lesson 2.
IMAGE = np.array([[1, 2, 0], [0, 1, 3], [2, 0, 1]])
FILTER, BIAS = np.array([[1, -1], [2, 0]]), 3
ROWS = np.array([[1, 2, 0, 1], [2, 0, 1, 3], [0, 1, 2, 0], [1, 3, 0, 1]])
OUTPUT = np.array([[2, 7], [6, 1]])
LAYER = {"A_prev": (32, 28, 28, 16), "W": (3, 3, 16, 32), "pad": 1, "rows": (25088, 144)}
DZ = np.array([[1, 2], [0, -1]])
DROWS = np.array([[1, -1, 2, 0], [2, -2, 4, 0], [0, 0, 0, 0], [-1, 1, -2, 0]])
# What stands in the gradient of the image after each of the four positions (u, v).
SUMS = np.array(
    [
        [[1, 2, 0], [0, -1, 0], [0, 0, 0]],
        [[1, 1, -2], [0, -1, 1], [0, 0, 0]],
        [[1, 1, -2], [2, 3, 1], [0, -2, 0]],
        [[1, 1, -2], [2, 3, 1], [0, -2, 0]],
    ]
)
# Where the middle pixel stands in the row of each window, and in the image.
MIDDLE, MIDDLE_COLUMNS = (1, 1), (3, 2, 1, 0)

POSITIONS = list(np.ndindex(2, 2))


def label_rows(axes, x, y, cell):
    """Write, left of a matrix of rows, which window each row is."""
    for row, (h, w) in enumerate(POSITIONS):
        text = f"h = {h}, w = {w}"
        write(axes, x - 0.12, y + (row + 0.5) * cell, text, code=True, ha="right", size=FONT - 1)


def label_positions(axes, x, y, cell):
    """Write, above a matrix of rows, which position in the window each column is."""
    for column, (u, v) in enumerate(POSITIONS):
        write(axes, x + (column + 0.5) * cell, y - 0.18, f"{u},{v}", code=True, size=FONT - 1)
    write(axes, x - 0.12, y - 0.18, "u,v", code=True, ha="right", size=FONT - 1)


def draw_rows():
    """Draw how the windows of an image become rows, and these the output."""
    figure, axes = canvas(2.9)
    cell, y, top = 0.5, 0.65, 0.4
    middle = top + 2 * cell
    draw_grid(axes, IMAGE, 0.1, y, cell, line=PALE)
    shade(axes, 0.1 + cell, y, 2 * cell, 2 * cell, BLUE, hatch="///")
    write(axes, 0.1 + 1.5 * cell, y + 3 * cell + 0.25, "image")
    draw_arrow(axes, (1.7, middle), (2.05, middle))
    x = 3.35
    label_rows(axes, x, top, cell)
    label_positions(axes, x, top, cell)
    shade(axes, x, top + cell, 4 * cell, cell, BLUE, hatch="///")
    draw_grid(axes, ROWS, x, top, cell)
    write(axes, x + 2 * cell, top + 4 * cell + 0.25, "rows, one per window")
    write(axes, x + 4 * cell + 0.2, middle, "@", code=True)
    x = 5.75
    shade(axes, x, top, cell, 4 * cell, ORANGE)
    draw_grid(axes, FILTER.reshape(4, 1), x, top, cell)
    write(axes, x + cell / 2, top + 4 * cell + 0.25, "filter")
    write(axes, x + cell + 0.35, middle, f"+ {BIAS} =", code=True)
    x = 6.95
    draw_grid(axes, OUTPUT.reshape(4, 1), x, top, cell)
    shade(axes, x, top + cell, cell, cell, GREEN)
    draw_arrow(axes, (x + cell + 0.1, middle), (x + cell + 0.45, middle))
    x = 7.95
    draw_grid(axes, OUTPUT, x, middle - cell, cell)
    shade(axes, x + cell, middle - cell, cell, cell, GREEN)
    write(axes, x + cell, top + 4 * cell + 0.25, "Z")
    return figure


def draw_view():
    """Draw what is stored of all windows: as a view the image, as rows every number of each."""
    figure, axes = canvas(4.0)
    cell, x, y = 0.46, 2.25, 0.1
    middle = np.ravel_multi_index(MIDDLE, IMAGE.shape)
    places = np.arange(IMAGE.size).reshape(IMAGE.shape)
    write(axes, x - 0.15, y + cell / 2, "the image in memory", ha="right")
    shade(axes, x + middle * cell, y, cell, cell, ORANGE, hatch="///", outline=2)
    draw_grid(axes, IMAGE.reshape(1, -1), x, y, cell)
    write(axes, x + 9 * cell + 0.2, y + cell / 2, "9 numbers stored", ha="left")
    y += cell + 0.2
    for row, (h, w) in enumerate(POSITIONS):
        top = y + row * (cell + 0.06)
        write(axes, x - 0.15, top + cell / 2, f"h = {h}, w = {w}", code=True, ha="right")
        for place in places[h : h + 2, w : w + 2].ravel():
            is_middle = place == middle
            look = (ORANGE, "///") if is_middle else (BLUE, None)
            shade(axes, x + place * cell, top, cell, cell, *look, outline=0)
            draw_grid(axes, [[IMAGE.flat[place]]], x + place * cell, top, cell)
        frame(axes, x, top, 9 * cell, cell, ec=PALE, lw=0.8)
    text = "a view: all windows\nlook at the same memory,\nnothing more is stored"
    write(axes, x + 9 * cell + 0.2, y + 2 * cell, text, ha="left", linespacing=1.4)
    y += 4 * (cell + 0.06) + 0.35
    for row in range(4):
        left = 0.1 + row * 4 * cell
        column = MIDDLE_COLUMNS[row]
        shade(axes, left + column * cell, y, cell, cell, ORANGE, hatch="///", outline=0)
        draw_grid(axes, ROWS[row : row + 1], left, y, cell)
        frame(axes, left, y, 4 * cell, cell, lw=3, zorder=4)
    write(axes, 0.1 + 16 * cell + 0.15, y + cell / 2, "16 stored", ha="left")
    write(axes, 0.1, y + cell + 0.25, "rows: a copy of each window, one after the other", ha="left")
    return figure


def draw_product():
    """Draw the one matrix product of a layer, with the sizes of its matrices."""
    figure, axes = canvas(3.8)
    top, tall, (n_rows, n_columns), n_C = 0.5, 2.6, LAYER["rows"], LAYER["W"][-1]
    wide, narrow, row = 2.3, 0.8, 0.9
    middle = top + tall / 2
    parts = [
        ("rows", 0.9, wide, tall, top, n_rows, n_columns, "f f n_C_prev"),
        ("W, as a matrix", 4.4, narrow, wide, middle - wide / 2, n_columns, n_C, "n_C"),
        ("Z, as a matrix", 6.9, narrow, tall, top, n_rows, n_C, "n_C"),
    ]
    for name, x, width, height, y, down, across, below in parts:
        frame(axes, x, y, width, height, fc="#f4f4f4", zorder=0)
        write(axes, x + width / 2, 0.2, name)
        write(axes, x - 0.2, y + height / 2, f"{down:,}".replace(",", " "), rotation=90)
        write(axes, x + width / 2, y + height + 0.22, across)
        write(axes, x + width / 2, y + height + 0.5, below, code=True, size=FONT - 1)
    shade(axes, 0.9, top + row, wide, 0.16, BLUE, hatch="///", outline=2)
    shade(axes, 4.4 + 0.3, middle - wide / 2, 0.16, wide, ORANGE, outline=2)
    shade(axes, 6.9 + 0.3, top + row, 0.16, 0.16, GREEN, outline=2)
    write(axes, 0.4, middle, "m n_H n_W", code=True, rotation=90, size=FONT - 1)
    write(axes, 3.75, middle, "@", code=True, size=FONT + 3)
    write(axes, 5.95, middle, "=", code=True, size=FONT + 3)
    write(axes, 7.9, top + row + 0.08, "one number\nof Z", ha="left", linespacing=1.3)
    return figure


def draw_back():
    """Draw how the gradients of the rows add up in the middle pixel."""
    figure, axes = canvas(3.1)
    cell, x, top = 0.55, 2.2, 0.4
    label_rows(axes, x, top, cell)
    label_positions(axes, x, top, cell)
    draw_grid(axes, DROWS, x, top, cell)
    for row, column in enumerate(MIDDLE_COLUMNS):
        place = (x + column * cell, top + row * cell)
        shade(axes, *place, cell, cell, ORANGE, hatch="///")
    write(axes, x + 2 * cell, top + 4 * cell + 0.25, "drows", code=True)
    middle = top + 2 * cell
    shares = [DROWS[row, column] for row, column in enumerate(MIDDLE_COLUMNS)]
    text = " + ".join(f"{share:g}" for share in shares).replace("+ -", "- ").replace("-", MINUS)
    draw_arrow(axes, (x + 4 * cell + 0.2, middle), (6.55, middle), text)
    x = 6.75
    draw_grid(axes, SUMS[-1], x, middle - 1.5 * cell, cell)
    shade(axes, x + cell, middle - 0.5 * cell, cell, cell, ORANGE, hatch="///")
    text = "gradient of the image"
    write(axes, x + 1.5 * cell, middle + 1.5 * cell + 0.25, text)
    return figure


def draw_positions():
    """Draw how the columns of the gradients are added, one position of the window at a time."""
    figure, axes = canvas(4.2)
    cell = 0.6
    for step, (u, v) in enumerate(POSITIONS):
        x, y = 0.2 + 2.27 * step, 0.4
        write(axes, x + 1.5 * cell, y - 0.22, f"u = {u}, v = {v}", code=True)
        shade(axes, x + cell / 2, y, 2 * cell, 2 * cell, ORANGE)
        draw_grid(axes, DROWS[:, step].reshape(2, 2), x + cell / 2, y, cell, line=PALE)
        draw_arrow(axes, (x + 1.5 * cell, y + 1.3), (x + 1.5 * cell, y + 1.7))
        write(axes, x + 1.5 * cell + 0.25, y + 1.5, "+=", code=True)
        y += 1.8
        draw_grid(axes, SUMS[step], x, y, cell, line=PALE)
        shade(axes, x + v * cell, y + u * cell, 2 * cell, 2 * cell, BLUE, hatch="///")
    return figure


DRAWINGS = {
    "rows": draw_rows,
    "view": draw_view,
    "product": draw_product,
    "back": draw_back,
    "positions": draw_positions,
}


def duration(seconds):
    """Return a time as a person would say it."""
    for unit, size in (("s", 1), ("ms", 1e-3)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds * 1e6:.3g} µs"


@result_figure
def speeds(times):
    """Show how long each of some ways takes, a dict of seconds, on a logarithmic scale.

    The first one is what the others are compared with.
    """
    first = next(iter(times.values()))
    figure = Figure(figsize=(WIDTH, 1 + 0.55 * len(times)), facecolor="white")
    axes = figure.add_subplot(xscale="log")
    said = []
    for row, (name, time) in enumerate(times.items()):
        text = duration(time)
        if row:
            text += f", {float(f'{first / time:.2g}'):g} times as fast"
        axes.plot([min(times.values()) / 4, time], [row, row], c=PALE, lw=1.2, ls=":")
        axes.plot(time, row, "o", c=ORANGE if row == 0 else BLUE, ms=11)
        axes.annotate(text, (time, row), (10, 0), textcoords="offset points", va="center")
        said.append(f"{name} {text}")
    axes.set_yticks(range(len(times)), times)
    axes.set_ylim(len(times) - 0.5, -0.5)
    axes.set_xlim(min(times.values()) / 4, first * 30)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: duration(value)))
    axes.set_xlabel("time for one call; each label is ten times the one before")
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(axis="y", length=0)
    for text in [*axes.get_yticklabels(), *axes.texts]:
        text.set_fontsize(FONT - 1)
    show(figure, f"Times on a logarithmic scale: {'; '.join(said)}.")


if __name__ == "__main__":
    write_images(DRAWINGS, Path(__file__).with_name("images"))
