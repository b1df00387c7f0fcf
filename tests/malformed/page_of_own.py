"""A page of the student's own has the feedback page's name.

graded: 30
stock: same
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.support.notebooks import save


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    (folder / "convolutional_layer.html").write_text("<script>alert(1)</script> 100 points")
    save(folder, right)
