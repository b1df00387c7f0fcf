"""Folders of the host are read that are not Python's, through every way that leads up.

graded: 30
note: read []
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import insert, save

SOURCE = """
import os
import sys

ways = ["/usr/share", "/usr/local", "/usr/include", "/var", "/home", "/root", "/srv", "/run"]
ways += [f"{sys.prefix}/..", f"{sys.base_prefix}/..", "/proc/1/root", "/proc/1/cwd", "/sys"]
known = {"fonts", "locale", "terminfo", "zoneinfo", "bin", "lib"}
read = set()
for way in ways:
    try:
        read |= {os.path.realpath(f"{way}/{name}") for name in set(os.listdir(way)) - known}
    except OSError:
        continue
# The way to Python itself can be seen.
read -= {n for n in read if f"{sys.prefix}/".startswith(n) or f"{sys.base_prefix}/".startswith(n)}
print("read", list(read))
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, SOURCE, before="zero_pad")
    save(folder, right)
