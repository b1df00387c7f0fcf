"""The source of a cell is a million lines, each of which Python keeps by itself.

refused: holds more than 200,000 strings, lists and dictionaries
stock: named
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.support.notebooks import cell, save


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    cell(right, "zero_pad").source = ["# a\n"] * 1_000_000
    save(folder, right)
