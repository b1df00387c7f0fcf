"""The time is a date and two million digits, which the parser of dates takes minutes for.

graded: 30
note: timestamp.txt does not contain a time
stock: not run, since it reads all of it
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.support.notebooks import save


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    save(folder, right)
    (folder / "timestamp.txt").write_text("2026-01-01 10:00" + " " * 184 + "9" * 2_000_000)
