"""An honest submission that maps memory and files, and shares it with a process.

graded: 30
note: mapped: 7 b'hello' 3.0 0
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import insert, save

SOURCE = """
import mmap
import os

shared = mmap.mmap(-1, 20_000_000)
if os.fork() == 0:
    shared[5] = 7
    os._exit(0)
os.wait()
private = mmap.mmap(-1, 1_000_000, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
private[:5] = b"hello"
array = np.memmap("array.bin", dtype=float, mode="w+", shape=(1000,))
array[:3] = 1
array.flush()
zeros = open("/dev/zero", "rb").read(1)[0]
print("mapped:", shared[5], private[:5], float(array.sum()), zeros)
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, SOURCE, before="zero_pad")
    save(folder, right)
