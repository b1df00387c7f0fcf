"""The figures of this notebook: nothing in here is needed to solve the exercises.

The first part draws the concept figures (``python figures.py`` writes them to ``images/``), the
second part draws your own results. What both are drawn with is in drawing.py.
"""

from pathlib import Path

import numpy as np
from drawing import (
    BLUE,
    GREEN,
    as_numbers,
    canvas,
    draw_arrow,
    draw_grid,
    draw_row,
    find_scale,
    result_figure,
    shade,
    show,
    write,
    write_images,
)
from drawing import versions as versions
from tracebacks import shorten_tracebacks as shorten_tracebacks

# The numbers in the concept figure.
ROW, F = np.array([1, 5, 3, 7, 2]), 3
AVERAGES = np.array([3, 5, 4])


def draw_window():
    """Draw a window on a row of numbers, and the averages."""
    figure, axes = canvas(1.5)
    cell, y, x = 0.6, 0.45, 0.6
    shade(axes, x + cell, y, F * cell, cell, BLUE, hatch="///")
    draw_grid(axes, [ROW], x, y, cell)
    write(axes, x + 2.5 * cell, y + cell + 0.25, "x")
    draw_arrow(axes, (4.1, y + cell / 2), (5.5, y + cell / 2), f"f = {F}")
    x = 6.1
    shade(axes, x + cell, y, cell, cell, GREEN)
    draw_grid(axes, [AVERAGES], x, y, cell)
    write(axes, x + 1.5 * cell, y + cell + 0.25, "y")
    return figure


# By the names that the images get. A lesson may have none.
DRAWINGS = {"window": draw_window}


@result_figure
def rows(x, y):
    """Show a row of numbers and the averages below it, in the same colours."""
    x, y = (as_numbers(name, array, "n") for name, array in (("x", x), ("y", y)))
    scale = find_scale(x, y)
    panels = [(name, row.shape, row[np.newaxis], scale) for name, row in (("x", x), ("y", y))]
    figure = draw_row(panels, same_cells=True, numbers=True)
    show(figure, f"The {len(x)} numbers of x and the {len(y)} averages in y, as two rows of cells.")


if __name__ == "__main__":
    write_images(DRAWINGS, Path(__file__).with_name("images"))
