"""Everything that can be seen is searched for notebooks, gradebooks and what nbgrader keeps.

graded: 30
note: found []
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import insert, save

SOURCE = """
import os

found = []
wanted = ("exchange", "nbgrader_config.py", "submitted", "gradebook.db")
for folder, folders, files in os.walk("/"):
    if folder.startswith(("/proc", "/lesson", "/usr/lib/")) or "site-packages" in folder:
        folders.clear()
        continue
    found += [name for name in folders + files if name.endswith(".ipynb") or name in wanted]
print("found", found)
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, SOURCE, before="zero_pad")
    save(folder, right)
