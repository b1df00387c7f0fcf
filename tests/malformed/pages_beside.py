"""A folder with the feedback page's name, pages of the student's own, and a link to the page.

graded: 30
stock: same
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.support.notebooks import save


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    page = folder / "convolutional_layer.html"
    page.mkdir()
    (page / "index.html").write_text("<script>alert(1)</script>")
    (folder / "index.html").write_text("<script>alert(2)</script>")
    (folder / "feedback-2.html").write_text("100 of 30 points")
    (folder / "data.svg").write_text("<svg/>")
    save(folder, right)
