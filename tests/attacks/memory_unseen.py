"""Shared memory without a file is resident for those only who touched it.

Four gigabytes would be left with nobody who could be ended for it; with small pieces, as much as
one likes. It is refused; what Python gives instead is counted as files are.

graded: 30
note: File too large
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import insert, save

SOURCE = """
import mmap
import os
import time

PIECE = 450_000_000
maps, filled = [], 0


def shmem():
    with open("/proc/meminfo") as file:
        return next(int(line.split()[1]) // 1024 for line in file if line.startswith("Shmem:"))


def hold():
    # Keep a mapping of a gigabyte and more alive, without having touched it.
    time.sleep(SECONDS)
    os._exit(0)


before = shmem()
for _ in range(PIECES):
    piece = mmap.mmap(-1, PIECE)
    filler = os.fork()
    if filler == 0:
        for offset in range(0, PIECE, 4096):
            piece[offset] = 1
        os._exit(0)
    os.waitpid(filler, 0)
    if os.fork() == 0:
        hold()
    piece.close()
resident = int(open("/proc/self/statm").read().split()[1]) * 4096 // 1_000_000
print(shmem() - before, "MB of shared memory, while", resident, "MB are resident", flush=True)
time.sleep(3)
"""
PIECES = 9


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    text = SOURCE.replace("SECONDS", "15").replace("PIECES", str(PIECES))
    insert(right, text, before="zero_pad")
    save(folder, right)
