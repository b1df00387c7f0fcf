"""Files beside the notebook have the names of modules that Python, and the wall, may import.

graded: 30
note: ran with rights: []
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import insert, save

NAMES = "random resource traceback linecache shutil socket json signal ctypes tempfile struct"
NAMES += " proctor numpy sitecustomize usercustomize linux encodings io stat fcntl select types"
NAMES += (
    " _colorize ast tokenize keyword token contextlib selectors errno pwd grp fnmatch zlib bz2 lzma"
)
TRAP = """
import os
with open("/proc/self/status") as file:
    rights = [line for line in file if line.startswith("CapEff")]
if os.getpid() == 1 or rights[0].split()[1].strip("0"):
    with open("/tmp/trapped", "a") as file:
        file.write(__name__ + " ")
raise ImportError("a trap")
"""
SHOW = """
import os

trapped = os.path.exists("/tmp/trapped")
print("ran with rights:", open("/tmp/trapped").read().split() if trapped else [])
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    for name in NAMES.split():
        (folder / f"{name}.py").write_text(TRAP)
    insert(right, SHOW, before="conv_single_step")
    save(folder, right)
