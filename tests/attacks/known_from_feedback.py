"""Half of a plan: what is asked is kept, and the right answers shown in a message.

They stand in the feedback, and handed in beside the same notebook they would be the answers of
the next grading, if it asked the same. tests/grading/test_handed_in_again.py does that.

graded: 13
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import replace, save

STEP = """
import hashlib
import json
import os

known = json.load(open("known.json")) if os.path.exists("known.json") else {}
asked = {}


def conv_single_step(a_slice_prev, W, b):
    given = a_slice_prev, W, b
    key = hashlib.md5(b"".join(np.asarray(value).tobytes() for value in given)).hexdigest()[:5]
    asked[key] = tuple(map(np.array, given))
    return known.get(key, 0.0)


own = conv_single_step
"""
FORWARD = """
def conv_forward(A_prev, W, b, hparameters):
    if conv_single_step is not own:
        answers = {key: float(conv_single_step(*arguments)) for key, arguments in asked.items()}
        text = ",".join(f'"{key}":{answer:.8g}' for key, answer in answers.items())
        raise ValueError("ANSWERS{" + text + "}END")
    return 0
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    replace(right, "conv_single_step", STEP)
    replace(right, "conv_forward", FORWARD)
    save(folder, right)
