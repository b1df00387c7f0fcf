"""Files are written wherever that is possible, until nothing fits.

graded: 30
note: 3 places are full
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import insert, save

SOURCE = """
full = 0
for folder in ("/lesson", "/tmp", "/dev/shm"):
    try:
        for number in range(20_000):
            with open(f"{folder}/file{number}", "wb") as file:
                file.write(bytes(20_000_000))
    except OSError:
        full += 1
print(full, "places are full")
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, SOURCE, before="zero_pad")
    save(folder, right)
