"""Texts that take the formgrader's parser of Markdown minutes, and code that takes its colours.

graded: 30
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import insert, insert_text, save

PIECES = ["&a", r"\begin{a}", r"\\[", "> ", "*a_ ", "[(", "$$", "\n# a", "- ", "<a", "`[", "[a](<"]


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    for piece in PIECES:
        for length in (9_000, 300_000):
            insert_text(right, (piece * (length // len(piece))), before="end")
    for piece in (".a", "1.", "{{", "?"):
        insert(right, f"# {piece * 100_000}", before="end")
    save(folder, right)
