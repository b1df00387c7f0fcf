"""Files and folders with odd names, 22 deep, and more folders than the scratch space has room for.

graded: 30
note: all but the first 1,000 files and folders
"""

from __future__ import annotations

import os
from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import save

NAMES = [
    *(b"\xff\xfe.txt", b"a\nb.txt", b"\x1b[31mred.txt", b"x" * 255, "\u202egnp.exe".encode()),
    *(b"-rf", b"~", b"$(id)", b"con forward'; drop table grade;--", b".. ", b"=1+1"),
]


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    save(folder, right)
    for name in NAMES:
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_bytes(b"x")
    deep = folder
    for _ in range(22):
        deep /= "d" * 100
        deep.mkdir()
        (deep / "f").write_text("y")
    for number in range(900):
        place = folder.joinpath(f"m{number}", *(f"n{depth}" for depth in range(11)))
        place.mkdir(parents=True)
        (place / "f").write_text("z")
