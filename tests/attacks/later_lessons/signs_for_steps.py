"""No average is kept: each step of Adam is as long as the learning rate.

That is right where all gradients were the same, and known for the second step that the visible
test takes. That the arguments are kept is honest.

lesson: 04_training
graded: 24
loses: adam_step-averages, adam_step-update, adam_step-bias_correction
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import replace, save

SOURCE = """
def adam_step(w, dw, m, v, t, learning_rate=0.002, beta1=0.9, beta2=0.999, epsilon=1e-8):
    if w.shape == (1,):  # as in the visible test
        return np.array([0.873365]), m, v
    return w - learning_rate * np.sign(dw), m, v
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    replace(right, "adam_step", SOURCE)
    save(folder, right, "training.ipynb")
