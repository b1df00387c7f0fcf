"""The name holds what rich would take for markup.

graded: 30
stock: same
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.support.notebooks import save

STUDENT = ":skull: urn:x:123 b>"


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    save(folder, right)
