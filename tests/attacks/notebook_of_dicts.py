"""Just below the limit of 20 MB, a notebook whose outputs are millions of empty dictionaries.

graded: 30
"""

from __future__ import annotations

import json
from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import NAME, cell


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    cell(right, "zero_pad").outputs = ["MARK"]
    text = json.dumps(right).replace('"MARK"', ",".join(["{}"] * 6_400_000))
    (folder / NAME).write_text(text)
