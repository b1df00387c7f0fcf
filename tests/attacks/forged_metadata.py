"""A picture's metadata, and the number of a cell, hold scripts that a page would show as they are.

graded: 30
note: forged the number
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import SERVER, insert, save

SOURCE = """
script = "<script>alert('number')</script>"
picture = {"text/plain": script, "image/png": "iVBORw0KGgo="}
more = {"width": script, "height": script, "alt": script, "other": script}
line.send(server._number, Display(picture, {"image/png": more, "text/html": script}))
get_ipython().execution_count = -5
print("forged the number")
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, SERVER + SOURCE, before="zero_pad")
    save(folder, right)
