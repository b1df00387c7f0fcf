"""The syllables of the folder's name are taken apart, as on macOS.

graded: 30
stock: not run, since it takes the name for another student's
"""

from __future__ import annotations

import unicodedata
from pathlib import Path

from nbformat import NotebookNode

from tests.support.notebooks import save

# As the gradebook has it.
STUDENT = "\ud55c\uae00"


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    save(folder, right)
    folder.parent.rename(folder.parent.with_name(unicodedata.normalize("NFD", STUDENT)))
