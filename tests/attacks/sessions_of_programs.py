"""Forty busy programs are started in sessions by setsid, the program and the system call.

graded: 30
note: sessions: 1
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import insert, save

SOURCE = """
import ctypes
import os
import subprocess
import time

libc = ctypes.CDLL(None)
loop = "i=0; while [ $i -lt 2000000000 ]; do i=$((i + 1)); done"
for _ in range(20):
    try:
        subprocess.Popen(f"exec setsid sh -c '{loop}'", shell=True, stderr=subprocess.DEVNULL)
        if os.fork() == 0:
            libc.setsid()
            time.sleep(2)
            while True:
                pass
    except OSError:
        break
time.sleep(1)
of = {os.getsid(int(name)) for name in os.listdir("/proc") if name.isdigit() and int(name) > 1}
print("sessions:", len(of), flush=True)
time.sleep(10)
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, SOURCE, before="zero_pad")
    save(folder, right)
