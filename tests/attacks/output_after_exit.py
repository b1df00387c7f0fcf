"""A cell prints how often a function was called; a later one ends the process.

The cells before are run again then, and what they print the second time is not what counts.

graded: 30
note: called before the end
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import cell, insert, save

COUNTED = """


calls = 0
uncounted = zero_pad


def zero_pad(X, pad):
    global calls
    calls += 1
    return uncounted(X, pad)
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    cell(right, "zero_pad").source += COUNTED
    insert(
        right, 'print("called before the end" if calls else "never called")', before="pool_forward"
    )
    insert(right, "import os\n\nos._exit(7)", before="pool_forward")
    save(folder, right)
