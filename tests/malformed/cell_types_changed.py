"""Solution cells were turned into Markdown, test cells into raw text.

graded: 30
stock: same
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.support.notebooks import save


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    for changed in right.cells:
        metadata = changed.metadata.get("nbgrader", {})
        if metadata:
            changed.cell_type = "markdown" if metadata["solution"] else "raw"
            del changed["outputs"], changed["execution_count"]
    save(folder, right)
