"""Folders have the names of the lesson's files, files those of its folders; the time is nonsense.

graded: 30
note: timestamp.txt does not contain a time
stock: named, but not why
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.support.notebooks import save


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    save(folder, right)
    (folder / "figures.py").mkdir()
    (folder / "figures.py" / "inside.txt").touch()
    (folder / "images").touch()
    (folder / "timestamp.txt").write_text("yesterday, after lunch")
