"""Letters of the folder's name have two marks each, taken apart, as on macOS.

graded: 30
stock: not run, since it takes the name for another student's
"""

from __future__ import annotations

import unicodedata
from pathlib import Path

from nbformat import NotebookNode

from tests.support.notebooks import save

# As the gradebook has it.
STUDENT = "Nguy\u1ec5n Th\u1ebf"


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    save(folder, right)
    folder.parent.rename(folder.parent.with_name(unicodedata.normalize("NFD", STUDENT)))
