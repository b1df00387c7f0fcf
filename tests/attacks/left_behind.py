"""Threads and detached processes go on when the notebook has ended.

graded: 30
note: left them behind
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import insert, save

SOURCE = """
import os
import subprocess
import threading
import time


def work():
    while True:
        time.sleep(0.01)


for _ in range(3):
    threading.Thread(target=work, daemon=False).start()
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        while True:
            time.sleep(0.1)
    os._exit(0)
subprocess.Popen(["sleep", "1000"], start_new_session=True)
print("left them behind")
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, SOURCE, before="zero_pad")
    save(folder, right)
