"""Packages, the lesson's files and the system are written to, for those who come next.

graded: 30
note: written: ['/lesson/figures.py', '/tmp/x.pth']
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import insert, save

SOURCE = """
import sys

import numpy

written = []
bad = "raise RuntimeError('from another submission')"
for path in (
    numpy.__file__,
    numpy.__path__[0] + "/../sitecustomize.py",
    sys.executable,
    "/opt/proctor/sandbox/protocol/wire.py",
    "/usr/lib/x",
    "/etc/passwd",
    "/sockets/x",
    "/dev/x",
    "/proc/sys/kernel/core_pattern",
    "/proc/1/oom_score_adj",
    "/lesson/figures.py",
    "/tmp/x.pth",
):
    try:
        with open(path, "w") as file:
            file.write(bad)
        written.append(path)
    except OSError:
        pass
print("written:", written)
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, SOURCE, before="conv_single_step")
    save(folder, right)
