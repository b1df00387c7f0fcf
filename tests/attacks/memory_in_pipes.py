"""Pages of files and of memory are moved into pipes and sockets, which keep them when all is freed.

graded: 30
note: moved 0 pages
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import insert, save

SOURCE = """
import ctypes
import os
import socket

libc = ctypes.CDLL(None, use_errno=True)


class Piece(ctypes.Structure):
    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))


block = ctypes.create_string_buffer(1 << 22)
moved, kept = 0, []
for number in range(100):
    ends = os.pipe()
    kept.append(ends)
    piece = Piece(ctypes.addressof(block) + 4096 * number, 1)
    moved += libc.vmsplice(ends[1], ctypes.byref(piece), 1, 8) > 0
with open("page", "wb") as file:
    file.write(bytes(1 << 20))
file = os.open("page", os.O_RDONLY)
pair = socket.socketpair()
end = pair[0].fileno()
for call in (lambda: os.splice(file, kept[0][1], 1), lambda: os.sendfile(end, file, 0, 1)):
    try:
        moved += call()
    except OSError:
        pass
print("moved", moved, "pages")
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, SOURCE, before="zero_pad")
    save(folder, right)
