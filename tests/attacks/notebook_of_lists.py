"""Millions of lists and dictionaries in one another: in metadata, attachments and outputs.

graded: 30
"""

from __future__ import annotations

import json
from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import NAME, cell, insert_text


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert_text(right, "A text.", before="zero_pad")
    text = next(entry for entry in right.cells if entry.source == "A text.")
    text["attachments"] = {"x.png": "MARK"}
    text.metadata["x"] = "MARK"
    right.metadata["widgets"] = "MARK"
    cell(right, "zero_pad").outputs = ["MARK"]
    many = ",".join(['[[{"a":[]}],{}]'] * 300_000)
    (folder / NAME).write_text(json.dumps(right).replace('"MARK"', f"[{many}]"))
