"""A window to move over an image: nothing in here is needed to solve the exercises.

What is shown is a page of its own in a frame. It needs no network, and works in JupyterLab, on
pages made of notebooks, and where Python runs in the browser. Each lesson has a copy of this file.
"""

import json
from html import escape
from pathlib import Path

from drawing import TIMES, result_figure
from IPython.display import HTML, display

PAGE = Path(__file__).with_name("playing.html")
HEIGHT = "calc(30rem + 1.4 * max(0px, 40rem - 100vw))"  # in a narrow window more stands below
# Two channels. With channel 0 alone, the upper left corner is the image of the lessons.
IMAGE = [
    [[1, 2, 0, 1, 0], [0, 1, 3, 0, 2], [2, 0, 1, 1, 0], [0, 1, 0, 2, 1]],
    [[0, 1, 1, 0, 2], [1, 0, 2, 1, 0], [0, 2, 0, 0, 1], [1, 0, 1, 0, 3]],
]
FILTERS = {
    f"that of the lesson, 2 {TIMES} 2": ([[[1, -1], [2, 0]], [[0, 1], [1, 0]]], 3),
    f"vertical edges, 3 {TIMES} 3": ([[[-1, 0, 1]] * 3, [[-1, 0, 1]] * 3], 0),
    f"horizontal edges, 3 {TIMES} 3": ([[[-1] * 3, [0] * 3, [1] * 3]] * 2, 0),
    f"sharpen, 3 {TIMES} 3": ([[[0, -1, 0], [-1, 5, -1], [0, -1, 0]]] * 2, 0),
    f"one number, 1 {TIMES} 1": ([[[2]], [[-1]]], 0),
}
TITLES = {
    "forward": "A window to move over an image",
    "backward": "Gradients going back to the image",
    "col2im": "Rows going back to the image, one position of the window at a time",
}


@result_figure
def play(mode):
    """Show a window to move.

    Parameters
    ----------
    mode : str
        "forward" for a convolution, "backward" for its gradient, window by window, or "col2im"
        for its gradient, position by position.
    """
    filters = [
        {"name": name, "weights": weights, "bias": bias}
        for name, (weights, bias) in FILTERS.items()
    ]
    numbers = {"mode": mode, "title": TITLES[mode], "image": IMAGE, "filters": filters}
    page = PAGE.read_text(encoding="utf-8").replace("NUMBERS", json.dumps(numbers))
    look = f"height: {HEIGHT}; box-sizing: border-box; border: 1px solid #767676"
    # It cannot reach the notebook around it.
    frame = f'<iframe title="{TITLES[mode]}" sandbox="allow-scripts" width="100%" '
    frame += f'style="{look}; break-inside: avoid" srcdoc="{escape(page)}">'
    display(HTML(f"<div>{frame}</iframe></div>"))
