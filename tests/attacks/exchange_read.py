"""nbgrader's exchange lies in /usr/local/share by default, with the submissions of the class.

graded: 30
note: 0 folders
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import insert, save

SOURCE = """
import glob

for name in glob.glob("/usr/local/share/nbgrader/exchange/*/inbound/*/*"):
    print(name, open(name).read())
print(len(glob.glob("/usr/*/nbgrader") + glob.glob("/usr/*/*/nbgrader")), "folders")
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, SOURCE, before="zero_pad")
    save(folder, right)
