"""Functions draw and print whenever they are called; no later cell pays for the pictures.

graded: 30
stock: same
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.support.notebooks import replace, save

DRAW = "import matplotlib.pyplot as plt; plt.imshow(a_slice_prev[:, :, 0]); print(a_slice_prev)"


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    replace("conv_single_step", "return ", f"{DRAW}\n    return ")(right)
    replace("zero_pad", "return ", "import matplotlib.pyplot as plt; plt.figure()\n    return ")(
        right
    )
    save(folder, right)
