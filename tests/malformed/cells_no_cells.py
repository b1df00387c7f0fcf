"""The cells are strings.

refused: cell 1 is not a cell
stock: named
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.support.notebooks import save


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    save(folder, {**right, "cells": [cell.source for cell in right.cells]})
