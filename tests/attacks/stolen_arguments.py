"""Functions keep what hidden tests call them with; later cells print it and write it to files.

graded: 30
note: stolen-by-printing
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import cell, insert, save, start_with

SHOW = """
import pathlib

from IPython.display import HTML, display

text = f"stolen-by-printing {kept}"
print(text)
display(HTML(text))
pathlib.Path("stolen.txt").write_text(text)
pathlib.Path("convolutional_layer.ipynb").write_text(text)
raise ValueError("stolen-by-raising")
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    solution = cell(right, "zero_pad")
    solution.source = solution.source.replace("return", "kept.append(X)\n    return")
    start_with(right, "zero_pad", "kept = []")
    insert(right, SHOW, before="conv_single_step")
    insert(right, SHOW, before="end")
    save(folder, right)
