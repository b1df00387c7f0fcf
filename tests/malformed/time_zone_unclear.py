"""The time has a zone that is another in each of several countries.

graded: 30
note: timestamp.txt names the time zone IST
look: timestamp.txt names the time zone IST
stock: same
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.support.notebooks import save


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    save(folder, right)
    (folder / "timestamp.txt").write_text("2024-03-02 01:00:00 IST")
