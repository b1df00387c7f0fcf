"""A display of 30 MB.

graded: 30
note: The output of this cell was cut here
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import insert, save

SOURCE = """
from IPython.display import HTML, display

display(HTML("<p>x</p>" * 4_000_000))
display({"text/plain": "<p>x</p>" * 4_000_000}, raw=True)
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, SOURCE, before="zero_pad")
    save(folder, right)
