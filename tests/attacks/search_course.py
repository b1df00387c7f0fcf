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
for folder, folders, files in os.walk("/"):
    if folder.startswith(("/proc", "/lesson")) or "site-packages" in folder:
        folders.clear()
        continue
    names = [*folders, *files]
    found += [name for name in names if name.endswith((".ipynb", ".db")) and "sqlite" not in name]
    found += [name for name in names if name in ("exchange", "nbgrader_config.py", "submitted")]
print("found", found)
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, SOURCE, before="zero_pad")
    save(folder, right)
