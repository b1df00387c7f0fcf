"""What is said to be a picture closes its quotes and goes on as a script.

graded: 30
note: shown
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import insert, save

SOURCE = """
from IPython.display import display

script = '"><script>alert(1)</script><img src="x" onerror="alert(2)'
more = {"image/png": {"width": 1, "height": script, "alt": script, "unconfined": script}}
display({"image/png": script, "image/jpeg": script}, raw=True, metadata=more)
display({"image/jpeg": script}, raw=True)
print("shown")
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, SOURCE, before="zero_pad")
    save(folder, right)
