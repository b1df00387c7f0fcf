"""Linux is asked without Python for memory that is nobody's: shared, huge, and of /dev/zero.

graded: 30
note: got 0 pieces
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import insert, save

SOURCE = """
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_long
libc.syscall.restype = ctypes.c_long
SHARED, VALIDATED, PRIVATE, ANONYMOUS, HUGE = 1, 3, 2, 0x20, 0x40000
got = 0
for flags in (SHARED | ANONYMOUS, VALIDATED | ANONYMOUS, PRIVATE | ANONYMOUS | HUGE):
    for extra in (0, 0x4000, 0x8000, 1 << 32, 1 << 63):
        got += libc.mmap(None, 1 << 21, 3, ctypes.c_ulong(flags | extra), -1, 0) > 0
zero = os.open("/dev/zero", os.O_RDWR) if os.access("/dev/zero", os.W_OK) else -1
got += zero >= 0 and libc.mmap(None, 1 << 21, 3, SHARED, zero, 0) > 0
got += libc.memfd_create(b"x", 0) >= 0
got += libc.shmget(0, 1 << 21, 0o1600) >= 0
print("got", got, "pieces")
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, SOURCE, before="zero_pad")
    save(folder, right)
