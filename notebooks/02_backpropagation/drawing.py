"""What the figures of all lessons are drawn with: nothing in here is needed to solve the exercises.

All lengths are inches, y points down like the rows of an array. Each lesson has a copy of this
file.
"""

import functools
import math
import os
import platform
import sys
import textwrap
from html import escape
from io import BytesIO
from pathlib import Path

import numpy as np
from IPython.display import Image, display
from matplotlib import patheffects
from matplotlib.colors import LinearSegmentedColormap, to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

# Colours that colour-blind readers can tell apart (Okabe and Ito); hatching helps in grey.
INK, PALE, BLUE, ORANGE, GREEN = "#222222", "#999999", "#0072B2", "#E69F00", "#009E73"
DIVERGING = LinearSegmentedColormap.from_list("diverging", [BLUE, "white", ORANGE])
WIDTH, FONT = 9, 13  # of every figure and its text, so that the text has one size throughout
MINUS, TIMES = "\N{MINUS SIGN}", "\N{MULTIPLICATION SIGN}"
OLDEST_NUMPY = 2  # as in each lesson's requirements.txt
NOT_DRAWN = "Not drawn while grading."


def result_figure(draw):
    """Let a function that shows a student's results draw nothing while the results are graded.

    Drawing would take most of a submission's CPU time, and no grade depends on it. The grader
    says that it is grading by the environment variable UNDRAWN.
    """

    @functools.wraps(draw)
    def draw_or_say(*args, **options):
        if os.environ.get("UNDRAWN"):
            print(NOT_DRAWN)
        else:
            draw(*args, **options)

    return draw_or_say


def canvas(height):
    """Return a white figure and axes without a frame that cover it, measured in inches."""
    # Not made by pyplot: Jupyter does not show it a second time, and nothing needs closing.
    figure = Figure(figsize=(WIDTH, height), facecolor="white")
    axes = figure.add_axes([0, 0, 1, 1], xlim=(0, WIDTH), ylim=(height, 0))
    axes.axis("off")
    return figure, axes


def write(axes, x, y, text, code=False, **options):
    """Write text centred on a point, in monospace if it is code."""
    family = "DejaVu Sans Mono" if code else "DejaVu Sans"
    options = {"ha": "center", "va": "center", "size": FONT, "color": INK, "zorder": 5} | options
    return axes.text(x, y, text, family=family, **options)


def draw_arrow(axes, start, end, text="", **options):
    """Draw an arrow between two points with text above its middle."""
    look = {"arrowstyle": "-|>", "color": INK, "lw": 1.8, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", xy=end, xytext=start, arrowprops=look | {"mutation_scale": 18})
    middle, top = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2 - 0.1
    write(axes, middle, top, text, **({"va": "bottom", "linespacing": 1.3} | options))


def tint(colour, strength=0.25):
    """Mix a colour with white."""
    return tuple(1 - strength * (1 - part) for part in to_rgb(colour))


def frame(axes, x, y, width, height, **look):
    """Draw a rectangle, by default an empty one with a thin outline."""
    look = {"fc": "none", "ec": INK, "lw": 1.2, "joinstyle": "miter", "zorder": 2} | look
    axes.add_patch(Rectangle((x, y), width, height, **look))


def shade(axes, x, y, width, height, colour, hatch=None, outline=3):
    """Shade a rectangle below the numbers of a grid and outline it above the grid's lines."""
    pattern = {"fc": tint(colour), "ec": tint(colour, 0.75), "hatch": hatch}
    frame(axes, x, y, width, height, lw=0, zorder=1, **pattern)
    frame(axes, x, y, width, height, ec=colour, lw=outline, zorder=4)


def draw_grid(axes, values, x, y, cell, line=INK):
    """Draw a grid of numbered cells with the upper left corner (x, y); a NaN is an empty cell."""
    halo = [patheffects.withStroke(linewidth=4, foreground="white")]
    for (row, column), value in np.ndenumerate(values):
        left, top = x + column * cell, y + row * cell
        frame(axes, left, top, cell, cell, ec=line)
        text = "" if np.isnan(value) else f"{value:g}".replace("-", MINUS)
        write(axes, left + cell / 2, top + cell / 2, text, size=FONT + 2, path_effects=halo)


def number_axes(axes, x, y, rows, columns, cell):
    """Write the indices of the columns above a grid and those of the rows to its left."""
    for column in range(columns):
        write(axes, x + (column + 0.5) * cell, y - 0.17, column, code=True, color="#555555")
    for row in range(rows):
        write(axes, x - 0.17, y + (row + 0.5) * cell, row, code=True, color="#555555")


def save(figure, target):
    """Write a figure as a crisp PNG, the same bytes whenever it is drawn."""
    figure.savefig(target, format="png", dpi=200, bbox_inches="tight", metadata={"Software": None})


class Picture(Image):
    """An image whose text alternative reaches screen readers.

    JupyterLab and nbconvert show HTML rather than pixels, and of pixels not the text.
    """

    def _repr_mimebundle_(self, include=None, exclude=None):
        """Return what is shown, in several formats; called by IPython."""
        formats, metadata = super()._repr_mimebundle_(include, exclude)
        width = metadata["image/png"]["width"]
        source = f"data:image/png;base64,{formats['image/png']}"
        # Without a height: in a narrow window, pictures become narrower.
        formats["text/html"] = f'<img alt="{escape(self.alt)}" width="{width}" src="{source}">'
        return formats, metadata


def show(figure, alt):
    """Show a figure in the notebook, with a text for those who cannot see it."""
    buffer = BytesIO()
    save(figure, buffer)
    display(Picture(data=buffer.getvalue(), retina=True, alt=alt))


def as_numbers(name, array, axes_names):
    """Return an array of numbers as floats; it is an error if its axes are not the named ones."""
    numbers = np.asarray(array)
    if numbers.ndim != axes_names.count(",") + 1 or numbers.size == 0:
        got = f"its shape is {numbers.shape}" if numbers.ndim else f"it is {array!r}"
        raise ValueError(f"{name} should be an array of shape ({axes_names}), but {got}.")
    return numbers.astype(float)


def find_scale(*arrays, signed=False):
    """Return the ends of a colour scale: around 0, or from 0 if there are no negative numbers."""
    numbers = np.concatenate([array[np.isfinite(array)] for array in arrays] + [[0.0]])
    high = np.abs(numbers).max() or 1.0
    return (-high if signed or numbers.min() < 0 else 0, high)


def draw_array(axes, array, x, y, cell, scale, numbers=False):
    """Draw an array as cells, with a minus in the negative ones or with numbers in all of them."""
    (rows, columns), (low, high) = array.shape, scale
    colours = {"cmap": DIVERGING if low else "Greys", "vmin": low, "vmax": high}
    extent = (x, x + columns * cell, y + rows * cell, y)
    picture = axes.imshow(array, extent=extent, interpolation="nearest", **colours)
    frame(axes, x, y, columns * cell, rows * cell)
    texts = np.array([f"{number:.1f}".replace("-0.0", "0.0") for number in array.flat])
    size = min(FONT, 118 * cell / max(map(len, texts)))
    if not numbers or size < 7:
        texts, size = np.where(array.flat < low / 20, MINUS, ""), 50 * cell
    if cell < 0.1:  # Lines and signs would hide the colours.
        return
    for (row, column), text in zip(np.ndindex(rows, columns), texts, strict=True):
        left, top = x + column * cell, y + row * cell
        frame(axes, left, top, cell, cell, ec=PALE, lw=0.4, zorder=1)
        dark = np.dot(picture.to_rgba(array[row, column])[:3], (0.3, 0.6, 0.1)) < 0.5
        colour = "white" if dark else INK
        write(axes, left + cell / 2, top + cell / 2, text, size=min(FONT, size), color=colour)


def draw_row(panels, same_cells=False, bar=False, arrows=False, numbers=False):
    """Return a figure of (name, shape, array, scale) panels, with a bar for the last scale."""
    columns, gap = len(panels) if arrows else min(len(panels), 5), 0.5 if arrows else 0.3
    width = WIDTH - (1.0 if bar else 0.1)
    side = min((width + gap) / columns - gap, 3.8)
    cells = [side / max(array.shape) for _, _, array, _ in panels]
    cells = [min(cells)] * len(cells) if same_cells else cells
    names = [textwrap.fill(name, max(6, int(side / 0.1))) for name, _, _, _ in panels]
    head = 0.45 + 0.24 * max(name.count("\n") + 1 for name in names)
    tall = max(len(array) * cell for (_, _, array, _), cell in zip(panels, cells, strict=True))
    figure, axes = canvas(math.ceil(len(panels) / columns) * (head + tall) + 0.05)
    for number, (_, shape, array, scale) in enumerate(panels):
        row, column = divmod(number, columns)
        x = (width - columns * (side + gap) + gap) / 2 + column * (side + gap) + 0.05
        y, cell = row * (head + tall) + head, cells[number]
        left, top = x + (side - array.shape[1] * cell) / 2, y + (tall - len(array) * cell) / 2
        draw_array(axes, array, left, top, cell, scale, numbers)
        write(axes, x + side / 2, y - 0.31, names[number], va="bottom")
        write(axes, x + side / 2, y - 0.16, shape, code=True)
        if arrows and number:
            draw_arrow(axes, (x - gap + 0.08, y + tall / 2), (x - 0.08, y + tall / 2))
    if bar:
        x, (low, high), colours = width + 0.2, scale, DIVERGING if scale[0] else "Greys"
        column = np.linspace(high, low, 256)[:, np.newaxis]
        axes.imshow(column, extent=(x, x + 0.2, head + tall, head), cmap=colours)
        frame(axes, x, head, 0.2, tall)
        for number in sorted({low, 0, high}):
            y = head + tall * (high - number) / (high - low)
            write(axes, x + 0.28, y, f"{number:.2g}".replace("-", MINUS), ha="left")
    return figure


def write_images(drawings, folder):
    """Write the concept figures, functions by name, to a folder as PNG files."""
    folder = Path(folder)
    folder.mkdir(exist_ok=True)
    for name, draw in drawings.items():
        save(draw(), folder / f"{name}.png")


def versions():
    """Return in one line with which versions the notebook runs, for whoever compares results.

    A NumPy that is older than the requirements ask for adds a second line.
    """
    names = [name for name in ("NumPy", "h5py", "Matplotlib") if name.lower() in sys.modules]
    parts = [f"{name} {sys.modules[name.lower()].__version__}" for name in names]
    line = ", ".join([f"Python {platform.python_version()}", *parts])
    if int(np.__version__.split(".")[0]) >= OLDEST_NUMPY:
        return line
    return (
        f"{line}\nYour NumPy is too old. The course is graded with NumPy {OLDEST_NUMPY}, which "
        "lacks some of what yours has. Run pip install --upgrade numpy in a terminal, restart the "
        "kernel, and run all cells again."
    )
