"""Busy processes, each in a session of its own, would take a share of the CPU cores each.

graded: 30
note: busy
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import insert, save

SOURCE = """
import subprocess
import time

loop = "i=0; while [ $i -lt 2000000000 ]; do i=$((i + 1)); done"
busy = [
    subprocess.Popen(["/bin/sh", "-c", loop], start_new_session=SETSID) for _ in range(NUMBER)
]
print(len(busy), "busy", "began", time.time(), flush=True)
time.sleep(25)
"""
NUMBER, SETSID = 45, True


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    text = SOURCE.replace("NUMBER", str(NUMBER)).replace("SETSID", str(SETSID))
    insert(right, text, before="zero_pad")
    insert(right, "time.sleep(25)", before="zero_pad")
    save(folder, right)
